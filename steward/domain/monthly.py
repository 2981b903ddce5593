"""The monthly figures of the district or a town, and the lists behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from steward.domain.figures import Counts, Town, percent
from steward.domain.months import Month

REPEAT_MONTHS = 12
"""屡查屡犯 looks at so many calendar months, the reported one included."""
REPEAT_TIMES = 2
"""… and names an enterprise from so many findings of the same category on."""


@dataclass(frozen=True)
class MonthCounts(Counts):
    """`Counts` of a month (new and closed: in the month), and what only months have.

    `overdue_hazards` and `overdue_major` are of the open hazards. Of a row of a breakdown the
    enterprises are 0: a category has none.
    """

    overdue_hazards: int = 0
    overdue_major: int = 0
    inspected_enterprises: int = 0
    enterprises: int = 0

    @property
    def inspection_rate(self) -> Decimal | None:
        """检查率 in percent, or None when the scope has no enterprise."""
        return percent(self.inspected_enterprises, self.enterprises)

    @property
    def rectification_rate(self) -> Decimal | None:
        """整改率: of what was open at the month's start or found in it, the share closed in it.

        None when there was nothing to put right. Voided hazards count in neither.
        """
        return percent(self.closed_hazards, self.closed_hazards + self.open_hazards)

    @property
    def overdue_share(self) -> Decimal | None:
        """超期占比: overdue hazards among the open ones, in percent; None when none is open."""
        return percent(self.overdue_hazards, self.open_hazards)


@dataclass(frozen=True)
class MonthShare:
    """One row of a breakdown: key in the ledger, Chinese name, counts, and last month's new ones
    (None where the ledger had not begun)."""

    key: str
    name: str
    counts: MonthCounts
    last_new: int | None = None


@dataclass(frozen=True)
class TrendMonth:
    """One month of a trend, as it stood at that month's end (the last one: as of the report)."""

    month: Month
    new_hazards: int
    closed_hazards: int
    monitored: int
    closed_total: int

    @property
    def closure_rate(self) -> Decimal | None:
        """闭环率 at the month's end, in percent; None when nothing was monitored."""
        return percent(self.closed_total, self.monitored)


@dataclass(frozen=True)
class Repeat:
    """屡查屡犯: one category found at one enterprise `times` times within REPEAT_MONTHS."""

    enterprise_id: int
    enterprise: str
    category: str
    times: int
    last_found: date


@dataclass(frozen=True)
class ListedHazard:
    """An open hazard of a list, with the deadline as it stood at the instant.

    `days` to the deadline: 0 on its last day, negative when it is past. In the warning lists
    everyone has a deadline.
    """

    hazard_id: int
    external_id: str
    enterprise_id: int
    enterprise: str
    category: str
    level: str
    deadline: date | None
    days: int | None


@dataclass(frozen=True)
class MonthlyFigures:
    """A month of the district (`town is None`) or of one town, as of `as_of` (aware, UTC).

    `last_month`, `last_year` (the same month a year before) are None where the ledger had not
    begun; `district` is None in the district's own. `trend` ends with `month` and begins at most
    twelve months before its end, not before `begun`, the month of the ledger's first finding.
    Breakdowns are by what is new in the month, most first; sources stand in their own order.
    The lists of hazards are by deadline (`majors`, the open major ones, may have none, and then
    stand last), `repeats` by times.
    """

    month: Month
    as_of: datetime
    today: date
    town: Town | None
    due_soon_days: int
    begun: Month
    counts: MonthCounts
    last_month: MonthCounts | None
    last_year: MonthCounts | None
    district: MonthCounts | None
    trend: tuple[TrendMonth, ...] = ()
    by_source: tuple[MonthShare, ...] = ()
    by_industry: tuple[MonthShare, ...] = ()
    by_category: tuple[MonthShare, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    due_soon: tuple[ListedHazard, ...] = ()
    overdue: tuple[ListedHazard, ...] = ()
    majors: tuple[ListedHazard, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether the month was over by then."""
        return self.as_of >= self.month.last_instant

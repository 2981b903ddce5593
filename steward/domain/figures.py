"""The weekly figures: what the voice says, and the rows behind each number."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from steward.domain.besides import Besides
from steward.domain.hazards import Source
from steward.domain.weeks import Week


def percent(part: int, whole: int) -> Decimal | None:
    """`part / whole` in percent, one decimal, rounded half up; None when `whole` is 0."""
    if whole == 0:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Counts:
    """The figures of one scope, or of one town, source, industry or category in it."""

    new_hazards: int = 0
    due_soon_enterprises: int = 0
    overdue_enterprises: int = 0
    closed_hazards: int = 0
    monitored: int = 0
    closed_total: int = 0
    open_hazards: int = 0
    open_major: int = 0
    new_major: int = 0
    without_deadline: int = 0

    @property
    def closure_rate(self) -> Decimal | None:
        """闭环率 in percent, or None (spoken 无) when nothing is monitored."""
        return percent(self.closed_total, self.monitored)


@dataclass(frozen=True)
class Change:
    """环比: this week's figure against the last whole week's."""

    this: int
    last: int

    @property
    def difference(self) -> int:
        return self.this - self.last

    @property
    def percentage(self) -> Decimal | None:
        """Signed percentage of the change, one decimal; None when last week's figure is 0."""
        return percent(self.difference, self.last)


@dataclass(frozen=True)
class Share:
    """One row of a breakdown: its key in the ledger, its Chinese name, its counts."""

    key: str
    name: str
    counts: Counts


@dataclass(frozen=True)
class Town:
    """镇街: code, name and its tile on the schematic map (column, row; 0-based)."""

    code: str
    name: str
    column: int
    row: int


@dataclass(frozen=True)
class Evidence:
    """The ledger's ids behind each figure, ascending. Filled only when asked for."""

    new_hazards: tuple[int, ...] = ()
    new_major: tuple[int, ...] = ()
    closed_hazards: tuple[int, ...] = ()
    open_major: tuple[int, ...] = ()
    without_deadline: tuple[int, ...] = ()
    due_soon_hazards: tuple[int, ...] = ()
    due_soon_enterprises: tuple[int, ...] = ()
    overdue_hazards: tuple[int, ...] = ()
    overdue_enterprises: tuple[int, ...] = ()
    inspected_enterprises: tuple[int, ...] = ()


@dataclass(frozen=True)
class Freshness:
    """How fresh what a source gave was. `as_of`: it is known up to then; None: it never came.

    `stale`: older than the `hours` that were declared for it.
    """

    source: Source
    name: str
    as_of: datetime | None
    stale: bool
    hours: int


@dataclass(frozen=True)
class Warned:
    """An enterprise in a warning list: its hazards there, their earliest deadline, and the days
    from today to it (below 0: past)."""

    enterprise_id: int
    name: str
    hazards: int
    deadline: date
    days: int


@dataclass(frozen=True)
class MajorHazard:
    """A 重大 hazard that is open."""

    hazard_id: int
    enterprise: str
    category: str
    deadline: date | None


@dataclass(frozen=True)
class WarningLists:
    """Whom a town's warning figures count, the most pressing first: as many as they say."""

    overdue: tuple[Warned, ...] = ()
    due_soon: tuple[Warned, ...] = ()
    open_major: tuple[MajorHazard, ...] = ()


@dataclass(frozen=True)
class Figures:
    """All figures of the district (`town is None`) or of one town, for `week` as of `as_of`.

    Definitions: the table "Figures" of the domain. `as_of` is aware, UTC. `sources` are those
    that are pulled, as they stood then; files that are carried in have no freshness. `besides` is
    there when a template that says it was asked for.
    """

    week: Week
    as_of: datetime
    today: date
    town: Town | None
    counts: Counts
    last_week: Counts
    inspected_enterprises: int
    enterprises: int
    by_town: tuple[Share, ...] = ()
    by_source: tuple[Share, ...] = ()
    by_industry: tuple[Share, ...] = ()
    by_category: tuple[Share, ...] = ()
    evidence: Evidence | None = field(default=None, compare=False)
    sources: tuple[Freshness, ...] = ()
    besides: Besides | None = field(default=None, compare=False)

    @property
    def inspection_rate(self) -> Decimal | None:
        """检查率 in percent, or None when the scope has no enterprise."""
        return percent(self.inspected_enterprises, self.enterprises)

    def change(self, name: str) -> Change:
        """环比 of one of the counts, by its field name."""
        return Change(getattr(self.counts, name), getattr(self.last_week, name))

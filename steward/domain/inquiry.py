"""隐患分析: what was found in a period, beside others, and how long it takes to be closed.

Everything is told as the ledger stands now: what was voided since counts nowhere, so that each
number is that of the list behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from steward.domain.figures import Town, percent
from steward.domain.periods import Period, Span
from steward.domain.tendency import TENDENCY_NAMES, tendency

TOP = 10
"""So many categories have a row of their own."""


@dataclass(frozen=True)
class Compared:
    """A number of a period, of the one before and of the same month of the year before.

    None where the ledger had not begun, or where there is no such period. `word` says where it has
    gone; "" when the period is not over or there is nothing before.
    """

    now: int
    before: int | None = None
    year_before: int | None = None
    whole: bool = True

    @property
    def word(self) -> str:
        if not self.whole or self.before is None:
            return ""
        return TENDENCY_NAMES[tendency(self.before, self.now)]


@dataclass(frozen=True)
class Line:
    """One row of a breakdown; `key` is what a list is narrowed by, "" where there is no such."""

    key: str
    name: str
    counts: Compared
    share: Decimal | None


@dataclass(frozen=True)
class Breakdown:
    """What was found by one thing: `field` is a list's ("town", "source", "level", …)."""

    field: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Point:
    """One period of a trend, and that which it is compared with."""

    period: Period
    days: Span
    now: int
    before: int | None = None
    before_days: Span | None = None


@dataclass(frozen=True)
class Trend:
    """Periods of one kind side by side, the oldest first; `against` says what `before` is."""

    title: str
    against: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class HeatRow:
    """One row of a heat table; `key` narrows a list where rows are towns, `days` where weeks."""

    key: str
    name: str
    days: Span
    cells: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class Heat:
    """Towns or weeks against categories, the most frequent ones in their order."""

    title: str
    head: str
    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]

    @property
    def most(self) -> int:
        return max((cell for row in self.rows for cell in row.cells), default=0)

    def shade(self, number: int) -> int:
        """0 for nothing, else 1 to 4, by the share of the greatest number."""
        return 0 if number == 0 else min(4, 1 + number * 4 // (self.most + 1))


@dataclass(frozen=True)
class Lasting:
    """In how many days a share of hazards is closed.

    `days` None: that share is not reached within `at_least` days, the longest that any was watched.
    """

    percent: int
    days: Decimal | None
    at_least: int

    @property
    def words(self) -> str:
        """12.5 天; 超过 60 天（尚未过半）."""
        if self.days is not None:
            return f"{self.days} 天"
        return f"超过 {self.at_least} 天（{'尚未过半' if self.percent == 50 else '尚未过九成'}）"


@dataclass(frozen=True)
class Closure:
    """Closure times of one group of hazards; open ones count as lasting longer than until now."""

    field: str
    key: str
    name: str
    hazards: int
    still_open: int
    median: Lasting
    ninety: Lasting


@dataclass(frozen=True)
class Closures:
    """Closure times of what was found in `days`, whole and by level, source and town.

    `shortened`: fewer than 12 months, for there are too many to read at once.
    """

    days: Span
    groups: tuple[Closure, ...] = ()
    shortened: bool = False


@dataclass(frozen=True)
class RepeatedHazard:
    """One category found several times at one enterprise within the rule's months."""

    enterprise_id: int
    enterprise: str
    category: str
    times: int
    last_found: date


@dataclass(frozen=True)
class Repeats:
    """The most frequent of them; `number` is how many there are."""

    days: Span
    rows: tuple[RepeatedHazard, ...]
    number: int


@dataclass(frozen=True)
class Analysis:
    """A period of the district (`town is None`) or of a town, as the ledger stood at `as_of`."""

    period: Period
    days: Span
    before: Period
    year_before: Period | None
    town: Town | None
    as_of: datetime
    whole: bool
    found: Compared
    major: Compared
    closed_in: Compared
    still_open: int
    breakdowns: tuple[Breakdown, ...]
    by_week: Trend
    by_month: Trend
    heat: Heat
    closures: Closures
    repeats: Repeats

    @property
    def closed_of_found(self) -> int:
        """Of what was found in the period, what has been closed since."""
        return self.found.now - self.still_open

    def moved(self, word: str) -> tuple[Line, ...]:
        """The rows of the breakdowns that a word (上升, 下降) is true of."""
        return tuple(
            line for one in self.breakdowns for line in one.lines if line.counts.word == word
        )


def lines(
    found: Sequence[tuple[str, str, Compared]], whole: int, most: int | None = None
) -> tuple[Line, ...]:
    """Rows of a breakdown from key, name and counts; at most so many of them."""
    return tuple(
        Line(key, name, counts, percent(counts.now, whole)) for key, name, counts in found[:most]
    )

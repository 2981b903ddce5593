"""A week or a month as what an analysis is about, with those it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from steward.domain.months import Month
from steward.domain.weeks import Week, start_of

EARLIEST, LATEST = 1950, 2199
_YEAR = 12


@dataclass(frozen=True)
class Period:
    """One week or month of the district, of the years EARLIEST to LATEST."""

    unit: Week | Month

    def __post_init__(self) -> None:
        if not EARLIEST <= self.unit.year <= LATEST:
            raise ValueError(f"too far away: {self.unit}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2021-W46` or `2021-10`. Raises ValueError."""
        return cls(Week.parse(text) if "W" in text else Month.parse(text))

    @property
    def is_week(self) -> bool:
        return isinstance(self.unit, Week)

    @property
    def first(self) -> date:
        """Its first local day."""
        return self.unit.monday if isinstance(self.unit, Week) else self.unit.first_day

    @property
    def last(self) -> date:
        """Its last local day."""
        return self.unit.sunday if isinstance(self.unit, Week) else self.unit.last_day

    @property
    def start(self) -> datetime:
        return self.unit.start

    @property
    def end(self) -> datetime:
        """The first instant after it, UTC."""
        return self.unit.end

    @property
    def name(self) -> str:
        """2021年10月; 2021年第46周（11月15日至21日）."""
        if isinstance(self.unit, Month):
            return self.unit.name
        first, last = self.first, self.last
        until = f"{last.day}日" if first.month == last.month else f"{last.month}月{last.day}日"
        return f"{self.unit.year}年第{self.unit.number}周（{first.month}月{first.day}日至{until}）"

    @property
    def short(self) -> str:
        """What stands below a column of a chart: 10月, 46周."""
        return f"{self.unit.number}{'周' if self.is_week else '月'}"

    def back(self, times: int = 1) -> Period:
        """The period so many of its kind before, or after for a negative number."""
        if isinstance(self.unit, Month):
            return Period(self.unit.back(times))
        return week_of(self.first - timedelta(days=7 * times))

    def year_before(self) -> Period | None:
        """The same month of the year before; a week has none, its days differ."""
        return Period(self.unit.back(_YEAR)) if isinstance(self.unit, Month) else None

    def __str__(self) -> str:
        return str(self.unit)


def week_of(day: date) -> Period:
    """The week of a local date."""
    year, number, _ = day.isocalendar()
    return Period(Week(year, number))


def month_of(day: date) -> Period:
    """The month of a local date."""
    return Period(Month(day.year, day.month))


@dataclass(frozen=True)
class Span:
    """Local days `[first, last]` and the instants `[start, end)` that they are."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        return start_of(self.first)

    @property
    def end(self) -> datetime:
        return start_of(self.last + timedelta(days=1))


def days_of(period: Period, today: date) -> Span:
    """The days of a period that have come by `today`."""
    return Span(period.first, min(period.last, today))

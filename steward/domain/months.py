"""Months of the district."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from steward.domain.weeks import local_date, start_of

_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month of the district: `[first day 00:00, next month's first 00:00)` there."""

    year: int
    number: int

    def __post_init__(self) -> None:
        date(self.year, self.number, 1)  # ValueError when there is no such month

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2021-10`. Raises ValueError."""
        match = _MONTH.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"not a month: {text!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def containing(cls, instant: datetime) -> Self:
        day = local_date(instant)
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return self.back(-1).first_day - timedelta(days=1)

    @property
    def start(self) -> datetime:
        """First instant of the month, UTC."""
        return start_of(self.first_day)

    @property
    def end(self) -> datetime:
        """First instant after the month, UTC (exclusive)."""
        return start_of(self.last_day + timedelta(days=1))

    @property
    def last_instant(self) -> datetime:
        """The last microsecond of the month: the `as_of` of a whole month."""
        return self.end - timedelta(microseconds=1)

    @property
    def name(self) -> str:
        """2021年10月."""
        return f"{self.year}年{self.number}月"

    def back(self, months: int) -> Month:
        """The month so many before. Raises ValueError beyond the calendar."""
        year, month = divmod(self.year * 12 + self.number - 1 - months, 12)
        return Month(year, month + 1)

    def previous(self) -> Month:
        return self.back(1)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"

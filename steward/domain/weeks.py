"""The district's time: its zone, ISO weeks, local dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

DISTRICT_ZONE = ZoneInfo("Asia/Shanghai")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")


def local_date(instant: datetime) -> date:
    """The district's calendar date at an aware instant."""
    return instant.astimezone(DISTRICT_ZONE).date()


def start_of(day: date) -> datetime:
    """The instant (UTC) at which a local date begins."""
    return datetime(day.year, day.month, day.day, tzinfo=DISTRICT_ZONE).astimezone(UTC)


def district_instant(text: str) -> datetime:
    """Read `2021-11-16T09:00` (or with an offset) as an aware UTC instant; naive is the district's.

    Raises ValueError when the text is no ISO 8601 date or time, or one beyond the calendar.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=DISTRICT_ZONE)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"beyond the calendar: {text!r}") from error


@dataclass(frozen=True, order=True)
class Week:
    """An ISO week of the district: `[Monday 00:00, next Monday 00:00)` there."""

    year: int
    number: int

    def __post_init__(self) -> None:
        date.fromisocalendar(self.year, self.number, 1)  # ValueError when there is no such week

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2021-W46`. Raises ValueError."""
        match = _WEEK.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"not an ISO week: {text!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def containing(cls, instant: datetime) -> Self:
        year, number, _ = local_date(instant).isocalendar()
        return cls(year, number)

    @property
    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def start(self) -> datetime:
        """First instant of the week, UTC."""
        return start_of(self.monday)

    @property
    def end(self) -> datetime:
        """First instant after the week, UTC (exclusive)."""
        return start_of(self.monday + timedelta(days=7))

    @property
    def last_instant(self) -> datetime:
        """The last microsecond of the week: the `as_of` of a whole week."""
        return self.end - timedelta(microseconds=1)

    def previous(self) -> Week:
        return Week.containing(self.start - timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02d}"

"""How loud a hall is, and when it is to be quiet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Self

from steward.domain.broadcasts import Priority
from steward.domain.weeks import DISTRICT_ZONE

LOUDEST = 100
EMERGENCY_FLOOR = 60
"""An emergency is never softer than this, whatever the hall is set to."""


class HallKind(StrEnum):
    """What kind of place plays."""

    HALL = "hall"
    ROOM = "room"
    TOWN_OFFICE = "town_office"


HALL_KIND_NAMES: dict[HallKind, str] = {
    HallKind.HALL: "大厅",
    HallKind.ROOM: "房间",
    HallKind.TOWN_OFFICE: "镇街安监办",
}

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~～至]\s*(\d{1,2}):(\d{2})")
_DAY_MINUTES = 24 * 60


def volume_of(priority: Priority, hall: int, own: Mapping[str, int]) -> int:
    """Percent for announcements of a priority: its own setting, else the hall's."""
    wanted = own.get(priority.value, hall)
    return max(wanted, EMERGENCY_FLOOR) if priority is Priority.EMERGENCY else wanted


def amplitude(percent: float) -> float:
    """The factor of the samples, 0…1: a half sounds about half as loud."""
    return (percent / LOUDEST) ** 2


@dataclass(frozen=True)
class QuietHours:
    """安静时段: daily spans in district time, `[from, to)`; one may run over midnight."""

    spans: tuple[tuple[time, time], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `12:00-14:00,22:00-07:00`; an empty text is none.

        Raises ValueError with a Chinese sentence.
        """
        parts = [part for part in re.split(r"[,，、;；\s]+", text.strip()) if part]
        hours = cls(tuple(_span(part) for part in parts))
        if len({minute for span in hours.spans for minute in _minutes(span)}) == _DAY_MINUTES:
            raise ValueError("安静时段不能占满全天；要全部停下请用暂停")
        return hours

    def until(self, instant: datetime) -> datetime | None:
        """When the quiet that holds at `instant` ends (adjoining spans are one); None: no quiet."""
        end = instant.astimezone(DISTRICT_ZONE)
        while (later := self._end_at(end)) is not None:
            end = later
        return end.astimezone(instant.tzinfo) if end > instant else None

    def next_change(self, instant: datetime) -> datetime | None:
        """The next instant at which quiet begins or ends; None without quiet hours."""
        if not self.spans:
            return None
        ends = self.until(instant)
        if ends is not None:
            return ends
        local = instant.astimezone(DISTRICT_ZONE)
        starts = [_at(local, start, days) for start, _ in self.spans for days in (0, 1)]
        return min(start for start in starts if start > instant).astimezone(instant.tzinfo)

    def __str__(self) -> str:
        return ",".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in self.spans)

    def _end_at(self, local: datetime) -> datetime | None:
        for start, end in self.spans:
            over_midnight = 1 if end <= start else 0
            for days in (-1, 0):
                if _at(local, start, days) <= local < _at(local, end, days + over_midnight):
                    return _at(local, end, days + over_midnight)
        return None


def _span(text: str) -> tuple[time, time]:
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError(f"“{text}”不是时段，应如 12:00-14:00 或 22:00-07:00")
    hours = int(match[1]), int(match[3])
    minutes = int(match[2]), int(match[4])
    if max(hours) > 24 or max(minutes) > 59 or (hours[1], minutes[1]) > (24, 0) or hours[0] == 24:
        raise ValueError(f"“{text}”里没有这样的时刻")
    start, end = time(hours[0], minutes[0]), time(hours[1] % 24, minutes[1])
    if start == end:
        raise ValueError(f"“{text}”的起止相同；要全部停下请用暂停")
    return start, end


def _minutes(span: tuple[time, time]) -> list[int]:
    start, end = (at.hour * 60 + at.minute for at in span)
    return [minute % _DAY_MINUTES for minute in range(start, end if end > start else end + 1440)]


def _at(local: datetime, at: time, days: int) -> datetime:
    day = local.date() + timedelta(days=days)
    return datetime.combine(day, at, DISTRICT_ZONE)

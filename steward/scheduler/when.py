"""Reading a plan's `when`: five cron fields in district time, or one instant.

Weekdays are cron's: 0 and 7 are Sunday, 1 is Monday; names (mon … sun) work too. Where both a
day of the month and a weekday are restricted, both must hold (`0 9 1-7 * 1` is the month's first
Monday).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from steward.domain.weeks import district_instant
from steward.errors import PlanError

_NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NUMBERS = {name: number for number, name in enumerate(_NAMES)}
_ITEM = re.compile(r"(?:(\*)|(\w+)(?:-(\w+))?)(?:/(\d+))?")


@dataclass(frozen=True)
class Once:
    """One instant (UTC)."""

    instant: datetime


@dataclass(frozen=True)
class Cron:
    """Five fields; `weekdays` is `*` or names joined by commas, free of any numbering."""

    minute: str
    hour: str
    day: str
    month: str
    weekdays: str


def read(text: str) -> Once | Cron:
    """Raises PlanError when `text` is neither."""
    fields = text.split()
    if len(fields) == 5:
        minute, hour, day, month, weekday = fields
        return Cron(minute, hour, day, month, _weekdays(weekday, text))
    try:
        return Once(district_instant(text.strip()))
    except ValueError as error:
        raise PlanError(
            "播报时间应为五段（分 时 日 月 星期，如“0 9 * * 1”即每周一 9:00），"
            "或一个时刻（如 2021-11-16T09:00）",
            place=f"“{text}”",
        ) from error


def _weekdays(field: str, whole: str) -> str:
    if field == "*":
        return field
    days: set[int] = set()
    for item in field.lower().split(","):
        match = _ITEM.fullmatch(item)
        if match is None:
            raise _not_a_weekday(item, whole)
        star, first, last, step = match.groups()
        low = 0 if star else _weekday(first, whole)
        high = 6 if star else _weekday(last, whole) if last else low
        if step and not star and not last:
            high = 6
        if high < low:  # fri-mon, or 5-0: over the week's end
            high += 7
        every = int(step or 1)
        if every == 0:
            raise _not_a_weekday(item, whole)
        days.update(day % 7 for day in range(low, high + 1, every))
    return ",".join(_NAMES[day] for day in sorted(days))


def _weekday(text: str, whole: str) -> int:
    if text in _NUMBERS:
        return _NUMBERS[text]
    if text.isascii() and text.isdigit() and int(text) <= 7:
        return int(text)
    raise _not_a_weekday(text, whole)


def _not_a_weekday(text: str, whole: str) -> PlanError:
    return PlanError(
        f"“{text}”不是星期：应为 0–7（0 和 7 都是星期日）或 mon…sun", place=f"“{whole}”第五段"
    )

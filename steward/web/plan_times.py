"""A plan's time as people say it and as a form asks for it; behind it stand five cron fields."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from steward.errors import PlanError

WEEKDAYS = ("日", "一", "二", "三", "四", "五", "六")
REPEATS = {
    "weekly": "每周",
    "daily": "每天",
    "monthly": "每月",
    "once": "只播一次",
    "own": "自己写",
}
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")


def said(when: str) -> str:
    """每周一 09:00; what no short sentence can say is given as it stands."""
    parts = when.split()
    if len(parts) != 5:
        instant = _instant(when)
        return f"{instant:%Y-%m-%d %H:%M} 一次" if instant else when
    minute, hour, day, month, weekday = parts
    if not (_small(minute, 59) and _small(hour, 23) and month == "*"):
        return when
    clock = f"{int(hour):02d}:{int(minute):02d}"
    if day == "*" and weekday == "*":
        return f"每天 {clock}"
    if day == "*" and all(_small(one, 7) for one in weekday.split(",")):
        days = "、".join(f"周{WEEKDAYS[int(one) % 7]}" for one in weekday.split(","))
        return f"每{days} {clock}"
    if day == "*" and weekday == "1-5":
        return f"每周一至周五 {clock}"
    if weekday == "*" and _small(day, 31):
        return f"每月{int(day)}日 {clock}"
    return when


def when_of(form: Mapping[str, str], weekdays: Sequence[str]) -> str:
    """A plan's `when` from the fields of the form. Raises PlanError naming what is missing."""
    repeat = form.get("repeat", "")
    if repeat == "own":
        return form.get("cron", "")
    if repeat == "once":
        if not _INSTANT.fullmatch(form.get("once", "")):
            raise PlanError("请写明播报的日期和时刻")
        return form["once"]
    clock = _CLOCK.fullmatch(form.get("clock", ""))
    if clock is None:
        raise PlanError("请写明时刻，如 09:00")
    time = f"{int(clock[2])} {int(clock[1])}"
    if repeat == "daily":
        return f"{time} * * *"
    if repeat == "weekly":
        days = sorted({one for one in weekdays if _small(one, 6)})
        if not days:
            raise PlanError("请勾选星期几")
        return f"{time} * * {','.join(days)}"
    if repeat == "monthly":
        if not _small(form.get("day", ""), 31) or int(form["day"]) == 0:
            raise PlanError("请写明每月几日（1–31）")
        return f"{time} {int(form['day'])} * *"
    raise PlanError("请选择多久播一次")


def _small(text: str, most: int) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 2 and int(text) <= most


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None

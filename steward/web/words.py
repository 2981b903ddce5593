"""Instants and numbers as the pages write them."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import Any

from flask import Flask

from steward.clock import Clock
from steward.domain.accounts import ROLE_NAMES
from steward.domain.broadcasts import (
    PRIORITY_NAMES,
    STATE_NAMES,
    BroadcastState,
    Priority,
)

WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


def day(when: date) -> str:
    """2021年11月16日."""
    return f"{when.year}年{when.month}月{when.day}日"


def install(app: Flask, district: str, clock: Clock, zone: tzinfo, demonstration: bool) -> None:
    """Give the templates the district's name and time, and the filters of this file."""

    def local(when: datetime) -> datetime:
        return when.astimezone(zone)

    def full(when: datetime | str | None) -> str:
        """2021年11月16日 星期二 09:00; takes ISO text too."""
        if not when:
            return "—"
        at = local(datetime.fromisoformat(when) if isinstance(when, str) else when)
        return f"{day(at)} {WEEKDAYS[at.weekday()]} {at:%H:%M}"

    def second(when: datetime) -> str:
        """11月16日 09:00:03."""
        at = local(when)
        return f"{at.month}月{at.day}日 {at:%H:%M:%S}"

    def minute(when: datetime) -> str:
        """11月16日 09:00."""
        at = local(when)
        return f"{at.month}月{at.day}日 {at:%H:%M}"

    def exact(when: datetime) -> str:
        """2021-11-16 09:00:03."""
        return f"{local(when):%Y-%m-%d %H:%M:%S}"

    def precise(when: datetime) -> str:
        """09:00:03.4."""
        at = local(when)
        return f"{at:%H:%M:%S}.{at.microsecond // 100_000}"

    def hour(when: datetime) -> str:
        """09:00."""
        return f"{local(when):%H:%M}"

    def length(milliseconds: int | None) -> str:
        """1分05秒."""
        if milliseconds is None:
            return "—"
        seconds = round(milliseconds / 1000)
        return f"{seconds // 60}分{seconds % 60:02d}秒" if seconds >= 60 else f"{seconds}秒"

    app.jinja_env.filters |= {
        "full": full,
        "second": second,
        "minute": minute,
        "exact": exact,
        "precise": precise,
        "length": length,
        "clock": hour,
        "state_name": lambda state: STATE_NAMES[BroadcastState(state)],
        "priority_name": lambda priority: PRIORITY_NAMES[Priority(priority)],
    }

    @app.context_processor
    def _of_every_page() -> dict[str, Any]:
        now = clock.now()
        return {
            "district": district,
            "now": now,
            "today": day(local(now)),
            "demonstration": demonstration,
            "role_names": ROLE_NAMES,
        }

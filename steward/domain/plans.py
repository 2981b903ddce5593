"""Plans: what is announced, when and where, and what becomes of a slot that was missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from steward.domain.broadcasts import Priority


class DayRule(StrEnum):
    """日期规则: on which days a plan's times count."""

    EVERY_DAY = "every_day"
    WORKDAYS = "workdays"
    SHIFT = "shift"


class MissedRule(StrEnum):
    """错过规则: what becomes of a slot whose time passed while no engine ran."""

    PLAY_LATE = "play_late"
    SKIP = "skip"
    ASK = "ask"


DAY_RULE_NAMES: dict[DayRule, str] = {
    DayRule.EVERY_DAY: "每天",
    DayRule.WORKDAYS: "仅工作日",
    DayRule.SHIFT: "顺延到工作日",
}
MISSED_RULE_NAMES: dict[MissedRule, str] = {
    MissedRule.PLAY_LATE: "补播",
    MissedRule.SKIP: "跳过",
    MissedRule.ASK: "等待确认",
}


@dataclass(frozen=True)
class Plan:
    """计划 as it stands in the database.

    `when` is five cron fields in district time, or one instant `2021-11-16T09:00` for once.
    `late_minutes` bounds `play_late`. `hall` is the hall's name, as in its URL.
    """

    id: int
    title: str
    template: str
    town_code: str | None
    hall_id: int
    hall: str
    when: str
    day_rule: DayRule
    missed_rule: MissedRule
    late_minutes: int
    priority: Priority
    created_at: datetime

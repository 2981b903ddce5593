"""Plans and alarms."""

from __future__ import annotations

from pydantic import Field

from steward.domain.alarms import AlarmKind
from steward.domain.broadcasts import Priority
from steward.domain.plans import DayRule, MissedRule
from steward.web.api.shapes.values import Answer, Asked, Instant, PageQuestion


class Plan(Answer):
    """计划."""

    id: int
    title: str
    template: str
    town: str | None = Field(description="镇街代码；null 是全区")
    hall: str = Field(description="大厅的名称")
    when: str = Field(description="cron 五段（区县时间），或一个时刻")
    day_rule: DayRule
    missed_rule: MissedRule
    late_minutes: int
    priority: Priority
    next_slots: list[Instant] = Field(description="接下来的应播时间，最多 5 个")


class Plans(Answer):
    """All in force."""

    items: list[Plan]
    warnings: list[str] = Field(description="日历的提醒，如某年调休安排未知")


class WhichAlarms(PageQuestion):
    """Which alarms."""

    open: bool = Field(True, description="true 未结束的（一次给全），false 已结束的")


class Alarm(Answer):
    """告警."""

    id: int
    kind: AlarmKind
    text: str
    broadcast: int | None
    raised_at: Instant
    over_at: Instant | None
    seen_at: Instant | None = Field(description="何时有人点了“知道了”")
    seen_by: str | None


class AlarmPage(Answer):
    """A part of the list."""

    items: list[Alarm]
    next: int | None


class Notice(Asked):
    """Take notice; nothing more is to be told."""


class Noticed(Answer):
    """Who has taken notice."""

    id: int
    seen_by: str

"""Alarms (告警): what staff must know of although nobody asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

TEXT_LENGTH = 300


class AlarmKind(StrEnum):
    """What is wrong."""

    UNHEARD = "unheard"
    SILENT_PLAYER = "silent_player"
    BLOCKED_PLAYER = "blocked_player"
    HELD = "held"
    FAILED = "failed"
    UNDECIDED = "undecided"
    ALERT = "alert"
    ALERT_SOURCE = "alert_source"
    UNDELIVERED = "undelivered"
    UNTAKEN = "untaken"
    ESCALATED = "escalated"
    SOURCE = "source"
    BRIEFING = "briefing"


ALARM_NAMES: dict[AlarmKind, str] = {
    AlarmKind.UNHEARD: "没有人听到",
    AlarmKind.SILENT_PLAYER: "播放点失联",
    AlarmKind.BLOCKED_PLAYER: "播放点没有声音",
    AlarmKind.HELD: "播报被扣留",
    AlarmKind.FAILED: "播报失败",
    AlarmKind.UNDECIDED: "没有人审批",
    AlarmKind.ALERT: "外部警报",
    AlarmKind.ALERT_SOURCE: "警报来源",
    AlarmKind.UNDELIVERED: "没有送到镇街",
    AlarmKind.UNTAKEN: "镇街没有领取",
    AlarmKind.ESCALATED: "超期预警升级",
    AlarmKind.SOURCE: "数据来源",
    AlarmKind.BRIEFING: "每周简报",
}


class Retry(StrEnum):
    """What is done about an important or emergency broadcast that nobody heard."""

    NONE = "none"
    ONCE = "once"


PAST = "past"
"""How the subject of an alarm begins that nothing can end by itself: what it tells has happened."""
ANNOUNCEMENT = "announcement"
"""How the rest of a subject begins that is about an announcement."""
RETRY = "retry"
"""The relation of a broadcast to the unheard one that it repeats."""


@dataclass(frozen=True)
class AlarmRules:
    """When something is an alarm.

    `late`: after a broadcast's slot, that it has not begun; after its length, that it is not over;
    after an announcement was submitted, and twice before it expires, that nobody has decided.
    `silence`: after a player was last heard of.
    """

    late: timedelta = timedelta(minutes=5)
    silence: timedelta = timedelta(seconds=90)
    retry: Retry = Retry.NONE


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong. `subject` names it: it has one open alarm.

    It is over when it is not found any more; one of the PAST is told once, and is over when it was
    made good or somebody has taken notice.
    """

    subject: str
    kind: AlarmKind
    text: str
    hall_id: int | None = None
    broadcast_id: int | None = None
    player_id: int | None = None

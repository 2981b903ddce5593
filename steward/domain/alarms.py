"""Alarms (告警): what staff must know of although nobody asked."""

from __future__ import annotations

from enum import StrEnum


class AlarmKind(StrEnum):
    """What is wrong."""

    UNHEARD = "unheard"
    SILENT_PLAYER = "silent_player"
    BLOCKED_PLAYER = "blocked_player"
    HELD = "held"
    FAILED = "failed"


ALARM_NAMES: dict[AlarmKind, str] = {
    AlarmKind.UNHEARD: "没有人听到",
    AlarmKind.SILENT_PLAYER: "播放点失联",
    AlarmKind.BLOCKED_PLAYER: "播放点没有声音",
    AlarmKind.HELD: "播报被扣留",
    AlarmKind.FAILED: "播报失败",
}

"""A broadcast's priority and the states of its life."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal


class Priority(StrEnum):
    """优先级, as in speech-dispatcher."""

    EMERGENCY = "emergency"
    IMPORTANT = "important"
    ROUTINE = "routine"
    NOTICE = "notice"


PRIORITY_NAMES: dict[Priority, str] = {
    Priority.EMERGENCY: "紧急",
    Priority.IMPORTANT: "重要",
    Priority.ROUTINE: "常规",
    Priority.NOTICE: "提示",
}
OPENING_CHIMES: dict[Priority, Literal["routine", "important", "emergency"]] = {
    Priority.EMERGENCY: "emergency",
    Priority.IMPORTANT: "important",
    Priority.ROUTINE: "routine",
    Priority.NOTICE: "routine",
}
"""The chime before a broadcast, by its priority."""


# Aired while they are made and heard back; all others are heard back before they are aired.
STREAMED = frozenset({Priority.EMERGENCY})


class BroadcastState(StrEnum):
    """播报状态."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    RENDERING = "rendering"
    READY = "ready"
    PLAYING = "playing"
    PLAYED = "played"
    HELD = "held"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


STATE_NAMES: dict[BroadcastState, str] = {
    BroadcastState.DRAFT: "草稿",
    BroadcastState.AWAITING_APPROVAL: "待审批",
    BroadcastState.APPROVED: "已批准",
    BroadcastState.RENDERING: "合成中",
    BroadcastState.READY: "待播",
    BroadcastState.PLAYING: "播报中",
    BroadcastState.PLAYED: "已播",
    BroadcastState.HELD: "已扣留",
    BroadcastState.FAILED: "失败",
    BroadcastState.CANCELLED: "已取消",
    BroadcastState.EXPIRED: "已过期",
    BroadcastState.SUPERSEDED: "已被取代",
}


# What the log of changes tells of a clause, by its `what`.
CLAUSE_NEWS = {
    "clip": "的声音已合成",
    "mute": "没有声音，只显示文字",
    "misheard": "听回不符",
}


class ReceiptEvent(StrEnum):
    """回执: what a player reports of a broadcast, or of its own sound."""

    FETCHED = "fetched"
    STARTED = "started"
    CLAUSE = "clause"
    ENDED = "ended"
    INTERRUPTED = "interrupted"
    BLOCKED = "blocked"
    MUTED = "muted"


class SoundState(StrEnum):
    """A player's sound: may it be heard?"""

    UNKNOWN = "unknown"
    READY = "ready"
    BLOCKED = "blocked"
    MUTED = "muted"

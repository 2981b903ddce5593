"""An announcement (播报单): what staff want said, until it is decided; and who must decide."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from steward.domain.broadcasts import Priority

TEXT_LENGTH = 2000
TITLE_LENGTH = 60
REASON_LENGTH = 200
MOST_REPEATS = 20
MOST_TARGETS = 50
PLAN_AUTHOR = "计划 "
"""Before a plan's title as the author of what it wants said; no account's name has a blank."""


class Kind(StrEnum):
    """What an announcement comes from."""

    ADHOC = "adhoc"
    PLAN = "plan"
    CORRECTION = "correction"
    ALL_CLEAR = "all_clear"
    ALERT = "alert"


KIND_NAMES: dict[Kind, str] = {
    Kind.ADHOC: "临时播报",
    Kind.PLAN: "计划播报",
    Kind.CORRECTION: "更正",
    Kind.ALL_CLEAR: "解除",
    Kind.ALERT: "外部警报",
}


class Status(StrEnum):
    """Whether it is meant: as CAP's Actual, Exercise, Test."""

    ACTUAL = "actual"
    EXERCISE = "exercise"
    TEST = "test"


STATUS_NAMES: dict[Status, str] = {
    Status.ACTUAL: "正式",
    Status.EXERCISE: "演练",
    Status.TEST: "测试",
}


class AnnouncementState(StrEnum):
    """草稿 → 待审批 → 已下达. A returned one is a draft again, with the reason."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    SENT = "sent"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


ANNOUNCEMENT_STATE_NAMES: dict[AnnouncementState, str] = {
    AnnouncementState.DRAFT: "草稿",
    AnnouncementState.AWAITING_APPROVAL: "待审批",
    AnnouncementState.SENT: "已下达",
    AnnouncementState.CANCELLED: "已作废",
    AnnouncementState.EXPIRED: "已过期",
}


class Approval(StrEnum):
    """审批: nobody; one approver other than the author; the duty officer alone, with a reason."""

    NONE = "none"
    APPROVER = "approver"
    DUTY = "duty"


Rules = Mapping[tuple[Kind, Priority], Approval]


def approval_rules(text: str) -> Rules:
    """Read `adhoc.emergency=duty, adhoc.*=none, *.important=approver`; the most exact one holds.

    A kind and priority that no rule names needs no approval. Raises ValueError in Chinese.
    """
    exact: dict[tuple[Kind, Priority], tuple[int, Approval]] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        kind, dot, priority = name.partition(".")
        if not equals or not dot or value not in set(Approval):
            known = "、".join(Approval)
            raise ValueError(f"“{part}”应为 种类.优先级=审批方式，审批方式是 {known} 之一")
        if kind != "*" and kind not in set(Kind):
            raise ValueError(f"“{part}”里的种类“{kind}”应为 {'、'.join(Kind)} 或 *")
        if priority != "*" and priority not in set(Priority):
            raise ValueError(f"“{part}”里的优先级“{priority}”应为 {'、'.join(Priority)} 或 *")
        weight = (kind != "*") * 2 + (priority != "*")
        for one in Kind if kind == "*" else (Kind(kind),):
            for rank in Priority if priority == "*" else (Priority(priority),):
                if exact.get((one, rank), (-1, Approval.NONE))[0] <= weight:
                    exact[one, rank] = weight, Approval(value)
    return {key: approval for key, (_, approval) in exact.items()}


@dataclass(frozen=True)
class Draft:
    """What somebody wants said. `targets` are names of halls and zones.

    `text` may force readings ([written|how]); `readings` are pairs of words and their syllables
    for this text alone. `start_at` None is at once; it is said `repeats` times in all,
    `interval_minutes` apart. `refers_to` is the broadcast that it corrects or ends.
    """

    title: str
    text: str
    priority: Priority = Priority.ROUTINE
    targets: tuple[str, ...] = ()
    kind: Kind = Kind.ADHOC
    status: Status = Status.ACTUAL
    template: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    readings: tuple[tuple[str, tuple[str, ...]], ...] = ()
    repeats: int = 1
    interval_minutes: int = 0
    start_at: datetime | None = None
    expires_at: datetime | None = None
    refers_to: int | None = None
    relation: str | None = None
    source: str = "console"


def plain_line(text: str, longest: int) -> str:
    """What is typed into one line, as it is kept: printable, blanks joined, cut at `longest`."""
    return " ".join(plain_text(text).split())[:longest]


def plain_text(text: str) -> str:
    """What is typed, without control characters, which no database keeps; lines stay lines."""
    return "".join(one for one in text.replace("\r\n", "\n") if one.isprintable() or one in "\n\t")


def digest(
    *,
    title: str,
    clauses: Sequence[Mapping[str, Any]],
    clip_keys: Sequence[str | None],
    halls: Sequence[str],
    priority: Priority,
    status: Status,
    repeats: int,
    interval_minutes: int,
    start_at: datetime | None,
    expires_at: datetime | None,
    refers_to: int | None,
) -> str:
    """SHA-256, in hex, of exactly what is approved: script, sound, halls, times, priority."""
    facts = {
        "title": title,
        "clauses": [dict(clause) for clause in clauses],
        "clips": list(clip_keys),
        "halls": sorted(halls),
        "priority": priority.value,
        "status": status.value,
        "times": [
            repeats,
            interval_minutes,
            start_at and start_at.timestamp(),
            expires_at and expires_at.timestamp(),
        ],
        "refers_to": refers_to,
    }
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()

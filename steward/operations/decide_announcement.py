"""Send an announcement, or have it approved: by rule, by another person, in exactly its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from steward.accounts.queries import audit
from steward.broadcasts.queries import announcements, zones
from steward.broadcasts.tables import AnnouncementRow
from steward.domain.accounts import Actor
from steward.domain.announcements import (
    REASON_LENGTH,
    AnnouncementState,
    Approval,
    Kind,
    Rules,
    Status,
    plain_line,
)
from steward.domain.audit import Act
from steward.domain.broadcasts import STREAMED, Priority
from steward.domain.meaning import doubt
from steward.errors import AccessRefused, BroadcastError, Overtaken
from steward.storage.engine import Database, Session

S = AnnouncementState
SLACK = timedelta(minutes=2)  # a start "now" may lie so far back when the form arrives


@dataclass(frozen=True)
class Outcome:
    """What became of it: the broadcasts made, none while it waits for an approver."""

    number: int
    state: AnnouncementState
    broadcasts: tuple[int, ...] = ()


def approval_of(rules: Rules, row: AnnouncementRow) -> Approval:
    """What the rules ask before it is sent."""
    return rules.get((Kind(row.kind), Priority(row.priority)), Approval.NONE)


def submit(
    database: Database,
    number: int,
    *,
    version: int,
    rules: Rules,
    at: datetime,
    by: Actor,
    reason: str = "",
    confirmed: bool = False,
) -> Outcome:
    """Send a draft when the rules let its author, else ask for approval.

    `reason` is what the duty officer alone must give. `confirmed`: he has said once more that it is
    meant as it is marked, where its words are at odds with that. Raises BroadcastError (unfinished,
    too late, edited meanwhile; place "confirm": to be confirmed), NotFound.
    """
    reason = plain_line(reason, REASON_LENGTH)
    with database.session(write=True) as session:
        row = announcements.locked(session, number, S.DRAFT, version=version)
        _check_complete(session, row, at)
        question = doubt(Status(row.status), row.title, row.text)
        if question and not confirmed:
            raise BroadcastError(question, place="confirm")
        approval = approval_of(rules, row)
        if approval is Approval.APPROVER:
            ask_approval(session, row, at=at, by=by, reason=reason, confirmed=bool(question))
            return Outcome(number, S.AWAITING_APPROVAL)
        row.reason, row.submitted_at, row.updated_at = reason, at, at
        if approval is Approval.DUTY and not reason:
            raise BroadcastError("紧急播报由您自行下达，请写明理由", place="reason")
        why = f"{by.name} 下达" + (f"：{reason}" if reason else "")
        made = announcements.send(session, row, at=at, by=by.name, why=why)
        sent = {"reason": reason, "broadcasts": made, "confirmed": bool(question)}
        _record(session, Act.ANNOUNCEMENT_SENT, row, at, by, **sent)
        return Outcome(number, S.SENT, tuple(made))


def ask_approval(
    session: Session,
    row: AnnouncementRow,
    *,
    at: datetime,
    by: Actor,
    reason: str = "",
    confirmed: bool = False,
) -> None:
    """Let a draft wait for an approver; the engine makes the sound he will hear."""
    row.state = S.AWAITING_APPROVAL.value
    row.reason, row.submitted_at, row.updated_at = reason, at, at
    row.wants_sound = len(row.clips) < len(row.clauses)
    row.decision = ""
    submitted = {"reason": reason, "confirmed": confirmed}
    _record(session, Act.ANNOUNCEMENT_SUBMITTED, row, at, by, **submitted)


def approve(database: Database, number: int, *, digest: str, at: datetime, by: Actor) -> Outcome:
    """Approve exactly what `digest` stands for, and send it.

    Of two approvers the second is refused. Raises AccessRefused (one's own), BroadcastError (not
    waiting, another text by now, its sound not whole yet, too late), NotFound.
    """
    with database.session(write=True) as session:
        row = announcements.locked(session, number, S.AWAITING_APPROVAL)
        if row.author == by.name:
            raise AccessRefused("不能审批自己写的播报，请另一位审批员来审")
        if announcements.digest_of(session, row) != digest:
            raise Overtaken(
                "播报单的文字、声音或播放区域刚有变化，请重新看过、听过再批准",
                place=f"播报单 {number}",
            )
        _check_complete(session, row, at)
        whole = len(row.clips) == len(row.clauses)
        if not whole and Priority(row.priority) not in STREAMED:
            raise BroadcastError("声音还没有合成完，请稍候听过再批准", place=f"播报单 {number}")
        row.approver_listened = whole
        row.decision, row.updated_at = "批准", at
        made = announcements.send(session, row, at=at, by=by.name, why=f"{by.name} 批准")
        _record(session, Act.ANNOUNCEMENT_APPROVED, row, at, by, broadcasts=made)
        return Outcome(number, S.SENT, tuple(made))


def return_to_author(
    database: Database, number: int, *, reason: str, at: datetime, by: Actor
) -> None:
    """Refuse approval: a draft again, with the reason. Raises BroadcastError, NotFound."""
    reason = plain_line(reason, REASON_LENGTH)
    if not reason:
        raise BroadcastError("退回时请写明原因", place="reason")
    _back(database, number, Act.ANNOUNCEMENT_RETURNED, f"{by.name} 退回：{reason}", at, by)


def withdraw(database: Database, number: int, *, at: datetime, by: Actor) -> None:
    """The author takes it back to write on. Raises BroadcastError, NotFound."""
    _back(database, number, Act.ANNOUNCEMENT_WITHDRAWN, f"{by.name} 撤回", at, by)


def expire_announcements(database: Database, *, waits: timedelta, now: datetime) -> list[int]:
    """Let those expire that nobody approved within `waits`, or in time; their ids."""
    with database.session() as session:
        if not announcements.overdue(session, at=now, since=now - waits):
            return []
    engine = Actor("播报引擎", "engine", "")
    with database.session(write=True) as session:
        late = announcements.overdue(session, at=now, since=now - waits, lock=True)
        for row in late:
            row.state, row.decision = S.EXPIRED.value, "没有人在时限内审批"
            row.decided_at = row.updated_at = now
            _record(session, Act.ANNOUNCEMENT_EXPIRED, row, now, engine)
        return [row.id for row in late]


def _back(
    database: Database, number: int, act: Act, decision: str, at: datetime, by: Actor
) -> None:
    with database.session(write=True) as session:
        row = announcements.locked(session, number, S.AWAITING_APPROVAL)
        row.state, row.decision = S.DRAFT.value, decision[:REASON_LENGTH]
        row.updated_at = at
        row.version += 1
        _record(session, act, row, at, by, reason=decision)


def _check_complete(session: Session, row: AnnouncementRow, at: datetime) -> None:
    place = f"播报单 {row.id}"
    if not row.clauses:
        raise BroadcastError("还没有写要播报的内容", place=place)
    if not zones.halls_of(session, row.targets):
        raise BroadcastError("请选择在哪里播报；选中的区域里还没有大厅", place=place)
    if row.start_at is not None and row.start_at < at - SLACK:
        raise BroadcastError("开始时间已经过去，请改成以后的时间，或选“立即”", place=place)
    if row.expires_at is not None and row.expires_at <= max(at, row.start_at or at):
        raise BroadcastError("失效时间应晚于开始时间", place=place)


def _record(
    session: Session, act: Act, row: AnnouncementRow, at: datetime, by: Actor, **more: Any
) -> None:
    facts = {
        "title": row.title,
        "text": row.text,
        "priority": row.priority,
        "status": row.status,
        "targets": row.targets,
        "repeats": row.repeats,
        "interval_minutes": row.interval_minutes,
        "start_at": row.start_at.isoformat() if row.start_at else None,
        "expires_at": row.expires_at.isoformat() if row.expires_at else None,
        "digest": announcements.digest_of(session, row),
        **{name: value for name, value in more.items() if value},
    }
    audit.record(session, act, at=at, by=by, about=f"播报单 {row.id}", after=facts)

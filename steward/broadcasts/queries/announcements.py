"""Announcements: kept as drafts, decided, sent to their halls as broadcasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from steward.broadcasts.queries import broadcasts, chains, endings, slots, zones
from steward.broadcasts.tables import AnnouncementRow, BroadcastRow
from steward.domain.announcements import PLAN_AUTHOR, AnnouncementState, Kind, Status, digest
from steward.domain.broadcasts import BroadcastState, Priority
from steward.domain.corrections import ALL_CLEAR, CORRECTION
from steward.domain.voices import Clip, hearing_of
from steward.errors import EditedElsewhere, NotFound, Overtaken

S = AnnouncementState
_UNDECIDED = (S.DRAFT.value, S.AWAITING_APPROVAL.value)


def get(session: Session, number: int) -> AnnouncementRow:
    """One announcement. Raises NotFound."""
    row = session.get(AnnouncementRow, number)
    if row is None:
        raise NotFound(f"没有编号为 {number} 的播报单")
    return row


def locked(
    session: Session, number: int, *states: AnnouncementState, version: int | None = None
) -> AnnouncementRow:
    """The announcement as it is now, locked until the commit, when it is in one of these states.

    `version` is the one whoever acts has seen. Raises NotFound, Overtaken (EditedElsewhere: it is
    another version by now).
    """
    row = session.scalars(
        select(AnnouncementRow)
        .where(AnnouncementRow.id == number)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound(f"没有编号为 {number} 的播报单")
    if row.state not in states:
        raise Overtaken(
            f"这张播报单{_WHERE[S(row.state)]}，不能再这样处理；请刷新页面",
            place=f"播报单 {number}",
        )
    if version is not None and row.version != version:
        raise EditedElsewhere(
            "这张播报单刚被改动过，请看过新的内容再决定", place=f"播报单 {number}"
        )
    return row


_WHERE = {
    S.DRAFT: "还是草稿",
    S.AWAITING_APPROVAL: "正在等待审批",
    S.SENT: "已经下达",
    S.CANCELLED: "已经作废",
    S.EXPIRED: "已经过期",
}


def in_state(
    session: Session, *states: AnnouncementState, author: str | None = None, limit: int = 50
) -> Sequence[AnnouncementRow]:
    """Announcements in these states, the last touched first; of all, or of one author and of
    those that no person has written yet."""
    query = select(AnnouncementRow).where(AnnouncementRow.state.in_([one.value for one in states]))
    if author is not None:
        planned = AnnouncementRow.author.startswith(PLAN_AUTHOR)
        query = query.where(or_(AnnouncementRow.author == author, planned))
    newest = (AnnouncementRow.updated_at.desc(), AnnouncementRow.id.desc())
    return session.scalars(query.order_by(*newest).limit(limit)).all()


def awaited(session: Session) -> int:
    """How many wait for an approver."""
    waiting = AnnouncementRow.state == S.AWAITING_APPROVAL.value
    return session.scalar(select(func.count()).where(waiting)) or 0


def overdue(
    session: Session, *, at: datetime, since: datetime, lock: bool = False
) -> Sequence[AnnouncementRow]:
    """Those whose approver let them wait: asked before `since`, or too late for what they say.

    `lock`: until the commit; one that is being decided just now is left to whoever decides.
    """
    query = select(AnnouncementRow).where(
        AnnouncementRow.state == S.AWAITING_APPROVAL.value,
        or_(AnnouncementRow.submitted_at < since, AnnouncementRow.expires_at <= at),
    )
    if lock:
        query = query.with_for_update(key_share=True, skip_locked=True)
    return session.scalars(query).all()


def broadcasts_of(session: Session, number: int) -> Sequence[BroadcastRow]:
    """The broadcasts it became, by time then hall."""
    return session.scalars(
        select(BroadcastRow)
        .where(BroadcastRow.announcement_id == number)
        .order_by(BroadcastRow.slot_at, BroadcastRow.id)
    ).all()


def digest_of(session: Session, row: AnnouncementRow) -> str:
    """SHA-256 of what would be approved now. Raises NotFound (a hall or zone is gone)."""
    kept = [row.clips.get(str(ordinal), {}) for ordinal in range(len(row.clauses))]
    return digest(
        title=row.title,
        clauses=row.clauses,
        clip_keys=[clip.get("key") for clip in kept],
        halls=[hall.name for hall in zones.halls_of(session, row.targets)],
        priority=Priority(row.priority),
        status=Status(row.status),
        repeats=row.repeats,
        interval_minutes=row.interval_minutes,
        start_at=row.start_at,
        expires_at=row.expires_at,
        refers_to=row.refers_to,
    )


def send(session: Session, row: AnnouncementRow, *, at: datetime, by: str, why: str) -> list[int]:
    """Make its broadcasts, one a hall and a repeat, and give them to the engine; their ids."""
    row.digest = digest_of(session, row)
    row.state = S.SENT.value
    row.decided_at, row.decided_by = at, by
    ended = _ended(session, row)
    made = []
    for part in range(row.repeats):
        due = (row.start_at or at) + timedelta(minutes=part * row.interval_minutes)
        for hall in zones.halls_of(session, row.targets):
            broadcast = broadcasts.create(
                session,
                hall_id=hall.id,
                title=row.title,
                priority=Priority(row.priority),
                as_of=row.as_of or at,
                slot_at=due,
                at=at,
                by=by,
                why=why,
                template=row.template if row.kind == Kind.PLAN.value else None,
                town_code=_town_of(row),
                clauses=row.clauses,
                figures=row.figures,
                evidence=row.evidence,
                expires_at=row.expires_at,
            )
            broadcast.announcement_id, broadcast.part = row.id, part
            broadcast.approved, broadcast.status = row.digest, row.status
            broadcast.refers_to, broadcast.relation = row.refers_to, row.relation
            slots.open_for(session, broadcast.id, at=at, reason=why)
            made.append(broadcast.id)
    for one in ended:
        over = f"已解除，见播报 {made[0]}"
        endings.lay_aside(session, one, BroadcastState.SUPERSEDED, at=at, by=by, why=over)
    if row.relation == CORRECTION and row.refers_to is not None:
        broadcasts.get(session, row.refers_to).outdated = 0  # until the engine looks again
    session.flush()
    return made


def _town_of(row: AnnouncementRow) -> str | None:
    """The town whose figures it speaks."""
    town = (row.figures or {}).get("town")
    return str(town["code"]) if town else None


def _ended(session: Session, row: AnnouncementRow) -> list[BroadcastRow]:
    """What an all clear ends that is still to be said, locked before anything is logged."""
    if row.relation != ALL_CLEAR or row.refers_to is None:
        return []
    return chains.to_come(session, broadcasts.get(session, row.refers_to))


def next_clause(session: Session) -> tuple[int, int, int, dict[str, Any]] | None:
    """The clause whose sound somebody waits for longest: (id, version, ordinal, clause)."""
    waiting = session.scalars(
        select(AnnouncementRow)
        .where(AnnouncementRow.wants_sound, AnnouncementRow.state.in_(_UNDECIDED))
        .order_by(AnnouncementRow.updated_at, AnnouncementRow.id)
    )
    for row in waiting:
        for ordinal, clause in enumerate(row.clauses):
            if str(ordinal) not in row.clips:
                return row.id, row.version, ordinal, clause
    return None


def keep_clip(
    session: Session, number: int, version: int, ordinal: int, clip: Clip | None, fault: str
) -> None:
    """Put down the sound of a clause, or why it has none; nothing when it was edited meanwhile."""
    row = session.get(AnnouncementRow, number, with_for_update=True, populate_existing=True)
    if row is None or row.version != version:
        return
    kept = asdict(clip) if clip is not None else {"fault": fault}
    row.clips = {**row.clips, str(ordinal): kept}
    if len(row.clips) == len(row.clauses):
        row.wants_sound = False
    session.flush()


def approved_clip(session: Session, broadcast: BroadcastRow, ordinal: int) -> Clip | None:
    """The clip of a clause that was listened to before it was sent: by an approver, or by the
    recogniser that heard it right. None where there is none."""
    if broadcast.announcement_id is None:
        return None
    row = get(session, broadcast.announcement_id)
    facts = row.clips.get(str(ordinal))
    if not facts or "key" not in facts:
        return None
    clip = clip_of(facts)
    heard_right = clip.hearing is not None and clip.hearing.ok
    return clip if heard_right or row.approver_listened else None


def clip_of(facts: dict[str, Any]) -> Clip:
    """A clip from its plain values."""
    return Clip(**{**facts, "hearing": hearing_of(facts["hearing"])})

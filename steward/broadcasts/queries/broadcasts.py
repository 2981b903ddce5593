"""Broadcasts: made, moved through their states with the log, and looked up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from steward.broadcasts import states
from steward.broadcasts.queries import changes, halls
from steward.broadcasts.tables import BroadcastClipRow, BroadcastRow, HallRow
from steward.domain.broadcasts import BroadcastState, Priority
from steward.domain.voices import Clip
from steward.errors import BroadcastError, Overtaken

S = BroadcastState
# Waiting or on the air: what a hall's lineup shows.
LINED_UP = (S.APPROVED, S.RENDERING, S.READY, S.PLAYING)


def create(
    session: Session,
    *,
    hall_id: int,
    title: str,
    priority: Priority,
    as_of: datetime,
    slot_at: datetime,
    at: datetime,
    by: str,
    state: BroadcastState = S.APPROVED,
    why: str = "",
    template: str | None = None,
    town_code: str | None = None,
    clauses: list[dict[str, Any]] | None = None,
    figures: dict[str, Any] | None = None,
    evidence: dict[str, Any] | None = None,
    expires_at: datetime | None = None,
) -> BroadcastRow:
    """A new broadcast, logged as a change from nothing. Raises BroadcastError."""
    broadcast = BroadcastRow(
        hall_id=hall_id,
        title=title,
        template=template,
        town_code=town_code,
        priority=priority.value,
        state=states.begin(state).value,
        as_of=as_of,
        slot_at=slot_at,
        created_at=at,
        expires_at=expires_at,
        clauses=clauses or [],
        figures=figures,
        evidence=evidence,
        fault=why if state is S.HELD else "",
    )
    session.add(broadcast)
    session.flush()
    changes.record(
        session,
        at=at,
        hall_id=hall_id,
        broadcast_id=broadcast.id,
        what="state",
        from_=None,
        to=state.value,
        by=by,
        why=why,
    )
    return broadcast


def move(
    session: Session,
    broadcast: BroadcastRow,
    to: BroadcastState,
    *,
    at: datetime,
    by: str,
    why: str = "",
) -> int:
    """Move to another state and log it, in the caller's transaction; gives the change's id.

    Raises BroadcastError when the table has no such transition, when somebody else moved the
    broadcast meanwhile, or when its hall already plays another one.
    """
    current = BroadcastState(broadcast.state)
    states.move(current, to)
    if to is S.PLAYING:
        _claim_hall(session, broadcast)
    session.flush()
    moved = session.scalar(
        update(BroadcastRow)
        .where(BroadcastRow.id == broadcast.id, BroadcastRow.state == current.value)
        .values(state=to.value)
        .returning(BroadcastRow.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise Overtaken("播报的状态刚被别处改动，请刷新后再试", place=f"播报 {broadcast.id}")
    broadcast.state = to.value
    if to is S.PLAYING and broadcast.started_at is None:
        broadcast.started_at = at
    if to in states.FINAL:
        broadcast.ended_at = at
    if to in (S.HELD, S.FAILED):
        broadcast.fault = why
    session.flush()
    return changes.record(
        session,
        at=at,
        hall_id=broadcast.hall_id,
        broadcast_id=broadcast.id,
        what="state",
        from_=current.value,
        to=to.value,
        by=by,
        why=why,
    )


def _claim_hall(session: Session, broadcast: BroadcastRow) -> None:
    """Raise BroadcastError unless the hall is free; its row stays locked until the commit."""
    halls.locked(session, broadcast.hall_id)
    other = playing(session, broadcast.hall_id)
    if other is not None and other.id != broadcast.id:
        raise BroadcastError(f"大厅正在播报“{other.title}”，须等它结束", place=f"播报 {other.id}")


def set_clip(
    session: Session, broadcast: BroadcastRow, ordinal: int, clip: Clip, *, at: datetime, by: str
) -> int | None:
    """Note the sound of clause `ordinal` (from 0) and log it; None when it is already noted."""
    if session.get(BroadcastClipRow, (broadcast.id, ordinal)) is not None:
        return None
    session.add(
        BroadcastClipRow(
            broadcast_id=broadcast.id,
            ordinal=ordinal,
            clip_key=clip.key,
            duration_ms=clip.duration_ms,
            voice_id=clip.voice_id,
            speed=clip.speed,
            computed_s=0.0 if clip.cached else clip.computed_s,
            hearing=asdict(clip.hearing) if clip.hearing else None,
        )
    )
    session.flush()
    return changes.record(
        session,
        at=at,
        hall_id=broadcast.hall_id,
        broadcast_id=broadcast.id,
        what="clip",
        from_=None,
        to=str(ordinal),
        by=by,
    )


def fault_of_clause(
    session: Session,
    broadcast: BroadcastRow,
    ordinal: int,
    what: str,
    *,
    at: datetime,
    by: str,
    why: str,
) -> int:
    """Log that clause `ordinal` will have no sound ("mute"), or was not heard as it is meant while
    on the air ("misheard"); gives the change's id."""
    broadcast.fault = why
    session.flush()
    return changes.record(
        session,
        at=at,
        hall_id=broadcast.hall_id,
        broadcast_id=broadcast.id,
        what=what,
        from_=None,
        to=str(ordinal),
        by=by,
        why=why,
    )


def get(session: Session, broadcast_id: int) -> BroadcastRow:
    """The broadcast. Raises BroadcastError when there is none."""
    row = session.get(BroadcastRow, broadcast_id)
    if row is None:
        raise BroadcastError(f"没有编号为 {broadcast_id} 的播报")
    return row


def referring(
    session: Session, broadcast_id: int, relation: str | None = None
) -> Sequence[BroadcastRow]:
    """The broadcasts that stand in this relation to it, or in any, oldest first."""
    query = select(BroadcastRow).where(BroadcastRow.refers_to == broadcast_id)
    if relation is not None:
        query = query.where(BroadcastRow.relation == relation)
    return session.scalars(query.order_by(BroadcastRow.id)).all()


def clips(session: Session, broadcast_id: int) -> dict[int, BroadcastClipRow]:
    """The clips made so far, by ordinal."""
    rows = session.scalars(
        select(BroadcastClipRow)
        .where(BroadcastClipRow.broadcast_id == broadcast_id)
        .order_by(BroadcastClipRow.ordinal)
    )
    return {row.ordinal: row for row in rows}


def missing(session: Session, broadcast: BroadcastRow) -> list[int]:
    """The clauses with neither a clip nor the verdict that they will have none."""
    settled = set(clips(session, broadcast.id)) | changes.muted(session, broadcast.id)
    return [ordinal for ordinal in range(len(broadcast.clauses)) if ordinal not in settled]


def lineup(session: Session, hall_id: int) -> Sequence[BroadcastRow]:
    """Broadcasts of a hall that wait or play; unordered as to priority (see `lineup.order`)."""
    return in_states(session, LINED_UP, hall_id=hall_id)


def locked(session: Session, ids: Sequence[int]) -> list[BroadcastRow]:
    """These broadcasts as they are now, in this order, their rows locked until the commit."""
    rows = session.scalars(
        select(BroadcastRow)
        .where(BroadcastRow.id.in_(ids))
        .order_by(BroadcastRow.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    by_id = {row.id: row for row in rows}
    return [by_id[one] for one in ids]


def in_states(
    session: Session, wanted: Sequence[BroadcastState], *, hall_id: int | None = None
) -> Sequence[BroadcastRow]:
    """Broadcasts in any of these states, by slot then id; of one hall or of all."""
    query = select(BroadcastRow).where(BroadcastRow.state.in_([s.value for s in wanted]))
    if hall_id is not None:
        query = query.where(BroadcastRow.hall_id == hall_id)
    return session.scalars(query.order_by(BroadcastRow.slot_at, BroadcastRow.id)).all()


def playing(session: Session, hall_id: int) -> BroadcastRow | None:
    """What the hall plays now."""
    return session.scalars(
        select(BroadcastRow).where(
            BroadcastRow.hall_id == hall_id, BroadcastRow.state == S.PLAYING.value
        )
    ).first()


def recently_played(
    session: Session, hall_id: int | None = None, limit: int = 20
) -> Sequence[BroadcastRow]:
    """Finished broadcasts that were heard, newest first."""
    query = select(BroadcastRow).where(BroadcastRow.state == S.PLAYED.value)
    if hall_id is not None:
        query = query.where(BroadcastRow.hall_id == hall_id)
    return session.scalars(
        query.order_by(BroadcastRow.ended_at.desc(), BroadcastRow.id.desc()).limit(limit)
    ).all()


def played_of_town(session: Session, town_code: str, limit: int) -> Sequence[BroadcastRow]:
    """What was heard about a town, or in a hall of its own, newest first."""
    own = select(HallRow.id).where(HallRow.town_code == town_code)
    return session.scalars(
        select(BroadcastRow)
        .where(
            BroadcastRow.state == S.PLAYED.value,
            or_(BroadcastRow.town_code == town_code, BroadcastRow.hall_id.in_(own)),
        )
        .order_by(BroadcastRow.ended_at.desc(), BroadcastRow.id.desc())
        .limit(limit)
    ).all()


def recent(session: Session, limit: int = 20) -> Sequence[BroadcastRow]:
    """The newest broadcasts in any state, newest first."""
    return session.scalars(select(BroadcastRow).order_by(BroadcastRow.id.desc()).limit(limit)).all()

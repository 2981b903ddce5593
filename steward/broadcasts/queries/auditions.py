"""Auditions: asked for on a page, worked off by the engine, take by take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from steward.broadcasts.tables import AuditionRow, TakeRow
from steward.domain.voices import Take


def add(
    session: Session, text: str, wanted: Sequence[tuple[str, float]], *, at: datetime
) -> AuditionRow:
    """A new audition with a waiting take for each (voice's id, pace), in this order."""
    row = AuditionRow(text=text, created_at=at)
    session.add(row)
    session.flush()
    session.add_all(
        TakeRow(audition_id=row.id, ordinal=ordinal, voice_id=voice_id, pace=pace)
        for ordinal, (voice_id, pace) in enumerate(wanted)
    )
    session.flush()
    return row


def waiting(session: Session) -> int:
    """How many are not done."""
    undone = select(func.count()).select_from(AuditionRow).where(AuditionRow.done_at.is_(None))
    return session.scalar(undone) or 0


def next_take(session: Session) -> tuple[AuditionRow, TakeRow] | None:
    """The first take that waits, of the oldest audition."""
    query = (
        select(AuditionRow, TakeRow)
        .join(TakeRow, TakeRow.audition_id == AuditionRow.id)
        .where(AuditionRow.done_at.is_(None), TakeRow.settled_at.is_(None))
        .order_by(AuditionRow.id, TakeRow.ordinal)
        .limit(1)
    )
    found = session.execute(query).first()
    return None if found is None else (found[0], found[1])


def settle(session: Session, audition_id: int, ordinal: int, take: Take, *, at: datetime) -> None:
    """Put down a take; the last one ends its audition."""
    row = session.get_one(TakeRow, (audition_id, ordinal))
    row.settled_at = at
    row.clip_key = take.clip_key
    row.duration_ms = take.duration_ms
    row.cost = take.cost
    row.loudness_lufs = take.loudness_lufs
    row.hearing = asdict(take.hearing) if take.hearing else None
    row.fault = take.fault
    session.flush()
    if all(one.settled_at is not None for one in takes(session, audition_id)):
        session.get_one(AuditionRow, audition_id).done_at = at
        session.flush()


def takes(session: Session, audition_id: int) -> Sequence[TakeRow]:
    """The takes of an audition, in their order."""
    query = select(TakeRow).where(TakeRow.audition_id == audition_id)
    return session.scalars(query.order_by(TakeRow.ordinal)).all()


def get(session: Session, audition_id: int) -> AuditionRow | None:
    """The audition; None when there is none."""
    return session.get(AuditionRow, audition_id)


def recent(session: Session, limit: int) -> Sequence[AuditionRow]:
    """The newest auditions, newest first."""
    return session.scalars(select(AuditionRow).order_by(AuditionRow.id.desc()).limit(limit)).all()

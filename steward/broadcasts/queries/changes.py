"""The log of changes: what players follow, and what staff read afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from steward.broadcasts.tables import ChangeRow
from steward.domain.broadcasts import BroadcastState
from steward.storage.turns import Turn, take_turn

# PostgreSQL: whoever listens on this channel is woken at each commit that logged something.
CHANNEL = "steward_changes"
WHY_LENGTH = 200


def record(
    session: Session,
    *,
    at: datetime,
    hall_id: int,
    broadcast_id: int | None,
    what: str,
    from_: str | None,
    to: str,
    by: str,
    why: str = "",
) -> int:
    """Write one row in the caller's transaction and give its id.

    Ids must be committed in their order, or a follower that has read id 8 would never see an
    id 7 committed after it. SQLite has one writer; PostgreSQL's writers queue on a lock that
    the transaction's end releases.
    """
    take_turn(session, Turn.CHANGES)
    row = ChangeRow(
        at=at,
        hall_id=hall_id,
        broadcast_id=broadcast_id,
        what=what,
        from_=from_,
        to=to,
        by=by[:60],
        why=why[:WHY_LENGTH],
    )
    session.add(row)
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_notify(CHANNEL, "")))
    return row.id


def since(session: Session, hall_id: int, last_id: int, limit: int = 500) -> Sequence[ChangeRow]:
    """At most `limit` changes of a hall after `last_id`, oldest first."""
    return session.scalars(
        select(ChangeRow)
        .where(ChangeRow.hall_id == hall_id, ChangeRow.id > last_id)
        .order_by(ChangeRow.id)
        .limit(limit)
    ).all()


def of_broadcast(session: Session, broadcast_id: int) -> Sequence[ChangeRow]:
    """Everything that happened to one broadcast, oldest first."""
    return session.scalars(
        select(ChangeRow).where(ChangeRow.broadcast_id == broadcast_id).order_by(ChangeRow.id)
    ).all()


def airings(session: Session, broadcast_id: int) -> list[datetime]:
    """When it was put on the air, each time."""
    return [
        change.at
        for change in of_broadcast(session, broadcast_id)
        if change.what == "state" and change.to == BroadcastState.PLAYING.value
    ]


def taken_off_at(session: Session, broadcast_id: int) -> datetime | None:
    """When it was last taken off the air."""
    return session.scalar(
        select(func.max(ChangeRow.at)).where(
            ChangeRow.broadcast_id == broadcast_id,
            ChangeRow.what == "state",
            ChangeRow.from_ == BroadcastState.PLAYING.value,
        )
    )


def of_hall(session: Session, hall_id: int, limit: int = 20) -> Sequence[ChangeRow]:
    """The newest acts upon the hall itself, newest first."""
    return session.scalars(
        select(ChangeRow)
        .where(ChangeRow.hall_id == hall_id, ChangeRow.what == "hall")
        .order_by(ChangeRow.id.desc())
        .limit(limit)
    ).all()


def latest_id(session: Session) -> int:
    """The id of the newest change; 0 when there is none."""
    return session.scalar(select(func.max(ChangeRow.id))) or 0


def muted(session: Session, broadcast_id: int) -> set[int]:
    """The clauses that have no sound because every voice failed."""
    told = session.scalars(
        select(ChangeRow.to).where(ChangeRow.broadcast_id == broadcast_id, ChangeRow.what == "mute")
    )
    return {int(ordinal) for ordinal in told}


def settled_at(session: Session, broadcast_id: int) -> datetime | None:
    """When the last clause so far got its sound, or was given up."""
    return session.scalar(
        select(func.max(ChangeRow.at)).where(
            ChangeRow.broadcast_id == broadcast_id, ChangeRow.what.in_(("clip", "mute"))
        )
    )

"""Staff decide over a broadcast: let a held one pass, or cancel one."""

from __future__ import annotations

from datetime import datetime

from steward.accounts.queries import audit
from steward.broadcasts.queries import broadcasts, endings, hearing, slots
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.domain.broadcasts import BroadcastState
from steward.storage.engine import Database


def release_broadcast(database: Database, broadcast_id: int, *, at: datetime, by: Actor) -> None:
    """Let a held broadcast pass: the engine takes it up within seconds.

    A clause that was not heard back as it is meant is then said as staff have heard it. Raises
    BroadcastError when there is none, or when it is not held.
    """
    with database.session(write=True) as session:
        row = broadcasts.get(session, broadcast_id)
        before = {"state": row.state, "fault": row.fault}
        broadcasts.move(session, row, BroadcastState.APPROVED, at=at, by=by.name, why="值班员放行")
        row.fault = ""
        hearing.accept(session, row, at=at, by=by.name)
        slot = slots.of_broadcast(session, broadcast_id)
        if slot is not None:
            slots.reopen(session, slot, at=at)
        about, after = f"播报 {row.id}", {"state": row.state}
        audit.record(
            session, Act.BROADCAST_RELEASED, at=at, by=by, about=about, before=before, after=after
        )


def cancel_broadcast(database: Database, broadcast_id: int, *, at: datetime, by: Actor) -> None:
    """Cancel a broadcast that has not ended. Raises BroadcastError."""
    with database.session(write=True) as session:
        row = broadcasts.get(session, broadcast_id)
        before = {"state": row.state, "fault": row.fault}
        cancelled = BroadcastState.CANCELLED
        endings.lay_aside(session, row, cancelled, at=at, by=by.name, why="值班员取消")
        about, after = f"播报 {row.id}", {"state": row.state}
        audit.record(
            session, Act.BROADCAST_CANCELLED, at=at, by=by, about=about, before=before, after=after
        )

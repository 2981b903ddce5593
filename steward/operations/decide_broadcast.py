"""Staff decide over a broadcast: let a held one pass, or cancel one."""

from __future__ import annotations

from datetime import datetime

from steward.broadcasts.queries import broadcasts, endings, hearing, slots
from steward.domain.broadcasts import BroadcastState
from steward.storage.engine import Database


def release_broadcast(database: Database, broadcast_id: int, *, at: datetime, by: str) -> None:
    """Let a held broadcast pass: the engine takes it up within seconds.

    A clause that was not heard back as it is meant is then said as staff have heard it. Raises
    BroadcastError when there is none, or when it is not held.
    """
    with database.session(write=True) as session:
        row = broadcasts.get(session, broadcast_id)
        broadcasts.move(session, row, BroadcastState.APPROVED, at=at, by=by, why="值班员放行")
        row.fault = ""
        hearing.accept(session, row, at=at, by=by)
        slot = slots.of_broadcast(session, broadcast_id)
        if slot is not None:
            slots.reopen(session, slot, at=at)


def cancel_broadcast(database: Database, broadcast_id: int, *, at: datetime, by: str) -> None:
    """Cancel a broadcast that has not ended. Raises BroadcastError."""
    with database.session(write=True) as session:
        row = broadcasts.get(session, broadcast_id)
        cancelled = BroadcastState.CANCELLED
        endings.lay_aside(session, row, cancelled, at=at, by=by, why="值班员取消")

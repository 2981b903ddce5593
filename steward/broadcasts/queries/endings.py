"""Laying a broadcast aside for good, or for staff: its state and its slot in one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from steward.broadcasts.queries import broadcasts, slots
from steward.broadcasts.tables import BroadcastRow
from steward.domain.broadcasts import BroadcastState


def lay_aside(
    session: Session,
    broadcast: BroadcastRow,
    to: BroadcastState,
    *,
    at: datetime,
    by: str,
    why: str,
) -> None:
    """Move it, and close the slot it came from: no engine works on it any more.

    Raises BroadcastError.
    """
    broadcasts.move(session, broadcast, to, at=at, by=by, why=why)
    slot = slots.of_broadcast(session, broadcast.id)
    if slot is not None:
        slots.finish(session, slot, to.value, why)

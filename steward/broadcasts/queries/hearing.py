"""What was heard back of a broadcast's clips: put down, held for staff, let pass."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from steward.broadcasts.queries import broadcasts, slots
from steward.broadcasts.tables import BroadcastClipRow, BroadcastRow
from steward.domain.broadcasts import BroadcastState
from steward.domain.voices import Clip, Hearing


def note(session: Session, broadcast_id: int, ordinal: int, hearing: Hearing) -> None:
    """Put down what was heard of a clip that is there already."""
    session.get_one(BroadcastClipRow, (broadcast_id, ordinal)).hearing = asdict(hearing)
    session.flush()


def hold(
    session: Session,
    broadcast: BroadcastRow,
    ordinal: int,
    nearest: Clip,
    *,
    at: datetime,
    by: str,
    why: str,
) -> None:
    """Hold the broadcast for staff, with the attempt that came nearest. Raises BroadcastError."""
    heard = nearest.hearing.heard if nearest.hearing else ""
    broadcast.misheard = {"ordinal": ordinal, "clip": asdict(nearest), "heard": heard}
    broadcasts.move(session, broadcast, BroadcastState.HELD, at=at, by=by, why=why)
    slot = slots.of_broadcast(session, broadcast.id)
    if slot is not None:
        slots.finish(session, slot, BroadcastState.HELD.value, why)


def accept(session: Session, broadcast: BroadcastRow, *, at: datetime, by: str) -> None:
    """Take the attempt it was held for, which staff have listened to; nothing without one."""
    kept: dict[str, Any] | None = broadcast.misheard
    if kept is None:
        return
    facts = dict(kept["clip"])
    facts["hearing"] = Hearing(**facts["hearing"]) if facts["hearing"] else None
    broadcasts.set_clip(session, broadcast, int(kept["ordinal"]), Clip(**facts), at=at, by=by)
    broadcast.misheard = None
    session.flush()

"""Which broadcast a hall ought to hear and does not: held for staff, or still being made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from steward.broadcasts.queries import broadcasts
from steward.domain.broadcasts import BroadcastState as S
from steward.storage.engine import Database

# A broadcast held longer ago is no longer news on the hall's screen; the pages still list it.
SHOWN_FOR = timedelta(hours=24)
MAKING = "正在合成语音并听回核对"


@dataclass(frozen=True)
class Waiting:
    """One broadcast whose time has come, and why the hall does not hear it."""

    id: int
    title: str
    slot_at: datetime
    held: bool
    why: str


def waiting_in(database: Database, hall_id: int, *, at: datetime) -> Waiting | None:
    """What the hall's screen tells of: the newest that is held, else the first being made."""
    with database.session() as session:
        rows = broadcasts.in_states(session, (S.HELD, S.APPROVED, S.RENDERING), hall_id=hall_id)
    due = [row for row in rows if row.slot_at <= at]
    held = [row for row in due if row.state == S.HELD.value and at - row.slot_at < SHOWN_FOR]
    making = [row for row in due if row.state != S.HELD.value]
    if held:
        return Waiting(held[-1].id, held[-1].title, held[-1].slot_at, True, held[-1].fault)
    if making:
        return Waiting(making[0].id, making[0].title, making[0].slot_at, False, MAKING)
    return None

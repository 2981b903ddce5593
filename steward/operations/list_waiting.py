"""Which broadcasts ought to be heard and are not: held for staff, or still being made."""

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
    hall_id: int
    title: str
    slot_at: datetime
    held: bool
    why: str


def list_waiting(database: Database, *, at: datetime, hall_id: int | None = None) -> list[Waiting]:
    """Held ones first, then those being made; each by slot. Of one hall, or of all."""
    with database.session() as session:
        rows = broadcasts.in_states(session, (S.HELD, S.APPROVED, S.RENDERING), hall_id=hall_id)
    found = [
        Waiting(
            id=row.id,
            hall_id=row.hall_id,
            title=row.title,
            slot_at=row.slot_at,
            held=row.state == S.HELD.value,
            why=row.fault if row.state == S.HELD.value else MAKING,
        )
        for row in rows
        if row.slot_at <= at
    ]
    return sorted(found, key=lambda one: (not one.held, one.slot_at, one.id))


def on_screen(database: Database, *, at: datetime, hall_id: int) -> Waiting | None:
    """The one that the hall's screen tells of."""
    for one in list_waiting(database, at=at, hall_id=hall_id):
        if not one.held or at - one.slot_at < SHOWN_FOR:
            return one
    return None

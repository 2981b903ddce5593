"""The console's first page: what each hall does now and next, and what waits for staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from steward.broadcasts import lineup
from steward.broadcasts.queries import announcements, broadcasts, halls, plans
from steward.domain.broadcasts import BroadcastState as S
from steward.errors import NotFound
from steward.operations.air_broadcasts import item_of
from steward.operations.list_broadcasts import Coming, Listed, listed
from steward.operations.schedule import Schedule
from steward.storage.engine import Database


@dataclass(frozen=True)
class HallState:
    """A hall now. `waiting` is how many broadcasts wait to be played; `coming` its next slot."""

    id: int
    name: str
    title: str
    paused: bool
    quiet_until: datetime | None
    playing: Listed | None
    waiting: int
    coming: Coming | None


@dataclass(frozen=True)
class ToDo:
    """What waits for staff to decide: held broadcasts, and how many announcements to approve."""

    held: Sequence[Listed]
    approvals: int


def show_halls(database: Database, schedule: Schedule, *, at: datetime) -> list[HallState]:
    """Every hall, in the order they were made. Raises PlanError: a malformed calendar."""
    with database.session() as session:
        lined = broadcasts.in_states(session, broadcasts.LINED_UP)
        planned = plans.active(session)
        found = []
        for hall in halls.every(session):
            mine = [row for row in lined if row.hall_id == hall.id]
            playing = next((row for row in mine if row.state == S.PLAYING.value), None)
            outlook = schedule.outlook([one for one in planned if one.hall_id == hall.id], at)
            coming = [Coming(hall.id, plan.title, slot, None) for plan, slot in outlook.slots[:1]]
            found.append(
                HallState(
                    id=hall.id,
                    name=hall.name,
                    title=hall.title,
                    paused=hall.paused_at is not None,
                    quiet_until=halls.quiet_until(hall, at),
                    playing=None if playing is None else listed(playing),
                    waiting=len(mine) - (playing is not None),
                    coming=coming[0] if coming else None,
                )
            )
    return found


def show_todo(database: Database) -> ToDo:
    """What waits for staff in all halls."""
    with database.session() as session:
        return ToDo(
            held=[listed(row) for row in broadcasts.in_states(session, (S.HELD,))],
            approvals=announcements.awaited(session),
        )


def lined_up(database: Database, name: str) -> list[Listed]:
    """What a hall plays and what waits there, in the order it will be heard. Raises NotFound."""
    with database.session() as session:
        hall = halls.named(session, name)
        if hall is None:
            raise NotFound(f"没有名为“{name}”的大厅")
        rows = {row.id: row for row in broadcasts.lineup(session, hall.id)}
        order = lineup.order([item_of(row) for row in rows.values()])
        order.sort(key=lambda item: item.state is not S.PLAYING)
        return [listed(rows[item.id]) for item in order]

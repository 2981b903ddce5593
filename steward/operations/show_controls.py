"""How staff have set a hall: paused, quiet, how loud; and what waits there to go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from steward.broadcasts.queries import airings, broadcasts, changes, halls
from steward.broadcasts.tables import ChangeRow
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import Priority
from steward.domain.halls import QuietHours, volume_of
from steward.speech.audio.chime import opening_ms
from steward.storage.engine import Database


@dataclass(frozen=True)
class Resuming:
    """A broadcast that was interrupted: it goes on with clause `ordinal` (from 0) of `clauses`."""

    id: int
    title: str
    ordinal: int
    clauses: int


@dataclass(frozen=True)
class Controls:
    """The hall's controls at an instant.

    `quiet_until` is None outside of quiet hours; `next_change` when they next begin or end.
    `volumes` has the percent in force for every priority, `own` those that are set apart.
    """

    paused_at: datetime | None
    paused_by: str
    quiet: str
    quiet_until: datetime | None
    next_change: datetime | None
    volume: int
    volumes: Mapping[str, int]
    own: Mapping[str, int]
    resuming: Resuming | None


def controls_of(database: Database, hall_id: int, *, at: datetime) -> Controls:
    """The controls of a hall, which must exist."""
    with database.session() as session:
        hall = halls.get(session, hall_id)
        hours = QuietHours.parse(hall.quiet)
        acts = changes.of_hall(session, hall_id) if hall.paused_at else []
        row = next(
            (
                one
                for one in broadcasts.in_states(session, (S.READY,), hall_id=hall_id)
                if one.started_at is not None
            ),
            None,
        )
        resuming = None
        if row is not None:
            chime_ms = opening_ms(Priority(row.priority))
            ordinal = airings.resume_ordinal(session, row, chime_ms=chime_ms)
            resuming = Resuming(row.id, row.title, ordinal, len(row.clauses))
    return Controls(
        paused_at=hall.paused_at,
        paused_by=next((act.by for act in acts if act.to == "paused"), ""),
        quiet=hall.quiet,
        quiet_until=hours.until(at),
        next_change=hours.next_change(at),
        volume=hall.volume,
        volumes={one.value: volume_of(one, hall.volume, hall.volumes) for one in Priority},
        own=dict(hall.volumes),
        resuming=resuming,
    )


def controls_document(controls: Controls) -> dict[str, Any]:
    """JSON-ready, as a hall's page takes it."""

    def instant(value: datetime | None) -> str | None:
        return value.isoformat() if value else None

    waits = controls.resuming
    return {
        "paused_at": instant(controls.paused_at),
        "paused_by": controls.paused_by,
        "quiet": controls.quiet,
        "quiet_until": instant(controls.quiet_until),
        "next_change": instant(controls.next_change),
        "volume": controls.volume,
        "volumes": dict(controls.volumes),
        "resuming": waits
        and {
            "id": waits.id,
            "title": waits.title,
            "ordinal": waits.ordinal,
            "clauses": waits.clauses,
        },
    }


def acts_upon(database: Database, hall_id: int, limit: int = 20) -> list[ChangeRow]:
    """What staff did with the hall, newest first."""
    with database.session() as session:
        return list(changes.of_hall(session, hall_id, limit))

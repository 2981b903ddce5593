"""What a hall's page is told: the hall itself, what it plays now, and the broadcast to play."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from steward.broadcasts.queries import broadcasts, changes, halls
from steward.broadcasts.tables import BroadcastClipRow, BroadcastRow, HallRow
from steward.errors import NotFound
from steward.operations.board import board_of
from steward.operations.material import is_month
from steward.storage.engine import Database


@dataclass(frozen=True)
class Hall:
    """大厅: its number, the name in its URL, its title on the screen."""

    id: int
    name: str
    title: str


@dataclass(frozen=True)
class HallNow:
    """Where a hall's log stands: its newest change that is told, and the broadcast on the air."""

    last_id: int
    playing: int | None


def all_halls(database: Database) -> list[Hall]:
    """Every hall, in the order they were made."""
    with database.session() as session:
        return [_hall(row) for row in halls.every(session)]


def find_hall(database: Database, name: str) -> Hall:
    """The hall of that name. Raises NotFound."""
    with database.session() as session:
        row = halls.named(session, name)
        if row is None:
            raise NotFound(f"没有名为“{name}”的大厅")
        return _hall(row)


def hall_now(database: Database, hall_id: int, last_id: int | None) -> HallNow:
    """Where a follower of the hall's log begins.

    It goes on after `last_id`; without one, or with one that the log has not reached (another
    database was put in place), it begins at the log's end.
    """
    with database.session() as session:
        latest = changes.latest_id(session)
        row = broadcasts.playing(session, hall_id)
        start = latest if last_id is None or last_id > latest else last_id
        return HallNow(start, None if row is None else row.id)


def broadcast_to_play(
    database: Database, hall: Hall, broadcast_id: int, *, at: datetime
) -> dict[str, Any]:
    """All a player needs of one broadcast, JSON-ready; clip keys, not addresses.

    `playing_since` is when it was last put on the air and `from_ordinal` the clause it goes on
    with (not 0 after an interruption); a clause that is `mute` will never have a clip; `now` is
    `at`. Raises NotFound when the hall has no such broadcast.
    """
    with database.session() as session:
        row = session.get(BroadcastRow, broadcast_id)
        if row is None or row.hall_id != hall.id:
            raise NotFound(f"{hall.title}没有编号为 {broadcast_id} 的播报")
        clips = broadcasts.clips(session, row.id)
        since = changes.airings(session, row.id)
        mute = changes.muted(session, row.id)
        return {
            "id": row.id,
            "title": row.title,
            "priority": row.priority,
            "state": row.state,
            "status": row.status,
            "now": at.isoformat(),
            "as_of": row.as_of.isoformat(),
            "slot_at": row.slot_at.isoformat(),
            "playing_since": since[-1].isoformat() if since else None,
            "from_ordinal": row.from_ordinal,
            "fault": row.fault,
            "board": _board(row.figures),
            "month": (row.figures or {}).get("month"),
            "clauses": [
                _clause(ordinal, clause, clips.get(ordinal)) | {"mute": ordinal in mute}
                for ordinal, clause in enumerate(row.clauses)
            ],
        }


def _board(document: dict[str, Any] | None) -> dict[str, Any] | None:
    """The board that stands beside a broadcast: it shows weeks only."""
    return None if not document or is_month(document) else board_of(document)


def _clause(ordinal: int, clause: dict[str, Any], clip: BroadcastClipRow | None) -> dict[str, Any]:
    return {
        "ordinal": ordinal,
        "written": clause["written"],
        "pause_ms": clause["pause_ms"],
        "clip_key": clip.clip_key if clip else None,
        "duration_ms": clip.duration_ms if clip else None,
    }


def _hall(row: HallRow) -> Hall:
    return Hall(row.id, row.name, row.title)

"""A broadcast as players are told it, with names for its sounds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from steward.domain.broadcasts import OPENING_CHIMES, Priority
from steward.operations.show_hall import Hall, broadcast_to_play
from steward.storage.engine import Database


def document_of(
    database: Database,
    hall: Hall,
    broadcast_id: int,
    *,
    at: datetime,
    clip: Callable[[str], str],
    chime: Callable[[str], str],
) -> dict[str, Any]:
    """`clip` names a clip by its key, `chime` a chime's file. Raises NotFound, StorageError."""
    document = broadcast_to_play(database, hall, broadcast_id, at=at)
    for clause in document["clauses"]:
        key = clause.pop("clip_key")
        clause["clip"] = clip(key) if key else None
    opening = OPENING_CHIMES[Priority(document["priority"])]
    document["chime"] = {
        place: chime(f"chime-{which}.wav")
        for place, which in (("before", opening), ("after", "after"))
    }
    return document

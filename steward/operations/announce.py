"""Announce a text in a hall now: a broadcast without a plan."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from steward.accounts.queries import audit
from steward.broadcasts.queries import broadcasts, halls, slots
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.domain.broadcasts import PRIORITY_NAMES, Priority
from steward.domain.script import Script
from steward.errors import NotFound
from steward.narration.lexicon import with_file
from steward.narration.script import script_from_text
from steward.operations.narrate import script_document
from steward.storage.engine import Database

TITLE_LENGTH = 60


def announce(
    database: Database,
    text: str,
    *,
    hall: str,
    priority: Priority,
    at: datetime,
    by: Actor,
    title: str = "",
    lexicon_file: Path | None = None,
) -> tuple[int, Script]:
    """Have the hall say a text as soon as it is free; the broadcast's id and its script.

    The engine takes it up within a moment. Raises NarrationError (nothing to say, too long),
    NotFound (no such hall), BroadcastError.
    """
    script = script_from_text(
        title.strip()[:TITLE_LENGTH] or f"{PRIORITY_NAMES[priority]}播报",
        text,
        lexicon=with_file(lexicon_file),
    )
    with database.session(write=True) as session:
        found = halls.named(session, hall)
        if found is None:
            raise NotFound(f"没有名为“{hall}”的大厅")
        row = broadcasts.create(
            session,
            hall_id=found.id,
            title=script.title,
            priority=priority,
            as_of=at,
            slot_at=at,
            at=at,
            by=by.name,
            clauses=script_document(script)["clauses"],
        )
        slots.open_for(session, row.id, at=at, reason=f"{by.name} 下达")
        audit.record(
            session,
            Act.BROADCAST_ANNOUNCED,
            at=at,
            by=by,
            about=f"播报 {row.id}",
            after={"hall": hall, "priority": priority, "title": script.title, "text": text},
        )
        return row.id, script

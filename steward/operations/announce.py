"""Announce a text in a hall now, without a draft: from the command line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from steward.domain.accounts import Actor
from steward.domain.announcements import Draft, Status
from steward.domain.broadcasts import Priority
from steward.domain.meaning import doubt
from steward.domain.script import Script
from steward.errors import BroadcastError
from steward.operations.compose import compile_script, save_draft
from steward.operations.decide_announcement import submit
from steward.operations.settle_readings import lexicon_in_force
from steward.storage.engine import Database


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
    confirmed: bool = False,
) -> tuple[int, Script]:
    """Have the hall say a text as soon as it is free; the broadcast's id and its script.

    Whoever may use the server's command line needs nobody's approval; it is on record. The engine
    takes it up within a moment. `confirmed`: real, although its words speak of a drill. Raises
    NarrationError (nothing to say, too long), NotFound (no such hall), BroadcastError.
    """
    question = doubt(Status.ACTUAL, title, text)
    if question and not confirmed:
        raise BroadcastError(f"{question}（命令行加 --confirmed）", place="confirm")
    draft = Draft(title, text, priority, (hall,), source="command")
    lexicon = lexicon_in_force(database, lexicon_file)
    script = compile_script(draft, lexicon)
    number, version = save_draft(database, draft, lexicon=lexicon, at=at, by=by)
    sent = submit(database, number, version=version, rules={}, at=at, by=by, confirmed=confirmed)
    return sent.broadcasts[0], script

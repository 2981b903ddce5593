"""Write and speak the towns' briefings, a clause at a time, when no hall waits for anything."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import datetime

from steward.errors import SpeechError, StewardError
from steward.offices.queries import briefings
from steward.offices.tables import BriefingRow
from steward.operations.narrate import script_document
from steward.operations.settle_readings import lexicon_in_force
from steward.operations.speak_clause import fault_of_clause, speak_clause
from steward.operations.studio import Studio
from steward.operations.weekly_figures import read_figures
from steward.operations.write_briefing import Wording, write_briefing
from steward.operations.write_script import clauses_of

log = logging.getLogger(__name__)


def speak_briefing(studio: Studio, *, now: datetime) -> int | None:
    """Write the script of the next briefing, or make one clip of it; its id, None when idle.

    What is made stands in its row, so that a restart goes on. A clause that is not understood
    whichever way it is said, or that no voice can say, leaves the briefing without sound, with the
    reason; its papers are made all the same. Raises StorageError.
    """
    with studio.database.session() as session:
        row = briefings.next_silent(session)
        before = briefings.former(session, row) if row is not None else None
    if row is None:
        return None
    if not row.clauses:
        _write(studio, row, before, now)
        return row.id
    clauses = clauses_of(row.clauses)
    ordinal = next(n for n in range(len(clauses)) if str(n) not in row.clips)
    outcome = speak_clause(studio.voice, clauses[ordinal])
    if isinstance(outcome, SpeechError):
        _fail(studio, row, fault_of_clause(ordinal, outcome))
        return row.id
    with studio.database.session(write=True) as session:
        briefings.keep_clip(session, row.id, ordinal, asdict(outcome))
    return row.id


def _write(studio: Studio, row: BriefingRow, before: BriefingRow | None, now: datetime) -> None:
    try:
        wording = Wording(
            studio.district,
            lexicon_in_force(studio.database, studio.lexicon_file),
            studio.templates_dir,
            studio.own_templates,
        )
        script = write_briefing(
            read_figures(row.figures),
            wording,
            title=row.title,
            changes=row.changes,
            said_as_of=before.as_of if before is not None else None,
            again=row.number > 2,
            at=now,
        )
    except StewardError as error:
        if error.retry:
            raise
        _fail(studio, row, f"写不出稿：{error}")
        return
    with studio.database.session(write=True) as session:
        briefings.keep_script(session, row.id, script_document(script)["clauses"])


def _fail(studio: Studio, row: BriefingRow, fault: str) -> None:
    log.error("每周简报 %s“%s”%s", row.id, row.title, fault)
    with studio.database.session(write=True) as session:
        briefings.settle_sound(session, row.id, None, fault)

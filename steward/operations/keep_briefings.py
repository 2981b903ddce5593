"""Keep the files of briefings: their sound once it is spoken, and what is read."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path

from steward.broadcasts.queries.announcements import clip_of
from steward.domain.offices import Matter
from steward.errors import SpeechError
from steward.offices.queries import briefings
from steward.offices.tables import BriefingRow
from steward.operations.briefing_files import briefing_of, write_papers, write_sound
from steward.operations.office_files import file_path
from steward.operations.studio import Studio
from steward.speech.cache import ClipCache

log = logging.getLogger(__name__)


def keep_briefing(studio: Studio, *, now: datetime) -> int | None:
    """Write the sound, or the papers, of the next briefing that can have them; its id, None when
    idle.

    Files lie as `operations.office_files` says. What cannot be written is put down with the
    reason, and stops nothing else. Raises StorageError.
    """
    with studio.database.session() as session:
        row = briefings.next_unwritten(session)
    if row is None:
        return None
    if row.sound == "waiting":
        _keep_sound(studio, row)
    else:
        _keep_papers(studio, row)
    return row.id


def _keep_sound(studio: Studio, row: BriefingRow) -> None:
    clips = {n: clip_of(facts) for n, facts in row.clips.items()}
    cache = ClipCache(studio.clips_folder)
    gone = [n for n, clip in clips.items() if cache.find(clip.key) is None]
    if gone:  # the cache was cleared meanwhile
        with studio.database.session(write=True) as session:
            briefings.lose_clips(session, row.id, gone)
        return
    duration_ms, fault = None, ""
    path = file_path(studio.offices_folder, Matter.BRIEFING, row.id, "mp3")
    try:
        duration_ms = write_sound(
            studio.voice,
            path.parent,
            path.stem,
            title=row.title,
            district=studio.district,
            as_of=row.as_of,
            clauses=row.clauses,
            clips=[clips[str(n)] for n in range(len(row.clauses))],
        )
    except SpeechError as error:
        fault = f"声音文件没有保存：{error}"
        log.error("每周简报 %s“%s”%s", row.id, row.title, fault)
    with studio.database.session(write=True) as session:
        briefings.settle_sound(session, row.id, duration_ms, fault)


def _keep_papers(studio: Studio, row: BriefingRow) -> None:
    def place(ending: str) -> Path:
        return file_path(studio.offices_folder, Matter.BRIEFING, row.id, ending)

    briefing = briefing_of(
        row,
        district=studio.district,
        issuer=studio.issuer.sender_name,
        demonstration=studio.demonstration,
    )
    faults = write_papers(briefing, place, fonts_folder=studio.fonts_folder)
    for fault in faults:
        log.error("每周简报 %s“%s”%s", row.id, row.title, fault)
    with studio.database.session(write=True) as session:
        briefings.settle_papers(session, row.id, "；".join(faults))

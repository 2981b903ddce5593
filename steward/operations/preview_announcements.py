"""Make the sound of announcements that somebody wants to hear before they are sent."""

from __future__ import annotations

from datetime import datetime

from steward.broadcasts.queries import announcements
from steward.domain.voices import Clip
from steward.errors import HeardWrong, SpeechError
from steward.operations.studio import Studio
from steward.operations.write_script import clauses_of
from steward.speech.cache import ClipCache


def preview_next(studio: Studio, *, now: datetime) -> int | None:
    """Make one clip of the announcement that has waited longest; its id, None when idle.

    What is not heard back right whichever way it is said is kept as it came nearest: whoever
    listens is told, and decides. Raises StorageError.
    """
    with studio.database.session() as session:
        found = announcements.next_clause(session)
    if found is None:
        return None
    number, version, ordinal, document = found
    clip: Clip | None
    fault = ""
    try:
        clip = studio.voice.sure_clip(clauses_of([document])[0])
    except HeardWrong as error:
        clip = ClipCache(studio.clips_folder).find(error.clip_key)
        fault = str(error)
    except SpeechError as error:
        clip, fault = None, str(error)
    with studio.database.session(write=True) as session:
        announcements.keep_clip(session, number, version, ordinal, clip, fault)
    return number

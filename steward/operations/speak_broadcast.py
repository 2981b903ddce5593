"""Make the sound of broadcasts, one clause at a time, and keep the whole as files."""

from __future__ import annotations

import logging
from datetime import datetime

from steward.broadcasts.queries import broadcasts, changes, slots
from steward.broadcasts.tables import BroadcastRow
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.script import Clause
from steward.domain.voices import Clip
from steward.errors import SpeechError
from steward.operations.keep_sound import keep_sound
from steward.operations.studio import Studio
from steward.operations.write_script import clauses_of

log = logging.getLogger(__name__)

ATTEMPTS = 2  # at a clause, where trying again can help
# The clip's sound is made while the broadcast waits, plays, or has been heard already.
_SPOKEN_IN = (S.PLAYING.value, S.READY.value, S.RENDERING.value, S.PLAYED.value)


def speak_next(studio: Studio, *, now: datetime) -> int | None:
    """Make one clip of the most pressing broadcast, or keep its finished sound as files.

    Gives the broadcast's id, None when there is nothing to do. A clause no voice can speak is
    logged as "mute" and the broadcast goes on: the hall still gets chime and text. Its first
    settled clause makes it ready.
    """
    with studio.database.session() as session:
        work = [
            row
            for _, row in slots.work_of(session, studio.owner)
            if row.state in _SPOKEN_IN and row.sound_key is None
        ]
        if not work:
            return None
        row = min(work, key=lambda one: (_SPOKEN_IN.index(one.state), one.slot_at, one.id))
        settled = set(broadcasts.clips(session, row.id)) | changes.muted(session, row.id)
    clauses = clauses_of(row.clauses)
    missing = [ordinal for ordinal in range(len(clauses)) if ordinal not in settled]
    if missing:
        _settle(studio, row, missing[0], clauses[missing[0]], now)
    else:
        keep_sound(studio, row.id)
    return row.id


def _settle(studio: Studio, row: BroadcastRow, ordinal: int, clause: Clause, now: datetime) -> None:
    outcome = _speak(studio, clause)
    with studio.database.session(write=True) as session:
        fresh = broadcasts.get(session, row.id)
        if fresh.state not in _SPOKEN_IN:
            return  # cancelled or expired meanwhile
        if isinstance(outcome, Clip):
            broadcasts.set_clip(session, fresh, ordinal, outcome, at=now, by=studio.owner)
            fresh.voice_id = fresh.voice_id or outcome.voice_id
            why = ""
        else:
            why = f"第 {ordinal + 1} 句没有声音，只有文字：{outcome}"
            log.error("播报 %s：%s", row.id, why)
            broadcasts.mute(session, fresh, ordinal, at=now, by=studio.owner, why=why)
        if fresh.state == S.RENDERING.value:
            broadcasts.move(session, fresh, S.READY, at=now, by=studio.owner, why=why)


def _speak(studio: Studio, clause: Clause) -> Clip | SpeechError:
    """The clip, or why there is none."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return studio.voice.clip(clause)
        except SpeechError as error:
            if attempt == ATTEMPTS or not error.retry:
                return error
            log.warning("合成失败，再试一次：%s", error)
    raise AssertionError("unreachable")

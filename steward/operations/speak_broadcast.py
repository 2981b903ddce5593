"""Make the sound of broadcasts, one clause at a time, hear it back, keep the whole as files."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from steward.broadcasts.queries import announcements, broadcasts, hearing, slots
from steward.broadcasts.tables import BroadcastRow
from steward.domain.broadcasts import STREAMED, Priority
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.script import Clause
from steward.domain.voices import Clip, Hearing
from steward.errors import HeardWrong
from steward.operations.keep_sound import keep_sound
from steward.operations.speak_clause import fault_of_clause, speak_clause
from steward.operations.studio import Studio
from steward.operations.write_script import clauses_of
from steward.speech.audio.chime import opening_ms
from steward.speech.cache import ClipCache

log = logging.getLogger(__name__)

SPOKEN_MS = 220  # a character, at a newsreader's pace
LOST = Hearing("", numbers_right=False, wrong_numbers=(), error_rate=1.0, ok=False)
# The clip's sound is made while the broadcast waits, plays, or has been heard already.
_SPOKEN_IN = (S.PLAYING.value, S.READY.value, S.RENDERING.value, S.PLAYED.value)


def speak_next(studio: Studio, *, now: datetime, streamed: bool = False) -> int | None:
    """Make one clip of the most pressing broadcast, or keep its finished sound as files.

    Gives the broadcast's id, None when there is nothing to do. `streamed` takes those that are
    aired while they are made (emergencies), else all others. Those are ready when every clause
    is settled: heard back right, or without any voice ("mute": the hall still gets chime and
    text). A clause that is not understood whichever way it is said holds the broadcast for staff.
    Where nobody listens, the first settled clause makes it ready.
    """
    with studio.database.session() as session:
        work = [
            row
            for _, row in slots.work_of(session, studio.owner)
            if row.state in _SPOKEN_IN
            and (row.sound_key is None or row.state == S.RENDERING.value)
            and _streams(row) is streamed
        ]
        if not work:
            return None
        row = min(work, key=lambda one: (_SPOKEN_IN.index(one.state), one.slot_at, one.id))
        made = broadcasts.clips(session, row.id)
        missing = broadcasts.missing(session, row)
    clauses = clauses_of(row.clauses)
    unheard = [
        ordinal
        for ordinal, clip in made.items()
        if clip.hearing is None and studio.voice.listens_to(clip.voice_id)
    ]
    if missing:
        ordinal = missing[0]
        before = sum(made[n].duration_ms + clauses[n].pause_ms for n in range(ordinal) if n in made)
        in_time = not _streams(row) or _time_to_hear(row, before, clauses[ordinal], now)
        _settle(studio, row, ordinal, clauses[ordinal], now, heard=in_time)
    elif row.state == S.RENDERING.value:  # staff let pass what was missing, or had been held
        _let_out(studio, row.id, "", now)
    elif unheard:
        ordinal = unheard[0]
        _hear(studio, row.id, ordinal, clauses[ordinal], made[ordinal].clip_key, now)
    else:
        keep_sound(studio, row.id)
    return row.id


def presses(studio: Studio) -> bool:
    """Whether sound of a broadcast is still to be made: what else there is to do may wait."""
    with studio.database.session() as session:
        return any(
            row.state == S.APPROVED.value or (row.state in _SPOKEN_IN and row.sound_key is None)
            for _, row in slots.work_of(session, studio.owner)
        )


def _streams(row: BroadcastRow) -> bool:
    """Whether it is aired while it is made, whatever is heard: nobody holds an emergency."""
    return Priority(row.priority) in STREAMED


def _time_to_hear(row: BroadcastRow, before_ms: int, clause: Clause, now: datetime) -> bool:
    """Whether what is on the air already leaves time to hear a clause before its turn comes.

    Words on the air wait for nobody: a clause that would come late is heard when it has been
    handed over. To speak and to hear it takes less than its own length, or there is no time.
    """
    chime_ms = opening_ms(Priority(row.priority))
    gone = now - (row.started_at or now)
    left_ms = chime_ms + before_ms - gone / timedelta(milliseconds=1)
    return left_ms > len(clause.spoken) * SPOKEN_MS


def _settle(
    studio: Studio,
    row: BroadcastRow,
    ordinal: int,
    clause: Clause,
    now: datetime,
    *,
    heard: bool,
) -> None:
    outcome = _approved(studio, row, ordinal) or speak_clause(studio.voice, clause, heard=heard)
    fault = "" if isinstance(outcome, Clip) else fault_of_clause(ordinal, outcome)
    with studio.database.session(write=True) as session:
        fresh = broadcasts.get(session, row.id)
        if fresh.state not in _SPOKEN_IN:
            return  # cancelled or expired meanwhile
        if fault:
            log.error("播报 %s：%s", row.id, fault)
        if isinstance(outcome, HeardWrong):
            nearest = ClipCache(studio.clips_folder).find(outcome.clip_key)
            assert nearest is not None, "it was heard a moment ago"
            may_wait = fresh.state in (S.RENDERING.value, S.READY.value) and not _streams(fresh)
            if may_wait:
                hearing.hold(session, fresh, ordinal, nearest, at=now, by=studio.owner, why=fault)
                return
            broadcasts.set_clip(session, fresh, ordinal, nearest, at=now, by=studio.owner)
            broadcasts.fault_of_clause(
                session, fresh, ordinal, "misheard", at=now, by=studio.owner, why=fault
            )
        elif isinstance(outcome, Clip):
            broadcasts.set_clip(session, fresh, ordinal, outcome, at=now, by=studio.owner)
            fresh.voice_id = fresh.voice_id or outcome.voice_id
        else:
            broadcasts.fault_of_clause(
                session, fresh, ordinal, "mute", at=now, by=studio.owner, why=fault
            )
    _let_out(studio, row.id, fault, now)


def _approved(studio: Studio, row: BroadcastRow, ordinal: int) -> Clip | None:
    """The very sound that was listened to before it was sent, while the cache has it."""
    with studio.database.session() as session:
        clip = announcements.approved_clip(session, row, ordinal)
    if clip is None or ClipCache(studio.clips_folder).find(clip.key) is None:
        return None
    return replace(clip, cached=True)


def _let_out(studio: Studio, broadcast_id: int, why: str, now: datetime) -> None:
    """Make it ready when nothing is missing any more; at once where nobody listens."""
    with studio.database.session(write=True) as session:
        row = broadcasts.get(session, broadcast_id)
        enough = not studio.voice.listens or not broadcasts.missing(session, row)
        if row.state == S.RENDERING.value and enough:
            broadcasts.move(session, row, S.READY, at=now, by=studio.owner, why=why)


def _hear(
    studio: Studio, broadcast_id: int, ordinal: int, clause: Clause, key: str, now: datetime
) -> None:
    """Hear a clip that is on the air already, and put down what was heard."""
    clip = ClipCache(studio.clips_folder).find(key)
    heard = studio.voice.heard(clause, clip).hearing if clip is not None else LOST
    if heard is None:
        return  # nobody can listen any more
    with studio.database.session(write=True) as session:
        hearing.note(session, broadcast_id, ordinal, heard)
        if not heard.ok:
            fault = fault_of_clause(ordinal, HeardWrong(clause.written, heard.heard, clip_key=key))
            log.error("播报 %s：%s", broadcast_id, fault)
            row = broadcasts.get(session, broadcast_id)
            broadcasts.fault_of_clause(
                session, row, ordinal, "misheard", at=now, by=studio.owner, why=fault
            )

"""An audition: staff ask for a text by several voices, the engine says it when it has time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from steward.accounts.queries import audit
from steward.broadcasts.queries import auditions
from steward.broadcasts.tables import AuditionRow, TakeRow
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.domain.voices import Take, VoiceCard, hearing_of
from steward.errors import BroadcastError, NarrationError, NotFound, SpeechError
from steward.narration.script import script_from_text
from steward.operations.compare_voices import advance, take
from steward.operations.settle_readings import lexicon_in_force
from steward.operations.studio import Studio
from steward.storage.engine import Database

LONGEST_TEXT = 120  # written characters
MOST_WAITING = 5
PACES = (0.9, 1.0, 1.1)
SAMPLE = (
    "隐患管家提醒您，本周新增隐患28条，到期预警企业51家，超期预警企业64家，"
    "闭环率68.7%，举报电话12350。"
)


@dataclass(frozen=True)
class Audition:
    """An audition with its takes in order; a take is None while it waits."""

    id: int
    text: str
    created_at: datetime
    done_at: datetime | None
    wanted: Sequence[tuple[str, float]]
    takes: Sequence[Take | None]

    @property
    def settled(self) -> int:
        return sum(take is not None for take in self.takes)


def request_audition(
    database: Database,
    text: str,
    paces: Sequence[float],
    *,
    voices: Sequence[str],
    at: datetime,
    by: Actor,
) -> int:
    """Ask for a text by these voices (ids) at these paces; gives the audition's id.

    Raises NarrationError (nothing to say, too long), BroadcastError (no pace, no voice, too many
    waiting), StorageError.
    """
    text = " ".join(text.split())
    if len(text) > LONGEST_TEXT:
        raise NarrationError(f"试听的文字有{len(text)}个字，最多{LONGEST_TEXT}个字，请删减")
    script_from_text("试听", text)
    wanted_paces = [pace for pace in PACES if pace in paces]
    if not wanted_paces:
        raise BroadcastError("请至少选一种语速")
    if not voices:
        raise BroadcastError("请至少选一种可用的语音")
    with database.session(write=True) as session:
        if auditions.waiting(session) >= MOST_WAITING:
            raise BroadcastError(f"已有 {MOST_WAITING} 次试听在排队，请等它们合成完再添加")
        wanted = [(voice, pace) for voice in voices for pace in wanted_paces]
        number = auditions.add(session, text, wanted, at=at).id
        facts = {"text": text, "voices": list(voices), "paces": wanted_paces}
        about = f"试听 {number}"
        audit.record(session, Act.AUDITION_ASKED, at=at, by=by, about=about, after=facts)
        return number


def audition_next(
    studio: Studio, *, cards: Callable[[], Mapping[str, VoiceCard]], now: datetime
) -> bool:
    """Make or hear one clip of the oldest audition, or put down a finished take; False when idle.

    `cards` gives every voice's card by id. A voice that cannot speak has its fault put down.
    Raises StorageError, and SpeechError when a card cannot be read.
    """
    with studio.database.session() as session:
        found = auditions.next_take(session)
    if found is None:
        return False
    audition, waiting = found
    done = _go_on(studio, audition.text, cards().get(waiting.voice_id), waiting)
    if done is not None:
        with studio.database.session(write=True) as session:
            auditions.settle(session, audition.id, waiting.ordinal, done, at=now)
    return True


def _go_on(studio: Studio, text: str, card: VoiceCard | None, waiting: TakeRow) -> Take | None:
    """The take, or its fault; None when one step of it was made."""
    if card is None:
        return Take(waiting.voice_id, waiting.pace, fault="这个语音的语音卡已经不在了")
    try:
        lexicon = lexicon_in_force(studio.database, studio.lexicon_file)
        clauses = script_from_text("试听", text, lexicon=lexicon).clauses
        if advance(studio.voice, clauses, card, waiting.pace):
            return None
        return take(studio.voice, clauses, card, waiting.pace)
    except (NarrationError, SpeechError) as error:
        return Take(card.id, waiting.pace, fault=str(error))


def find_audition(database: Database, audition_id: int) -> Audition:
    """One audition with its takes. Raises NotFound."""
    with database.session() as session:
        row = auditions.get(session, audition_id)
        if row is None:
            raise NotFound(f"没有编号为 {audition_id} 的试听")
        return _audition(row, auditions.takes(session, audition_id))


def recent_auditions(database: Database, limit: int = 10) -> list[Audition]:
    """The newest auditions, newest first."""
    with database.session() as session:
        return [
            _audition(row, auditions.takes(session, row.id))
            for row in auditions.recent(session, limit)
        ]


def _audition(row: AuditionRow, takes: Sequence[TakeRow]) -> Audition:
    return Audition(
        id=row.id,
        text=row.text,
        created_at=row.created_at,
        done_at=row.done_at,
        wanted=[(one.voice_id, one.pace) for one in takes],
        takes=[_take(one) if one.settled_at else None for one in takes],
    )


def _take(row: TakeRow) -> Take:
    return Take(
        voice_id=row.voice_id,
        pace=row.pace,
        clip_key=row.clip_key,
        duration_ms=row.duration_ms,
        cost=row.cost,
        loudness_lufs=row.loudness_lufs,
        hearing=hearing_of(row.hearing),
        fault=row.fault,
    )

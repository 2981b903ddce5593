"""How every voice does, and whether broadcasts are heard back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from steward.broadcasts.queries import conditions
from steward.broadcasts.tables import ConditionRow
from steward.domain.voices import VoiceCard
from steward.operations.choose_voices import context_of, voice_cards
from steward.operations.compare_voices import comparable
from steward.settings import Settings
from steward.speech.voices import lacks
from steward.storage.engine import Database

ENGINE_NAMES = {
    "kokoro": "本机神经语音",
    "sherpa": "本机神经语音（自带模型）",
    "edge": "在线语音（微软）",
    "openai": "本单位语音服务器",
    "pyttsx3": "操作系统语音",
}
NETWORKED = frozenset({"edge"})  # sends the text to a stranger


@dataclass(frozen=True)
class VoiceView:
    """One voice. `lacks` says what is missing for it to speak ([]: nothing known); `place` is its
    place in the chain from 0, None outside; `state` well, resting or trying, None when it has not
    spoken yet; `fault` the last one, `since` when the state began."""

    id: str
    title: str
    engine: str
    lacks: Sequence[str]
    has_files: bool
    place: int | None
    sends_text: bool
    state: str | None
    fault: str
    since: datetime | None

    @property
    def offered(self) -> bool:
        """Whether it is listened to unless staff choose otherwise."""
        return not self.lacks and (self.place is not None or not self.sends_text)


@dataclass(frozen=True)
class Readback:
    """Hearing back: `state` is well or off, None when the engine has not told yet."""

    state: str | None
    detail: str
    since: datetime | None


def show_voices(database: Database, settings: Settings) -> list[VoiceView]:
    """Every voice, those of the chain first. Raises SpeechError (a bad card), StorageError."""
    context = context_of(settings)
    chain = settings.voice_chain
    with database.session() as session:
        noted = {row.name: row for row in conditions.every(session)}
    return [
        _view(card, lacks(card, context), chain, noted.get(f"voice:{card.id}"))
        for card in comparable(voice_cards().values(), chain)
    ]


def offered_cards(settings: Settings) -> list[VoiceCard]:
    """The cards of the voices that lack nothing; one that sends the text away only when it is in
    the chain. Raises SpeechError."""
    context, chain = context_of(settings), settings.voice_chain
    return [
        card
        for card in comparable(voice_cards().values(), chain)
        if (card.id in chain or card.engine not in NETWORKED) and not lacks(card, context)
    ]


def show_readback(database: Database) -> Readback:
    """Whether broadcasts are heard back, as the engine put it down."""
    with database.session() as session:
        row = conditions.of(session, conditions.READBACK)
    return Readback(row.state, row.detail, row.since) if row else Readback(None, "", None)


def voice_titles() -> Mapping[str, str]:
    """The title of every voice, by id. Raises SpeechError."""
    return {id_: card.title for id_, card in voice_cards().items()}


def _view(
    card: VoiceCard, lacking: Sequence[str], chain: Sequence[str], row: ConditionRow | None
) -> VoiceView:
    return VoiceView(
        id=card.id,
        title=card.title,
        engine=ENGINE_NAMES.get(card.engine, card.engine),
        lacks=lacking,
        has_files=bool(card.files),
        place=chain.index(card.id) if card.id in chain else None,
        sends_text=card.engine in NETWORKED,
        state=row.state if row else None,
        fault=row.detail if row else "",
        since=row.since if row else None,
    )

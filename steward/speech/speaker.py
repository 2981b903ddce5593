"""The speaker: a clause becomes a clip, from the cache or by the first voice that can."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from steward.domain.script import Clause
from steward.domain.voices import Clip, SpeakingRequest, VoiceCard
from steward.errors import ClipNotStored, EngineFailed, SpeechError, VoiceMissing
from steward.speech.audio import mastering
from steward.speech.audio.chime import Which, chime
from steward.speech.cache import ClipCache, key_of
from steward.speech.engine import Engine, EngineContext, Sound, build_engine
from steward.speech.voices import checked

_log = logging.getLogger(__name__)


class Speaker:
    """Speaks with a chain of voices, tried in order.

    A clip's key hashes the spoken text, its forced readings, the voice card (which carries the
    model's checksum), the pace and the mastering; a fallback's sound has the fallback's key.
    `stopwatch` gives seconds on a clock that never jumps, to say what a clip cost.
    """

    def __init__(
        self,
        chain: tuple[VoiceCard, ...],
        cache: ClipCache,
        context: EngineContext,
        *,
        stopwatch: Callable[[], float] | None = None,
    ) -> None:
        self.chain = chain
        self.cache = cache
        self._context = context
        self._stopwatch = stopwatch
        self._engines: dict[str, Engine] = {}
        self._sound: set[str] = set()  # ids of cards whose files have been checked

    def clip(self, clause: Clause) -> Clip:
        """The clip of a clause: from the cache, or by the first voice of the chain that can.

        Raises SpeechError naming each voice's fault when none could, ClipNotStored when the
        sound was made and not kept.
        """
        faults = []
        for card in self.chain:
            key = self.key(clause, card)
            cached = self.cache.find(key)
            if cached is not None:
                return Clip(key, cached.duration_ms, cached.rate_hz, card.id, 0.0, cached=True)
            try:
                return self._compute(clause, card, key)
            except ClipNotStored:
                raise
            except SpeechError as error:
                _log.warning("voice %s failed: %s", card.id, error)
                faults.append(f"{card.id}：{error}")
        raise EngineFailed("所有语音都失败了：" + "；".join(faults), place=clause.written[:30])

    def chime(self, which: Which) -> Clip:
        """The chime before or after, as a clip. Raises ClipNotStored."""
        key = key_of({"chime": which, "mastering": mastering.VERSION})
        cached = self.cache.find(key)
        if cached is not None:
            return cached
        sound = chime(which)
        clip = Clip(key, sound.duration_ms, sound.rate_hz, "chime")
        self.cache.store(clip, sound)
        return clip

    def key(self, clause: Clause, card: VoiceCard) -> str:
        """The clip key of a clause spoken by a voice."""
        return key_of(
            {
                "spoken": clause.spoken,
                "pinyin": clause.pinyin,
                "engine": card.engine,
                "voice": card.name,
                "files": card.files,
                "speed": card.speed,
                "gain_db": card.gain_db,
                "mastering": mastering.VERSION,
            }
        )

    def _compute(self, clause: Clause, card: VoiceCard, key: str) -> Clip:
        engine = self._engine(card)
        request = SpeakingRequest(clause.spoken, card.speed, clause.pinyin)
        started = self._stopwatch() if self._stopwatch else 0.0
        sound = self._in_time(engine, request, card)
        if len(sound.samples) == 0:
            raise EngineFailed("语音引擎没有产生声音", place=card.id)
        sound = mastering.master(sound, gain_db=card.gain_db)
        cost_s = self._stopwatch() - started if self._stopwatch else 0.0
        clip = Clip(key, sound.duration_ms, sound.rate_hz, card.id, cost_s)
        self.cache.store(clip, sound)
        return clip

    def _engine(self, card: VoiceCard) -> Engine:
        if card.id not in self._sound:
            checked(card, self._context.voices_folder, self._context.model_file)
            self._sound.add(card.id)
        if card.engine not in self._engines:
            self._engines[card.engine] = build_engine(card.engine, self._context)
        return self._engines[card.engine]

    def _in_time(self, engine: Engine, request: SpeakingRequest, card: VoiceCard) -> Sound:
        """The sound, or EngineFailed when time is over: a hung engine is left behind."""
        future: Future[Sound] = Future()

        def work() -> None:
            try:
                future.set_result(engine.speak(request, card))
            except SpeechError as error:
                future.set_exception(error)

        thread = threading.Thread(target=work, name=f"voice-{card.id}", daemon=True)
        thread.start()
        thread.join(self._context.timeout_s)
        if not future.done():
            self._engines.pop(card.engine, None)
            if thread.is_alive():
                raise EngineFailed(f"{self._context.timeout_s:g} 秒内没有合成完成", place=card.id)
            raise EngineFailed("语音引擎意外中止，详见日志", place=card.id)
        return future.result()


def build_speaker(
    cards: dict[str, VoiceCard],
    chain: tuple[str, ...],
    *,
    voices_folder: Path,
    clips_folder: Path,
    model_file: Path | None = None,
    timeout_s: float = 60.0,
    stopwatch: Callable[[], float] | None = None,
) -> Speaker:
    """A speaker for these voices, by their ids. Raises VoiceMissing for an unknown id."""
    unknown = [id_ for id_ in chain if id_ not in cards]
    if unknown:
        raise VoiceMissing(f"没有“{unknown[0]}”这个语音，可用：{'、'.join(cards)}", place="voice")
    return Speaker(
        tuple(cards[id_] for id_ in chain),
        ClipCache(clips_folder),
        EngineContext(voices_folder, model_file, timeout_s),
        stopwatch=stopwatch,
    )

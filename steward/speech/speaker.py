"""The speaker: a clause becomes a clip, from the cache or by the first voice that can."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, replace
from pathlib import Path

from steward.domain.script import Clause
from steward.domain.voices import Clip, Condition, Hearing, SpeakingRequest, VoiceCard
from steward.errors import ClipNotStored, EngineFailed, HeardWrong, SpeechError, VoiceMissing
from steward.speech.audio import mastering
from steward.speech.audio.chime import CHIMES, Which, chime
from steward.speech.breaker import FAILURES, REST_S, Breakers
from steward.speech.cache import ClipCache, key_of
from steward.speech.engine import VERSIONS, Engine, EngineContext, Sound, build_engine
from steward.speech.graph.facts import PUBLISHED, VERSION, way_of
from steward.speech.model import MODEL_FILE, MODEL_SHA256
from steward.speech.readback.listener import Listener
from steward.speech.voices import checked

_log = logging.getLogger(__name__)


# How a voice is asked again when it was not understood: at its own pace, then slower.
PACES = (1.0, 0.94, 0.88)
WARMING = "准备。"
NO_EARS = "没有安装听回组件（hazard-steward[readback]）"


class Speaker:
    """Speaks with a chain of voices, tried in order, and hears itself where it has a listener.

    A clip's key hashes the spoken text, its forced readings, the voice card (which carries the
    model's checksum), the model's rewriting, the pace and the mastering; a fallback's sound has
    the fallback's key. `stopwatch` gives seconds on a clock that never jumps, to say what a clip
    cost.
    """

    def __init__(
        self,
        chain: tuple[VoiceCard, ...],
        cache: ClipCache,
        context: EngineContext,
        *,
        stopwatch: Callable[[], float] | None = None,
        listener: Listener | None = None,
        why_deaf: str = NO_EARS,
        breakers: Breakers | None = None,
    ) -> None:
        """`why_deaf` tells staff why there is no `listener`."""
        self.chain = chain
        self.cache = cache
        self.breakers = breakers or Breakers()
        self.deaf = "" if listener else why_deaf
        self._listener = listener
        self._context = context
        self._stopwatch = stopwatch
        self._engines: dict[str, Engine] = {}
        self._sound: set[str] = set()  # ids of cards whose files have been checked

    def warm(self) -> None:
        """Load the models that will be needed, by saying and hearing one word.

        Raises SpeechError when the first voice cannot speak.
        """
        card = self.chain[0]
        sound = self.breakers.call(card.id, lambda: self._in_time(SpeakingRequest(WARMING), card))
        if self._listener is not None and card.intelligible:
            self._listen(Clause(WARMING, WARMING, 0), sound)

    @property
    def listens(self) -> bool:
        """Whether clips are heard back: there is a listener, it works, the first voice is clear."""
        return self.listens_to(self.chain[0].id)

    def listens_to(self, voice_id: str) -> bool:
        """Whether somebody hears this voice back: there is a listener, it works, it understands."""
        understood = any(card.id == voice_id and card.intelligible for card in self.chain)
        return self._listener is not None and not self.deaf and understood

    def conditions(self) -> tuple[Condition, ...]:
        """How the hearing back and each voice that has been tried do."""
        ears = Condition("readback", "off" if self.deaf else "well", self.deaf)
        return (ears, *self.breakers.conditions())

    def clip(self, clause: Clause) -> Clip:
        """The clip of a clause: from the cache, or by the first voice of the chain that can.

        Nobody listens to it. Raises SpeechError naming each voice's fault when none could,
        ClipNotStored when the sound was made and not kept.
        """
        faults = []
        for card in self.chain:
            try:
                return self.spoken(clause, card)
            except ClipNotStored:
                raise
            except SpeechError as error:
                faults.append(f"{card.id}：{error}")
        raise _all_failed(clause, faults)

    def sure_clip(self, clause: Clause) -> Clip:
        """The clip of a clause that was heard back right; said slower or by another voice if not.

        Without a listener (or when it is broken: `deaf` then says why) this is `clip`. A voice
        that no recogniser understands speaks only when every other is lost, unheard. Raises
        HeardWrong with the best attempt when no attempt was understood, and what `clip` raises.
        """
        wrong: list[Clip] = []
        faults = []
        for card in sorted(self.chain, key=lambda one: not one.intelligible):
            if not card.intelligible and wrong:
                break
            for pace in PACES if card.intelligible else PACES[:1]:
                try:
                    made = self.spoken(clause, card, pace)
                except ClipNotStored:
                    raise
                except SpeechError as error:
                    faults.append(f"{card.id}：{error}")
                    break
                heard = self.heard(clause, made) if card.intelligible else made
                if heard.hearing is None or heard.hearing.ok:
                    return heard
                wrong.append(heard)
        if wrong:
            nearest = min(wrong, key=_distance)
            heard_as = nearest.hearing.heard if nearest.hearing else ""
            raise HeardWrong(clause.written, heard_as, clip_key=nearest.key)
        raise _all_failed(clause, faults)

    def heard(self, clause: Clause, clip: Clip) -> Clip:
        """The clip with what was heard back; without it when nobody can listen."""
        if clip.hearing is not None or self._listener is None:
            return clip
        hearing = self._listen(clause, self.cache.load(clip.key))
        if hearing is None:
            return clip
        heard = replace(clip, hearing=hearing)
        # What is stored knows its cost; a clip that came from the cache no longer does.
        self.cache.note(replace(self.cache.find(clip.key) or heard, hearing=hearing))
        if not hearing.ok:
            _log.warning(
                "听回不符 %s：应为“%s”，听到“%s”", clip.voice_id, clause.spoken, hearing.heard
            )
        return heard

    def _listen(self, clause: Clause, sound: Sound) -> Hearing | None:
        """What was heard; None when the listener is broken (`deaf` then says why)."""
        assert self._listener is not None
        try:
            hearing = self._listener.hear(clause, sound)
        except SpeechError as error:
            _log.error("听回失败：%s", error)
            self.deaf = str(error)
            return None
        self.deaf = ""
        return hearing

    def spoken(self, clause: Clause, card: VoiceCard, pace: float = 1.0) -> Clip:
        """The clip of a clause by one voice, from the cache or computed.

        `pace` multiplies the voice's own. Raises SpeechError, ClipNotStored.
        """
        key = self.key(clause, card, pace)
        cached = self.cache.find(key)
        if cached is not None:
            return replace(cached, computed_s=0.0, cached=True)
        try:
            return self._compute(clause, card, key, pace)
        except ClipNotStored:
            raise
        except SpeechError as error:
            _log.warning("voice %s failed: %s", card.id, error)
            raise

    def chime(self, which: Which) -> Clip:
        """That chime, as a clip. Raises ClipNotStored."""
        key = key_of({"chime": asdict(CHIMES[which]), "mastering": mastering.VERSION})
        cached = self.cache.find(key)
        if cached is not None:
            return cached
        sound = chime(which)
        clip = Clip(key, sound.duration_ms, sound.rate_hz, "chime")
        self.cache.store(clip, sound)
        return clip

    def key(self, clause: Clause, card: VoiceCard, pace: float = 1.0) -> str:
        """The clip key of a clause spoken by a voice."""
        rewritten = self._context.rewritten and MODEL_FILE in dict(card.files)
        return key_of(
            {
                "spoken": clause.spoken,
                "pinyin": clause.pinyin,
                "engine": [card.engine, VERSIONS.get(card.engine, 1)],
                "voice": card.name,
                "files": card.files,
                "graph": [VERSION, self._context.way] if rewritten else 0,
                "options": card.options,
                "speed": card.speed * pace,
                "gain_db": card.gain_db,
                "mastering": mastering.VERSION,
            }
        )

    def _compute(self, clause: Clause, card: VoiceCard, key: str, pace: float) -> Clip:
        request = SpeakingRequest(clause.spoken, card.speed * pace, clause.pinyin)
        started = self._stopwatch() if self._stopwatch else 0.0
        sound = self.breakers.call(card.id, lambda: self._in_time(request, card))
        sound = mastering.master(sound, gain_db=card.gain_db)
        cost_s = self._stopwatch() - started if self._stopwatch else 0.0
        clip = Clip(key, sound.duration_ms, sound.rate_hz, card.id, cost_s, speed=card.speed * pace)
        self.cache.store(clip, sound)
        return clip

    def _engine(self, card: VoiceCard) -> Engine:
        if card.id not in self._sound:
            checked(card, self._context.voices_folder, self._context.model_file)
            self._sound.add(card.id)
        if card.engine not in self._engines:
            self._engines[card.engine] = build_engine(card.engine, self._context)
        return self._engines[card.engine]

    def _in_time(self, request: SpeakingRequest, card: VoiceCard) -> Sound:
        """The sound, or EngineFailed when time is over: a hung engine is left behind."""
        engine = self._engine(card)
        limit_s = card.timeout_s or self._context.timeout_s
        future: Future[Sound] = Future()

        def work() -> None:
            try:
                future.set_result(engine.speak(request, card))
            except SpeechError as error:
                future.set_exception(error)

        thread = threading.Thread(target=work, name=f"voice-{card.id}", daemon=True)
        thread.start()
        thread.join(limit_s)
        if not future.done():
            self._engines.pop(card.engine, None)
            if thread.is_alive():
                raise EngineFailed(f"{limit_s:g} 秒内没有合成完成", place=card.id)
            raise EngineFailed("语音引擎意外中止，详见日志", place=card.id)
        sound = future.result()
        if len(sound.samples) == 0:
            raise EngineFailed("语音引擎没有产生声音", place=card.id)
        return sound


def _all_failed(clause: Clause, faults: list[str]) -> EngineFailed:
    return EngineFailed("所有语音都失败了：" + "；".join(faults), place=clause.written[:30])


def _distance(clip: Clip) -> tuple[bool, float]:
    """How far a clip that was heard is from what was meant."""
    assert clip.hearing is not None
    return not clip.hearing.numbers_right, clip.hearing.error_rate


def build_speaker(
    cards: dict[str, VoiceCard],
    chain: tuple[str, ...],
    context: EngineContext,
    *,
    clips_folder: Path,
    stopwatch: Callable[[], float] | None = None,
    listener: Listener | None = None,
    why_deaf: str = NO_EARS,
    failures: int = FAILURES,
    rest_s: float = REST_S,
) -> Speaker:
    """A speaker for these voices, by their ids. Raises VoiceMissing for an unknown id.

    `context.rewritten` asks for the rewritten model; it is used where it is there and sound.
    """
    unknown = [id_ for id_ in chain if id_ not in cards]
    if unknown:
        raise VoiceMissing(f"没有“{unknown[0]}”这个语音，可用：{'、'.join(cards)}", place="voice")
    way = way_of(context.voices_folder, MODEL_SHA256) if context.rewritten else PUBLISHED
    return Speaker(
        tuple(cards[id_] for id_ in chain),
        ClipCache(clips_folder),
        replace(context, rewritten=way != PUBLISHED, way=way),
        stopwatch=stopwatch,
        listener=listener,
        why_deaf=why_deaf,
        breakers=Breakers(failures=failures, rest_s=rest_s),
    )

"""Models that users bring, by sherpa-onnx: VITS (MeloTTS among them), Matcha, Kokoro.

Offline, on the processor; the optional extra `sherpa`. Forced readings (`request.pinyin`) cannot
be honoured: such a model reads by the words of its own `lexicon.txt`, so a word that is read wrong
is put right there, by a line of its own. What the lexicon does not have the library leaves out
without a sound; here the clause is refused, for it may be a figure that is missing.
"""

from __future__ import annotations

import json
import re
import threading
import weakref

from steward.domain.voices import SpeakingRequest, VoiceCard
from steward.errors import EngineFailed, VoiceMissing
from steward.speech.engine import EngineContext, Samples, Sound
from steward.speech.engines.options import speakable, whole_number
from steward.speech.engines.received import audible
from steward.speech.engines.sherpa_child import Child, Ended
from steward.speech.engines.sherpa_model import lacks_of, model_of, suspect

# How the library says that it leaves something out.
_LEFT_OUT = (
    re.compile(r"OOV (?:character skipped: |word skipped: )?'(.+?)'$", re.MULTILINE),
    re.compile(r"OOV ([^']+?)\. Ignore it!$", re.MULTILINE),
    re.compile(r"Skip OOV: (.+?) from ", re.MULTILINE),
)


class SherpaEngine:
    """One process a model, kept for the next clause; one clause at a time.

    The card's `name` is the number of the speaker, from 0. Its options: `kind` (vits, matcha or
    kokoro), the files below the voices folder (`model`, `tokens`, `lexicon`, `vocoder`, `voices`,
    `data_dir`, `dict_dir`, `rule_fsts`), and `threads`.
    """

    def __init__(self, context: EngineContext) -> None:
        self._folder = context.voices_folder
        self._timeout_s = context.timeout_s
        self._turn = threading.Lock()
        self._children: dict[str, Child] = {}
        weakref.finalize(self, _close_all, self._children)

    def lacks(self, card: VoiceCard) -> list[str]:
        try:
            return lacks_of(card, self._folder)
        except EngineFailed as error:
            return [error.sentence]

    def speak(self, request: SpeakingRequest, card: VoiceCard) -> Sound:
        text = speakable(request)
        speaker = whole_number(card.name, "说话人（name）", card)
        model = json.dumps(model_of(card, self._folder))
        limit_s = card.timeout_s or self._timeout_s
        if not self._turn.acquire(timeout=limit_s):
            raise EngineFailed(f"{limit_s:g} 秒内没有轮到这一句", place=card.id)
        try:
            samples, words = self._in_time(limit_s, model, card, (text, speaker, request.speed))
        finally:
            self._turn.release()
        missing = _left_out(words)
        if missing:
            raise EngineFailed(
                f"模型的词典里没有，读不出来：{'、'.join(missing)}", place=card.id, retry=False
            )
        return Sound(audible(samples, card.id), card.rate_hz)

    def _in_time(
        self, limit_s: float, model: str, card: VoiceCard, asked: tuple[str, int, float]
    ) -> tuple[Samples, str]:
        """Samples and the library's words. The process is ended when time is over."""
        child = self._child(model)
        over = threading.Event()

        def stop() -> None:
            over.set()
            child.end()

        timer = threading.Timer(limit_s, stop)
        timer.start()
        try:
            self._load(child, card, speaker=asked[1], over=over)
            return child.speak(*asked)
        except Ended as error:
            if over.is_set():
                raise EngineFailed(
                    f"{limit_s:g} 秒内没有合成完成，已终止", place=card.id
                ) from error
            raise EngineFailed(f"语音模型的进程中止：{error.reason}", place=card.id) from error
        finally:
            timer.cancel()

    def _child(self, model: str) -> Child:
        """The process of this model; a new one where the last has ended."""
        child = self._children.get(model)
        if child is not None and not child.alive:
            child.close()
            child = None
        if child is None:
            child = self._children[model] = Child(model)
        return child

    def _load(self, child: Child, card: VoiceCard, *, speaker: int, over: threading.Event) -> None:
        """Have the model loaded and see that the card speaks of it.

        Raises Ended when time is over, VoiceMissing (damaged, or of another kind), EngineFailed.
        """
        try:
            rate_hz, speakers = child.load()
        except Ended as error:
            if over.is_set():
                raise
            raise VoiceMissing(
                f"语音模型无法载入，可能已损坏，或不是所写的种类（kind）：{error.reason}",
                place=str(self._folder / suspect(card, error.words)),
            ) from error
        if rate_hz != card.rate_hz:
            raise EngineFailed(
                f"模型的采样率是 {rate_hz} Hz，语音卡写的是 {card.rate_hz} Hz",
                place=card.id,
                retry=False,
            )
        if speaker >= max(1, speakers):
            raise EngineFailed(
                f"模型没有 {speaker} 号说话人，可用：0 到 {max(1, speakers) - 1}",
                place=card.id,
                retry=False,
            )


def _left_out(words: str) -> list[str]:
    """What was not spoken and should have been: a sign without a sound is no loss."""
    found = [what for pattern in _LEFT_OUT for what in pattern.findall(words)]
    return [what for what in dict.fromkeys(found) if re.search(r"[^\W_]", what)]


def _close_all(children: dict[str, Child]) -> None:
    for child in children.values():
        child.close()

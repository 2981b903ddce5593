"""What a voice model costs on this machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from steward.clock import monotonic_s
from steward.domain.voices import SpeakingRequest, VoiceCard
from steward.speech.engine import EngineContext, Sound, build_engine

PHRASE = "本周新增隐患二十八条，请注意。"
RUNS = 3  # the quickest counts: the others waited for something else


@dataclass(frozen=True)
class Take:
    """A model's sound of the phrase, and its seconds of computing per second of sound."""

    sound: Sound
    cost: float


def measure_model(
    model_file: Path,
    voices_folder: Path,
    card: VoiceCard,
    *,
    phrase: str = PHRASE,
    stopwatch: Callable[[], float] = monotonic_s,
) -> Take:
    """Have a model say the phrase as the engine would, on all cores. Raises SpeechError."""
    engine = build_engine(card.engine, EngineContext(voices_folder, model_file=model_file))
    request = SpeakingRequest(phrase)
    sound = engine.speak(request, card)  # the model is loaded, which does not count
    costs = []
    for _ in range(RUNS):
        started = stopwatch()
        engine.speak(request, card)
        costs.append(stopwatch() - started)
    return Take(sound, min(costs) * sound.rate_hz / len(sound.samples))

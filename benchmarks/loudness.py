"""How loud each voice speaks: the gain for its card, and how near clauses come with it.

`python -m benchmarks.loudness [voice…]` measures and prints the `gain_db` of these cards (of every
installed neural voice, when none is named), on sentences that nothing else is measured on.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.announcements import MEASURED_SEED, TUNING_SEED, announcements
from benchmarks.measured import Measured
from steward.domain.script import Clause
from steward.domain.voices import SpeakingRequest, VoiceCard
from steward.narration.script import script_from_text
from steward.speech.audio.mastering import Mastering, loudness_lufs, master
from steward.speech.audio.wave import silence
from steward.speech.engine import Engine, EngineContext, Sound, build_engine
from steward.speech.graph.facts import is_rewritten
from steward.speech.model import MODEL_SHA256
from steward.speech.voices import faults, load_cards

ROOT = Path(__file__).parents[1]
VOICES = ROOT / "var" / "voices"
CLAUSES = 60
ROUNDS = 4  # limiting takes loudness away: what is missing is added and measured again
TARGET = Mastering().loudness_lufs

Spoken = list[tuple[Sound, int]]  # as the engine gave it, and the pause after it in ms


def run(rows: int | None = None) -> list[Measured]:
    """Distance of clauses and of whole streamed announcements from the target, beside unmastered.

    `rows` is how many clauses each voice speaks. The value is the 95th percentile.
    """
    lines = []
    for card in _neural_cards():
        engine = _engine(card)
        texts = [_spoken(engine, card, one) for one in _scripts(rows or 36, MEASURED_SEED)]
        clauses = [sound for text in texts for sound, _ in text]
        streamed = [loudness_lufs(_mastered([(sound, 0)], card.gain_db)) for sound in clauses]
        wholes = [loudness_lufs(_mastered(text, card.gain_db)) for text in texts]
        plain = [loudness_lufs(sound) for sound in clauses]
        for what, values in (("a clause", streamed), ("an announcement", wholes)):
            lines.append(
                Measured(
                    f"{card.id}: {what} streamed, from {TARGET:g} LUFS",
                    _percentile(values),
                    "a clause as the engine gives it",
                    _percentile(plain),
                    "LU",
                )
            )
    return lines


def main() -> None:
    cards = load_cards(ROOT / "voices")
    for card in [cards[id_] for id_ in sys.argv[1:]] or _neural_cards():
        engine = _engine(card)
        texts = [_spoken(engine, card, one) for one in _scripts(CLAUSES, TUNING_SEED)]
        sounds = [part for text in texts for part in text]
        gain_db = gain_of(sounds)
        each = [loudness_lufs(_mastered([(sound, 0)], gain_db)) for sound, _ in sounds]
        print(
            f"{card.id}: gain_db = {gain_db:.1f}   {len(sounds)} clauses, "
            f"standard deviation {np.std(each):.1f} LU, {min(each):.1f} to {max(each):.1f} LUFS",
            flush=True,
        )


def gain_of(sounds: Spoken) -> float:
    """The gain (dB) that brings all of it, mastered, to the target: BS.1770-4, gated over all."""
    gain_db = 0.0
    for _ in range(ROUNDS):
        gain_db += TARGET - loudness_lufs(_mastered(sounds, gain_db))
    return gain_db


def _engine(card: VoiceCard) -> Engine:
    return build_engine(
        card.engine, EngineContext(VOICES, rewritten=is_rewritten(VOICES, MODEL_SHA256))
    )


def _scripts(count: int, seed: int) -> Iterator[tuple[Clause, ...]]:
    """Announcements until they make `count` clauses, each as its clauses."""
    made = 0
    for text in announcements(count, seed):
        if made >= count:
            return
        clauses = script_from_text("测量", text).clauses
        made += len(clauses)
        yield clauses


def _spoken(engine: Engine, card: VoiceCard, clauses: tuple[Clause, ...]) -> Spoken:
    return [
        (
            engine.speak(SpeakingRequest(clause.spoken, card.speed, clause.pinyin), card),
            clause.pause_ms,
        )
        for clause in clauses
    ]


def _mastered(sounds: Spoken, gain_db: float | None) -> Sound:
    """As a hall hears it clause by clause: each mastered by itself, with its pauses."""
    pieces = []
    for sound, pause_ms in sounds:
        pieces += [master(sound, gain_db=gain_db), silence(pause_ms, sound.rate_hz)]
    return Sound(np.concatenate([piece.samples for piece in pieces]), pieces[0].rate_hz)


def _percentile(values: list[float]) -> float:
    return float(np.percentile(np.abs(np.asarray(values) - TARGET), 95))


def _neural_cards() -> list[VoiceCard]:
    """The cards of the neural voices that are installed."""
    cards = load_cards(ROOT / "voices").values()
    return [card for card in cards if card.engine == "kokoro" and not faults(card, VOICES)]


if __name__ == "__main__":
    main()

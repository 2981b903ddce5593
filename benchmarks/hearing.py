"""Announcements spoken and heard back: how many come back with every number right.

    python -m benchmarks.hearing zf_xiaobei zm_yunjian --paces 1.0 0.88 --rows 300

Each voice says announcements made by chance (not those that anything was tuned on), every clause
is heard back by itself, and what comes back is compared syllable by syllable, tones aside. The
first line of the run is what the engine does with them: where the first voice is not understood
it is asked again, slower, and then the second voice; what is left is held for staff. Then numbers
are altered in the text, not in the sound, and hearing back has to notice.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random

from benchmarks.announcements import MEASURED_SEED, announcements
from benchmarks.measured import Measured
from steward.domain.script import Clause
from steward.domain.voices import Clip, VoiceCard
from steward.errors import HeardWrong
from steward.narration.script import script_from_text
from steward.operations.choose_voices import voice_cards
from steward.speech.engine import EngineContext
from steward.speech.readback.listener import Listener
from steward.speech.readback.model import FOLDER
from steward.speech.readback.whisper import WhisperRecogniser
from steward.speech.speaker import Speaker, build_speaker

VOICES = Path(__file__).parents[1] / "var" / "voices"
RESULTS = Path(__file__).parent / "results"
ALTERED = 60
CHAIN = ("zf_xiaobei", "zm_yunjian", "zf_xiaoxiao", "espeak_cmn")


@dataclass
class Tally:
    """What came back of one voice at one pace; `errors` and `syllables` are sums."""

    voice: str
    pace: float
    announcements: int = 0
    numbers_right: int = 0
    all_right: int = 0
    clauses: int = 0
    clauses_right: int = 0
    errors: float = 0.0
    syllables: int = 0
    sound_s: float = 0.0
    speaking_s: float = 0.0
    hearing_s: float = 0.0

    @property
    def error_rate(self) -> float:
        return self.errors / max(1, self.syllables)


def run(rows: int | None = None) -> list[Measured]:
    """The first voice at its own pace, what the engine makes of it, and espeak-ng beside it."""
    count = rows or 300
    speaker, listener = _speaker(*CHAIN)
    ours = tally(speaker, speaker.chain[0], 1.0, count)
    theirs = tally(speaker, speaker.chain[-1], 1.0, count)
    first_alarms, held = alarms(speaker, count)
    unnoticed, altered = unnoticed_changes(speaker, listener)
    return [
        Measured(
            "announcements with every number heard back right, first try",
            ours.numbers_right / count,
            "espeak-ng",
            theirs.numbers_right / count,
            "",
        ),
        Measured("toneless pinyin error rate", ours.error_rate, "espeak-ng", theirs.error_rate, ""),
        Measured(
            "clauses said again (first try not understood)", first_alarms, "of", ours.clauses, ""
        ),
        Measured("clauses held for staff in the end", held, "of", ours.clauses, ""),
        Measured("altered numbers not noticed", unnoticed, "of", altered, ""),
        Measured(
            "hearing, seconds per second of sound",
            ours.hearing_s / ours.sound_s,
            "speaking",
            ours.speaking_s / ours.sound_s,
            "s/s",
        ),
    ]


def scripts(count: int, seed: int = MEASURED_SEED) -> list[tuple[Clause, ...]]:
    return [script_from_text("测", text).clauses for text in announcements(count, seed)]


def tally(speaker: Speaker, card: VoiceCard, pace: float, count: int) -> Tally:
    """What comes back when one voice says them, each clause once."""
    result = Tally(card.id, pace)
    for clauses in scripts(count):
        numbers, everything = True, True
        for clause in clauses:
            clip = speaker.spoken(clause, card, pace)
            kept = speaker.cache.find(clip.key)
            assert kept is not None
            started = time.perf_counter()
            hearing = speaker.heard(clause, replace(clip, hearing=None)).hearing
            assert hearing is not None, speaker.deaf
            length = len(re.sub(r"\W", "", clause.spoken))
            result.speaking_s += kept.computed_s
            result.hearing_s += time.perf_counter() - started
            result.sound_s += clip.duration_ms / 1000
            result.errors += hearing.error_rate * length
            result.syllables += length
            result.clauses += 1
            result.clauses_right += hearing.ok
            numbers &= hearing.numbers_right
            everything &= hearing.ok
        result.announcements += 1
        result.numbers_right += numbers
        result.all_right += everything
    return result


def alarms(speaker: Speaker, count: int) -> tuple[int, int]:
    """Of the clauses: how many the first voice had to say again, how many were held."""
    again = held = 0
    for clauses in scripts(count):
        for clause in clauses:
            try:
                clip = speaker.sure_clip(clause)
            except HeardWrong:
                again += 1
                held += 1
                continue
            again += not _first_try(speaker, clause, clip)
    return again, held


def unnoticed_changes(
    speaker: Speaker, listener: Listener, count: int = ALTERED
) -> tuple[int, int]:
    """How many altered numbers hearing back lets pass, of how many: another figure, or one more."""
    chance = Random(MEASURED_SEED)
    passed = done = 0
    for clauses in scripts(count):
        for clause in clauses:
            altered = _altered(clause, chance)
            if altered is None or done >= count:
                continue
            clip = speaker.spoken(clause, speaker.chain[0])
            done += 1
            passed += listener.hear(altered, speaker.cache.load(clip.key)).ok
    return passed, done


def _altered(clause: Clause, chance: Random) -> Clause | None:
    places = [
        place
        for place, figure in enumerate(clause.written)
        if figure.isascii() and figure.isdigit()
    ]
    if not places:
        return None
    place = chance.choice(places)
    other = chance.choice([f for f in "123456789" if f != clause.written[place]])
    kept = place + chance.choice((0, 1))  # in its place, or one more
    written = clause.written[:kept] + other + clause.written[place + 1 :]
    made = script_from_text("测", written).clauses
    return made[0] if len(made) == 1 and made[0].spoken != clause.spoken else None


def _first_try(speaker: Speaker, clause: Clause, clip: Clip) -> bool:
    return clip.key == speaker.key(clause, speaker.chain[0])


def _speaker(*ids: str) -> tuple[Speaker, Listener]:
    """What was said in an earlier run is said again from its clips; what it cost is kept there."""
    listener = Listener(WhisperRecogniser(VOICES / FOLDER))
    return (
        build_speaker(
            voice_cards(),
            ids,
            EngineContext(VOICES, rewritten=True),
            clips_folder=RESULTS / "clips",
            stopwatch=time.perf_counter,
            listener=listener,
        ),
        listener,
    )


def lines(results: list[Tally]) -> Iterator[str]:
    yield "voice         pace  numbers right   all right   error rate   speaking   hearing"
    for one in results:
        yield (
            f"{one.voice:12} {one.pace:5.2f}  {one.numbers_right:4}/{one.announcements:<4} "
            f"{one.numbers_right / one.announcements:6.1%} "
            f"{one.all_right / one.announcements:8.1%} "
            f"{one.error_rate:10.2%} {one.speaking_s / one.sound_s:10.3f} "
            f"{one.hearing_s / one.sound_s:9.3f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.hearing")
    parser.add_argument("voices", nargs="+")
    parser.add_argument("--paces", nargs="+", type=float, default=[1.0])
    parser.add_argument("--rows", type=int, default=300)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    RESULTS.mkdir(exist_ok=True)
    results = []
    speaker, _ = _speaker(*options.voices)
    for card in speaker.chain:
        for pace in options.paces:
            results.append(tally(speaker, card, pace, options.rows))
            print(list(lines(results[-1:]))[-1], flush=True)
    path = RESULTS / "hearing-voices.json"
    path.write_text(json.dumps([asdict(one) for one in results], indent=2), encoding="utf-8")
    print("\n".join(lines(results)))


if __name__ == "__main__":
    main()

"""Takes: measured as they are, cheap the second time, and put against each other fairly."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from steward.domain.script import Clause
from steward.domain.voices import Hearing, Take, VoiceCard
from steward.errors import ClipNotStored
from steward.operations.blind_listening import MOST_PAIRS, MOST_TAKES, pairs, suggested
from steward.operations.compare_voices import advance, comparable, compare, copy_take, take
from steward.speech.cache import ClipCache
from steward.speech.engine import EngineContext
from steward.speech.speaker import Speaker
from steward.speech.voices import load_cards
from tests.support.studios import Ears
from tests.support.voices import CARDS

ALL = load_cards(CARDS)
SILENCE = replace(ALL["silence"], intelligible=True)
CLAUSES = (
    Clause("本周新增28条，", "本周新增二十八条，", 250),
    Clause("闭环12处，", "闭环十二处，", 250),
    Clause("请注意。", "请注意。", 600),
)
RIGHT = Hearing("", True, (), 0.0, True)
WRONG = replace(RIGHT, ok=False)


@pytest.fixture
def speaker(tmp_path: Path) -> Speaker:
    """A silent voice whose computing seems to take 2 s, the first time 12 s: a model is loaded."""
    seconds = itertools.chain([0.0, 12.0], itertools.count(20.0, 2.0))
    return Speaker(
        (SILENCE,),
        ClipCache(tmp_path / "clips"),
        EngineContext(tmp_path / "voices"),
        stopwatch=lambda: next(seconds),
        listener=Ears({}),
    )


def test_one_step_makes_or_hears_one_clip(speaker: Speaker) -> None:
    steps = 0
    while advance(speaker, CLAUSES, SILENCE, 1.0):
        steps += 1
    assert steps == 2 * len(CLAUSES)


def test_the_cost_survives_cache_and_hearing_and_the_loading_does_not_count(
    speaker: Speaker,
) -> None:
    while advance(speaker, CLAUSES, SILENCE, 1.0):
        pass
    made = take(speaker, CLAUSES, SILENCE, 1.0)
    # 2 s for the last clause's 4 characters of 0.22 s: the middle of 5.5, 1.5 and 2.3.
    assert made.cost == pytest.approx(2 / (4 * 0.22), abs=1e-3)
    assert take(speaker, CLAUSES, SILENCE, 1.0) == made


def test_the_length_is_that_of_the_clauses_and_the_pauses_between(speaker: Speaker) -> None:
    made = take(speaker, CLAUSES, SILENCE, 1.0)
    characters = sum(len(clause.spoken) for clause in CLAUSES)
    assert made.duration_ms == pytest.approx(characters * 220 + 500, abs=2)
    slower = take(speaker, CLAUSES, SILENCE, 0.5)
    assert slower.duration_ms == pytest.approx(characters * 440 + 500, abs=2)
    assert slower.clip_key != made.clip_key


def test_a_voice_that_fails_is_told_and_the_next_goes_on(speaker: Speaker) -> None:
    made = list(compare(speaker, CLAUSES, [ALL["zf_xiaobei"], SILENCE], [1.0, 0.9]))
    assert [(one.voice_id, one.pace, bool(one.fault)) for one in made] == [
        ("zf_xiaobei", 1.0, True),
        ("zf_xiaobei", 0.9, True),
        ("silence", 1.0, False),
        ("silence", 0.9, False),
    ]


def test_takes_are_copied_under_names_that_say_what_they_are(
    speaker: Speaker, tmp_path: Path
) -> None:
    made = take(speaker, CLAUSES, SILENCE, 0.9)
    path = copy_take(speaker, made, tmp_path / "new" / "folder")
    assert path == tmp_path / "new" / "folder" / "silence-0.9.wav"
    assert made.clip_key is not None
    assert path.read_bytes() == speaker.cache.sound(made.clip_key).read_bytes()
    assert copy_take(speaker, Take("silence", 1.0, fault="坏了"), tmp_path) is None
    with pytest.raises(ClipNotStored, match="文件无法写入"):
        copy_take(speaker, made, path)


def test_the_voices_of_the_chain_stand_first_and_the_silent_one_nowhere() -> None:
    cards: list[VoiceCard] = list(ALL.values())
    order = [card.id for card in comparable(cards, ("zm_yunjian", "espeak_cmn"))]
    assert order[:2] == ["zm_yunjian", "espeak_cmn"]
    assert order[2:] == sorted(order[2:])
    assert set(order) == set(ALL) - {"silence"}


def a_take(voice_id: str, pace: float = 1.0, hearing: Hearing | None = RIGHT) -> Take:
    return Take(voice_id, pace, clip_key="0" * 64, hearing=hearing)


def test_what_is_understood_at_its_own_pace_is_suggested() -> None:
    takes = [
        a_take("a", 0.9),
        a_take("a"),
        a_take("b", hearing=WRONG),
        Take("c", 1.0, fault="坏了"),
        None,
        *(a_take(f"more{n}") for n in range(4)),
    ]
    assert suggested(takes) == [1, 5, 6, 7, 8]
    assert len(suggested(takes)) == MOST_TAKES
    assert suggested([a_take("a", 0.9), a_take("a", 1.1)]) == [0, 1]
    assert suggested([None]) == []


@pytest.mark.parametrize("seed", range(20))
def test_pairs_are_fair_and_the_seeds_own(seed: int) -> None:
    made = pairs(range(MOST_TAKES), seed)
    assert len(made) == MOST_PAIRS
    assert {frozenset(pair) for pair in made} == {
        frozenset(pair) for pair in itertools.combinations(range(MOST_TAKES), 2)
    }
    assert made == pairs(range(MOST_TAKES), seed)
    many = pairs(range(12), seed)
    met = Counter(one for pair in many for one in pair)
    assert len(many) == MOST_PAIRS
    assert max(met.values()) - min(met.values()) <= 1


def test_both_orders_and_sides_come() -> None:
    firsts = {pairs([3, 7], seed)[0] for seed in range(20)}
    assert firsts == {(3, 7), (7, 3)}
    assert pairs([3], 1) == []
    assert pairs([], 1) == []

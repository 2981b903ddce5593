"""One suite over every engine: sound of a sane length, at the card's rate, and clear refusals."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from steward.errors import EngineFailed
from steward.speech.engine import REGISTRY, EngineContext
from steward.speech.voices import lacks, load_cards
from tests.support.speaking import HANGING, SPEAKING, Speaking
from tests.support.voices import CARDS

SENTENCE = "隐患管家提醒您，本周新增隐患二十八条。"
FAST = 2.0  # where the pace does not matter
EVERY = [
    pytest.param(name, marks=pytest.mark.model) if name == "kokoro" else name for name in SPEAKING
]


@pytest.fixture(scope="module", params=EVERY)
def voice(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Speaking]:
    with ExitStack() as stack:
        yield SPEAKING[request.param](stack, tmp_path_factory.mktemp("voices"))


def test_the_suite_knows_every_engine() -> None:
    assert set(SPEAKING) == set(REGISTRY)


def test_every_engine_has_a_card_here_or_an_example_of_one() -> None:
    cards = [*load_cards(CARDS).values(), *load_cards(CARDS / "examples").values()]
    assert {card.engine for card in cards} == set(REGISTRY)


def test_only_examples_need_files_that_set_up_does_not_bring(tmp_path: Path) -> None:
    context = EngineContext(tmp_path, speech_server_url="http://10.0.0.8")
    cards = load_cards(CARDS).values()
    assert {card.engine for card in cards if lacks(card, context)} == {"kokoro"}


def test_it_speaks(voice: Speaking) -> None:
    sound = voice.speak(SENTENCE)
    assert sound.rate_hz == voice.card.rate_hz
    assert sound.samples.dtype == np.float32
    assert sound.samples.ndim == 1
    assert 1_500 < sound.duration_ms < 12_000
    assert np.max(np.abs(sound.samples)) <= 1.0
    if voice.card.engine != "silence":
        assert np.sqrt(np.mean(sound.samples**2)) > 0.01


def test_faster_is_shorter(voice: Speaking) -> None:
    slow, fast = voice.speak(SENTENCE, 0.8), voice.speak(SENTENCE, 1.3)
    assert fast.duration_ms < slow.duration_ms * 0.85


@pytest.mark.parametrize("text", ["", " \n\t", "……，。！？——", "😀🎉", "\x00\x07\ufeff"])
def test_nothing_to_say_is_refused_for_good(voice: Speaking, text: str) -> None:
    with pytest.raises(EngineFailed) as refused:
        voice.speak(text)
    assert not refused.value.retry
    assert refused.value.sentence


@pytest.mark.parametrize(
    "text", ["新增\x00二十八条\x1b。", "\ufeff新增二十\n八条\x85", "新增\ud800八条"]
)
def test_what_is_no_text_takes_no_words_with_it(voice: Speaking, text: str) -> None:
    clean = "".join(c if c.isprintable() else " " for c in text)
    sound, expected = voice.speak(text, FAST), voice.speak(clean, FAST)
    assert sound.duration_ms == pytest.approx(expected.duration_ms, rel=0.35)


@pytest.mark.parametrize(
    "text",
    [
        "新增😀二十八条👍🏽，处置👩\u200d🚒八处。",
        "LNG storage tank",
        "<speak>新增<break/>八条</speak>&amp;",
        "新增八條，處置७٣処。",
        "'; DROP TABLE --\\\"%s{0}$(id)`id`",
        "𠮷镇\u0301新增\u202e八条",
    ],
)
def test_strange_text_is_spoken_or_refused_for_good(voice: Speaking, text: str) -> None:
    sound = voice.speak_or_refuse(text, FAST)
    assert sound is None or sound.duration_ms > 100


def test_long_text_is_spoken_to_its_end(voice: Speaking) -> None:
    clause = "本周新增二十八条，"
    clauses = 6 if voice.card.engine == "kokoro" else 222
    once = voice.speak(clause * 3, FAST).duration_ms / 3
    sound = voice.speak(clause * clauses, FAST)
    assert sound.duration_ms == pytest.approx(once * clauses, rel=0.35)


def test_long_text_without_a_pause_is_spoken_to_its_end_or_refused_for_good(
    voice: Speaking,
) -> None:
    words = "本周新增二十八条"
    # The neural model takes 510 phonemes at a time, some 120 characters, and computes for long.
    times = 16 if voice.card.engine == "kokoro" else 250
    once = voice.speak(words * 3, FAST).duration_ms / 3
    sound = voice.speak_or_refuse(words * times, FAST)
    assert sound is None or sound.duration_ms == pytest.approx(once * times, rel=0.35)


@pytest.mark.parametrize("name", HANGING)
def test_one_that_hangs_is_ended_within_its_limit(name: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        voice = HANGING[name](stack, tmp_path)
        began = time.monotonic()
        with pytest.raises(EngineFailed, match="秒内") as refused:
            voice.speak(SENTENCE)
        assert time.monotonic() - began < 5
        assert refused.value.retry

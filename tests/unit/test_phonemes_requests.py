"""What a request says of readings reaches the phonemes, and stays with that request."""

from __future__ import annotations

import pytest

from steward.domain.voices import SpeakingRequest
from steward.errors import EngineFailed
from steward.speech.engines.phonemes import phonemes


@pytest.mark.parametrize(
    ("text", "pinyin", "phonemes_of"),
    [
        ("瓜沥镇", (("瓜沥", ("gua1", "li4")),), "kwa→li↘"),
        ("重大", (("重大", ("zhong4", "da4")),), "ꭧʊ↘ŋta↘"),
        ("重大", (("重大", ("chong2", "da4")),), "ꭧʰʊ↗ŋta↘"),
    ],
)
def test_readings_reach_the_phonemes(
    text: str, pinyin: tuple[tuple[str, tuple[str, ...]], ...], phonemes_of: str
) -> None:
    assert phonemes(SpeakingRequest(text, pinyin=pinyin)).startswith(phonemes_of)


def test_readings_stay_with_their_request() -> None:
    forced = SpeakingRequest("重大", pinyin=(("重大", ("chong2", "da4")),))
    before = phonemes(SpeakingRequest("重大"))
    assert phonemes(forced) != before
    assert phonemes(SpeakingRequest("重大")) == before


def test_two_readings_of_the_same_word_keep_their_places() -> None:
    request = SpeakingRequest("处，处", pinyin=(("处", ("chu4",)), ("处", ("chu3",))))
    first, second = phonemes(request).split(",")
    assert ("↘" in first, "↓" in second) == (True, True)


def test_letters_are_spelt() -> None:
    assert phonemes(SpeakingRequest("A类")).startswith("ˈA ")
    assert "ˈɛl ˈɛn ʤˈi" in phonemes(SpeakingRequest("lng储罐"))


def test_impossible_pinyin_is_named() -> None:
    with pytest.raises(EngineFailed, match="不是正确的拼音"):
        phonemes(SpeakingRequest("重大", pinyin=(("重大", ("qqq9", "da4")),)))

"""Every phoneme of ours is one the model knows: it drops the others without a word."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from string import ascii_uppercase

import pytest

from steward.domain.voices import SpeakingRequest
from steward.errors import EngineFailed
from steward.narration.lexicon import BUILT_IN, inventory, read
from steward.speech.engines.latin import LETTERS, PUNCTUATION, WORDS
from steward.speech.engines.phonemes import phonemes


@pytest.fixture(scope="module")
def vocabulary() -> set[str]:
    found = find_spec("kokoro_onnx")
    assert found is not None
    assert found.origin is not None
    config = json.loads(Path(found.origin).with_name("config.json").read_text(encoding="utf-8"))
    return set(config["vocab"])


def test_every_syllable(vocabulary: set[str]) -> None:
    unknown = {
        syllable: spoken
        for syllable in inventory()
        if not set(spoken := phonemes(SpeakingRequest("字", pinyin=(("字", (syllable,)),))))
        <= vocabulary
    }
    assert len(inventory()) > 1500
    assert unknown == {}


def test_every_letter_word_and_sign(vocabulary: set[str]) -> None:
    assert set(LETTERS) == set(ascii_uppercase)
    assert set("".join([*LETTERS.values(), *WORDS.values(), *PUNCTUATION.values()])) <= vocabulary


def test_every_word_of_the_lexicon_has_syllables_of_the_language() -> None:
    assert {s for syllables in read(BUILT_IN).values() for s in syllables} <= inventory()


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("LNG", "ˈɛl ˈɛn ʤˈi"),
        ("LPG", "ˈɛl pˈi ʤˈi"),
        ("CO", "sˈi ˈO"),
        ("GB", "ʤˈi bˈi"),
        ("KTV", "kˈA tˈi vˈi"),
        ("PLC", "pˈi ˈɛl sˈi"),
        ("kV", "kˈA vˈi"),
        ("VOCs", "vˈi ˈO sˈiz"),
        ("PM二点五", "pˈi ˈɛm ɚ↘tjɛ↗nu↓"),
        ("A类", "ˈA lei↘"),
        ("APP", "ˈæp"),
        ("WiFi", "wˈIfˌI"),
        ("OK", "ˌOkˈA"),
    ],
)
def test_letters(text: str, spoken: str) -> None:
    assert phonemes(SpeakingRequest(text)) == spoken


def test_signs_keep_their_places(vocabulary: set[str]) -> None:
    spoken = phonemes(SpeakingRequest("“一”、二；（三）……！"))
    assert set(spoken) <= vocabulary
    assert [sign for sign in spoken if sign in PUNCTUATION.values()] == list("“”,;()……!")


def test_nothing_to_pronounce() -> None:
    with pytest.raises(EngineFailed, match="没有可以读出的内容"):
        phonemes(SpeakingRequest("……，"))

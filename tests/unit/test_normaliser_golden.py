"""The normaliser and the lexicon against their golden rows."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from pypinyin import Style, pinyin

from steward.narration.lexicon import BUILT_IN, built_in, read
from steward.narration.normaliser import normalise
from steward.narration.normaliser.tables import rows
from tests.support.golden_rows import golden_rows

ROWS = golden_rows("normaliser")
PAIRS = ("hotlines", "symbols", "pers", "formulas")
TOWNS = Path(__file__).parents[2] / "steward" / "ledger" / "data" / "towns.csv"


@pytest.mark.parametrize(("written", "spoken"), ROWS)
def test_row(written: str, spoken: str) -> None:
    assert normalise(written) == spoken
    assert normalise(spoken) == spoken


def test_there_are_enough_rows_and_none_twice() -> None:
    assert len(ROWS) >= 460
    assert len({written for written, _ in ROWS}) == len(ROWS)


@pytest.mark.parametrize(("spoken", "expected"), golden_rows("lexicon"))
def test_lexicon_row(spoken: str, expected: str) -> None:
    hints = built_in().hints(spoken)
    assert "|".join(f"{words}:{' '.join(syllables)}" for words, syllables in hints) == expected


def test_every_town_is_in_the_lexicon() -> None:
    with TOWNS.open(encoding="utf-8") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert len(names) == 22
    assert [name for name in names if name not in built_in()] == []


def test_every_syllable_is_a_reading_of_its_character() -> None:
    """Against pypinyin's dictionary; neutral tones and the district's own names aside."""
    known_better = {"会", "晕"}
    for words, syllables in read(BUILT_IN).items():
        for character, syllable in zip(words, syllables, strict=True):
            readings = pinyin(character, style=Style.TONE3, heteronym=True, v_to_u=False)[0]
            if syllable.endswith("5") or character in known_better:
                continue
            assert syllable in readings, (words, character, syllable, readings)


def test_data_rows_are_whole() -> None:
    assert all(len(row) == 3 for row in rows("units"))
    assert all(len(row) in (2, 3) and row[1] in ("两", "二", "二两") for row in rows("measures"))
    assert all(len(row) == 2 for name in PAIRS for row in rows(name))
    for name in ("units", "measures", "standards", *PAIRS):
        keys = [row[0] for row in rows(name)]
        assert len(keys) == len(set(keys)), name
    kinds = {"surely", "likely", "after", "number"}
    words = rows("telephone_words")
    assert len(set(words)) == len(words)
    assert {row[1] for row in words} == kinds

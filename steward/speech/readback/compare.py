"""What was heard beside what was meant, syllable by syllable, without tones.

Both texts become syllables of toneless pinyin (a heard character has all its readings, for the
recogniser writes homophones) and are aligned at the least cost (Needleman and Wunsch, 1970). Every
syllable of a number must be met exactly and nothing that counts may be added; of the rest a share
may differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from steward.domain.script import Clause
from steward.domain.voices import Hearing

TOLERANCE = 0.3
"""Share of the meant syllables that may differ; a near miss counts half."""
FREE = 1.0
"""Near or plain misses that are let pass however short the clause."""

_NUMERALS = "零〇一二三四五六七八九十百千万亿两幺点"
_NUMBER = re.compile(rf"(?:百分之|千分之|负|零下|第)?[{_NUMERALS}]+(?:分之[{_NUMERALS}]+)?")
_TOKEN = re.compile(r"[\u3400-\u9fff\U00020000-\U0002fa1f]|[A-Za-z]")
# Written with a numeral, but no number: met like any other word.
_NO_NUMBER = re.compile(
    r"一般|统一|一律|一旦|一定|一起|一致|一线|一体|一样|一些|一下|一直|万一|十分|千万别|"
    r"重点|特点|焦点|地点|网点|难点|节点|试点|站点|观点|点检|点位|点火|点评|一刀切|万无一失"
)
# The same number, said or written another way.
_ALIKE = {"幺": {"yao", "yi"}, "两": {"liang", "er"}, "二": {"er", "liang"}, "〇": {"ling"}}
_NEAR = (
    (re.compile("^(z|c|s)h"), r"\1"),
    (re.compile("^l"), "n"),
    (re.compile("^f(?=u)|^hu(?=[aioe])"), "f"),
    (re.compile("ng$"), "n"),
)
_GAP = 1.0
_NUMBER_WEIGHT = 3.0


@dataclass(frozen=True)
class _Syllable:
    """One token of a text: its readings, and the number it belongs to (None outside)."""

    written: str
    readings: frozenset[str]
    number: int | None = None


def compare(clause: Clause, heard: str) -> Hearing:
    """How far `heard` is from what the clause means."""
    meant = _meant(clause)
    got = [_Syllable(token, _readings(token)) for token in _TOKEN.findall(heard)]
    errors = 0.0
    wrong: set[int] = set()
    added_numeral = False
    touching: int | None = None  # the number just passed
    before = False  # a numeral was added just now
    for mine, yours in _aligned(meant, got):
        if mine is None:
            assert yours is not None
            errors += 1
            before = yours.written in _NUMERALS
            added_numeral |= before
            if before and touching is not None:
                wrong.add(touching)
            continue
        miss = 1.0 if yours is None else _miss(mine, yours)
        errors += miss
        touching = mine.number
        if mine.number is not None and (miss or before):
            wrong.add(mine.number)
        before = False
    spans = _numbers(clause.spoken)
    rate = errors / max(1, len(meant))
    numbers_right = not wrong and not added_numeral
    return Hearing(
        heard=heard,
        numbers_right=numbers_right,
        wrong_numbers=tuple(clause.spoken[slice(*spans[number])] for number in sorted(wrong)),
        error_rate=round(rate, 4),
        ok=numbers_right and ((errors <= FREE < len(meant)) or rate <= TOLERANCE),
    )


def without_numbers(spoken: str) -> str:
    """The words of a text, its numbers left out: a hint that does not say what to hear."""
    kept, done = "", 0
    for start, end in _numbers(spoken):
        kept += spoken[done:start]
        done = end
    return kept + spoken[done:]


def _numbers(spoken: str) -> list[tuple[int, int]]:
    """(start, end) of each number in a spoken text.

    A word that is no number takes away what it begins with (十分重要, 重点三家), never the end of a
    number that began before it: 四万一千 is no 万一, 九点三十分 no 十分.
    """
    words = [match.span() for match in _NO_NUMBER.finditer(spoken)]
    found = []
    for match in _NUMBER.finditer(spoken):
        start, end = match.span()
        for first, last in words:
            if first <= start < last:
                start = min(last, end)
        if start < end and spoken[start:end] != "点":
            found.append((start, end))
    return found


def _meant(clause: Clause) -> list[_Syllable]:
    from pypinyin import Style, lazy_pinyin

    text = clause.spoken
    spans = _numbers(text)
    # Asked by words, for their context decides; every other character stands for itself.
    readings = dict(enumerate(lazy_pinyin(text, style=Style.NORMAL, errors=cast("Any", list))))
    done = 0
    for words, syllables in clause.pinyin:
        start = text.find(words, done)
        if start < 0:
            continue
        done = start + len(words)
        for offset, syllable in enumerate(syllables[: len(words)]):
            readings[start + offset] = syllable.rstrip("12345")
    found = []
    for place, character in enumerate(text):
        if not _TOKEN.fullmatch(character):
            continue
        number = next((n for n, (start, end) in enumerate(spans) if start <= place < end), None)
        said = _ALIKE.get(character, {readings[place].lower()})
        found.append(_Syllable(character, frozenset(said), number))
    return found


@cache
def _readings(character: str) -> frozenset[str]:
    """All toneless readings of a character; a letter is its own."""
    from pypinyin import Style, pinyin

    if character.isascii():
        return frozenset({character.lower()})
    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    readings = set(found[0]) if found else {character}
    return frozenset(readings | _ALIKE.get(character, set()))


def _miss(mine: _Syllable, yours: _Syllable) -> float:
    """0 the same, 0.5 what an accent may confuse, 1 another syllable."""
    if mine.readings & yours.readings:
        return 0.0
    blurred = {_blur(one) for one in mine.readings} & {_blur(one) for one in yours.readings}
    return 0.5 if blurred else 1.0


@cache
def _blur(syllable: str) -> str:
    for pattern, plain in _NEAR:
        syllable = pattern.sub(plain, syllable)
    return syllable


def _aligned(
    meant: list[_Syllable], got: list[_Syllable]
) -> list[tuple[_Syllable | None, _Syllable | None]]:
    """Pairs in order, None where one side has nothing."""
    rows, columns = len(meant) + 1, len(got) + 1
    cost = [[0.0] * columns for _ in range(rows)]
    for i in range(1, rows):
        cost[i][0] = cost[i - 1][0] + _weight(meant[i - 1])
    for j in range(1, columns):
        cost[0][j] = cost[0][j - 1] + _GAP
    for i in range(1, rows):
        for j in range(1, columns):
            mine, yours = meant[i - 1], got[j - 1]
            cost[i][j] = min(
                cost[i - 1][j - 1] + _miss(mine, yours) * _weight(mine),
                cost[i - 1][j] + _weight(mine),
                cost[i][j - 1] + _GAP,
            )
    pairs: list[tuple[_Syllable | None, _Syllable | None]] = []
    i, j = rows - 1, columns - 1
    while i or j:
        if i and j:
            mine, yours = meant[i - 1], got[j - 1]
            if cost[i][j] == cost[i - 1][j - 1] + _miss(mine, yours) * _weight(mine):
                pairs.append((mine, yours))
                i, j = i - 1, j - 1
                continue
        if i and cost[i][j] == cost[i - 1][j] + _weight(meant[i - 1]):
            pairs.append((meant[i - 1], None))
            i -= 1
        else:
            pairs.append((None, got[j - 1]))
            j -= 1
    return pairs[::-1]


def _weight(syllable: _Syllable) -> float:
    """A number's syllables weigh more, so that numbers find each other."""
    return _NUMBER_WEIGHT if syllable.number is not None else 1.0

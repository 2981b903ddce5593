"""Tone sandhi of Standard Chinese: 一, 不, and third tones. Syllables are pinyin with tone numbers.

Third tones change inside feet, not over the whole clause: where two longer feet meet, a speaker
is free, and the voice (which learnt from unmarked text) decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

DIGITS = "零〇一二两三四五六七八九幺"
UNITS = "十百千万亿"

Unit = tuple[int, ...]
"""One prosodic word, by the lengths of its feet: 展览馆 is (2, 1), 老厂房 (1, 2), 企业 (2,)."""

_ORDINAL = re.compile(r"[月日号级等类楼]|季度")  # after 一: the first, not one of them
_ONE_OF = "每这那哪某各同任另上下前后有又"  # before 一: one of them, not the first
_SUM = re.compile(f"[加减乘比至到][{DIGITS}]")  # 一加二, 一至五


def with_sandhi(
    text: str, syllables: Sequence[str], words: Sequence[int], units: Sequence[Unit]
) -> tuple[str, ...]:
    """The syllables of one run of Chinese characters as they are spoken.

    `syllables` has one for each character, in the tones of the dictionary; `words` are the lengths
    of its words, `units` those of its prosodic words. Both add up to the text.
    """
    spoken = list(syllables)
    ends = set(_ends(words))
    for place, character in enumerate(text):
        if character == "一" and spoken[place] == "yi1":
            spoken[place] = f"yi{_yi(text, place, syllables, ends)}"
        elif character == "不" and spoken[place] == "bu4":
            spoken[place] = f"bu{_bu(text, place, syllables)}"
    _third_tones(spoken, units)
    return tuple(spoken)


def _yi(text: str, place: int, syllables: Sequence[str], ends: set[int]) -> str:
    """The tone of 一: its own as an ordinal, within and at the end of a number, and at the end of a
    word; else rising before a fourth tone and falling before any other."""
    before, after, rest = text[place - 1 : place], text[place + 1 : place + 2], text[place + 1 :]
    one_of = before != "" and before in _ONE_OF
    goes_on = place and place not in ends and before in f"{DIGITS}{UNITS}点"  # 二十|一, 零点|一
    if not after or before == "第" or goes_on:
        return "1"
    if (after in DIGITS and after != "两") or (before == "之" and after not in UNITS):
        return "1"  # 一一九, 三分之一的
    if before == after and text[place - 2 : place - 1] != "一":
        return "5"  # 查一查
    if _SUM.match(rest) or (_ORDINAL.match(rest) and not one_of):
        return "1"
    if place + 1 in ends and place and place not in ends and not one_of:
        return "1"  # 统一
    return "2" if _is_fourth(after, syllables[place + 1]) else "4"


def _bu(text: str, place: int, syllables: Sequence[str]) -> str:
    """The tone of 不: rising before a fourth tone, light in 是不是."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if not after:
        return "4"
    if before == after:
        return "5"
    return "2" if _is_fourth(after, syllables[place + 1]) else "4"


def _is_fourth(character: str, syllable: str) -> bool:
    return syllable.endswith("4") or character == "个"  # 个 is light, and counts as falling


def _third_tones(spoken: list[str], units: Sequence[Unit]) -> None:
    """Of two third tones the first rises. From the inside out: feet, prosodic words, then the
    single words: with each other in pairs, or else with their neighbours."""
    start = 0
    for unit in units:
        _inside(spoken, start, unit)
        start += sum(unit)
    lengths = [sum(unit) for unit in units]
    paired = _pairs(lengths)
    ends = list(_ends(lengths))
    for number in paired:
        _raise_before(spoken, ends[number] - 1)
    taken = paired | {number - 1 for number in paired}
    for number, end in enumerate(ends[:-1]):
        if any(lengths[n] == 1 and n not in taken for n in (number, number + 1)):
            _raise_before(spoken, end)


def _inside(spoken: list[str], start: int, unit: Unit) -> None:
    """Sandhi within one prosodic word."""
    ends = list(_ends(unit))
    for foot, end in zip(unit, ends, strict=True):
        for place in range(start + end - foot + 1, start + end):
            _raise_before(spoken, place)
    for end, one, other in zip(ends, unit, unit[1:], strict=False):
        if 1 in (one, other):
            _raise_before(spoken, start + end)


def _pairs(lengths: Sequence[int]) -> set[int]:
    """The second of each two single words that stand side by side, from left to right."""
    found = set[int]()
    for number in range(1, len(lengths)):
        if lengths[number - 1] == lengths[number] == 1 and number - 1 not in found:
            found.add(number)
    return found


def _raise_before(spoken: list[str], place: int) -> None:
    if spoken[place - 1].endswith("3") and spoken[place].endswith("3"):
        spoken[place - 1] = spoken[place - 1][:-1] + "2"


def _ends(lengths: Sequence[int]) -> Iterator[int]:
    end = 0
    for length in lengths:
        end += length
        yield end

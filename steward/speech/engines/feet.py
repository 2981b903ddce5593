"""The feet of speech: how the words of a clause are said together, two syllables and two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from steward.speech.engines.sandhi import DIGITS, UNITS, Unit

Parts = tuple[str, ...]
"""A word by its parts: what a segmenter cut and the lexicon reads as one."""

_NUMBER = re.compile(f"(?<![统唯单逐专划])[{DIGITS}{UNITS}]+(?:点[{DIGITS}]+)?")
_FEET = re.compile(f"[{DIGITS}十][{UNITS}点]|[{DIGITS}]{{2}}(?![{UNITS}点])|.")


def cut_at_numbers(text: str, words: Sequence[str]) -> list[str]:
    """The words of a text with each number of two characters or more as one word.

    A segmenter cuts them anywhere: 百分之六十|八点|七 becomes 百分之|六十八点七.
    """
    edges = {0, len(text)}
    place = 0
    for word in words:
        place += len(word)
        edges.add(place)
    for match in _NUMBER.finditer(text):
        if len(match[0]) > 1:
            edges -= set(range(*match.span()))
            edges |= set(match.span())
    ordered = sorted(edges)
    return [text[start:end] for start, end in pairwise(ordered)]


def joined(words: Sequence[str], glued: set[int]) -> list[Parts]:
    """The words, those parts as one between which a place of `glued` lies; numbers stay alone."""
    found: list[Parts] = []
    place = 0
    for word in words:
        alone = is_number(word) or (found and is_number(found[-1][-1]))
        if place in glued and not alone:
            found[-1] += (word,)
        else:
            found.append((word,))
        place += len(word)
    return found


def is_number(word: str) -> bool:
    """Whether a word is all number: 二十八, 九点五."""
    return _NUMBER.fullmatch(word) is not None


def units(words: Sequence[Parts]) -> list[Unit]:
    """The prosodic words of a run of words, by their feet.

    A number is several: 九百|九十|九, and its last digit goes with the measure word: 九|处.
    """
    found: list[Unit] = []
    counting = False  # the last unit is a digit that waits for its measure word
    for parts in words:
        text = "".join(parts)
        if counting and len(text) == 1:
            found[-1] = (2,)
            counting = False
        elif is_number(text):
            feet = _FEET.findall(text)
            found += [(len(foot),) for foot in feet]
            counting = len(feet[-1]) == 1
        else:
            found.append(tuple(foot for part in parts for foot in _feet(part)))
            counting = False
    return found


def _feet(word: str) -> Iterator[int]:
    """Two syllables and two; of three, as its parts are words: 展览|馆, 老|厂房."""
    if len(word) == 3:
        yield from (1, 2) if _frequency(word[1:]) > _frequency(word[:2]) else (2, 1)
        return
    yield from [2] * (len(word) // 2) + [1] * (len(word) % 2)


def _frequency(word: str) -> int:
    import jieba

    return int(jieba.dt.FREQ.get(word) or 0)

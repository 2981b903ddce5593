"""Where the lines of a title end."""

from __future__ import annotations

import logging
import math
import re
from functools import lru_cache
from itertools import combinations, pairwise

from steward.briefings.columns import width_em
from steward.briefings.layout import PT_MM, TITLE_PT, TYPE_AREA_MM

_TOGETHER = re.compile(
    r"(（[^（）]{1,16}）|(?:\d+年)?\d+月(?:\d+日)?|\d+年|第\d+[期号周]|安全生产)"
)
MOST_LINES = 4
LINE_EM = TYPE_AREA_MM[0] / PT_MM / TITLE_PT  # 20 characters


def title_lines(title: str) -> tuple[str, ...]:
    """The title's lines: no word is cut, and they are about of one length (7.3.1).

    As few as it takes, words are jieba's. A title that has no such lines, or more than four, is
    given as one, which may be broken anywhere.
    """
    count = math.ceil(width_em(title) / LINE_EM)
    if not 1 < count <= MOST_LINES:
        return (title,)
    words = _words(title)
    for lines in (count, count + 1):
        best = min(
            (_cut(words, ends) for ends in combinations(range(1, len(words)), lines - 1)),
            key=_unevenness,
            default=(title,),
        )
        if max(map(width_em, best)) <= LINE_EM:
            return best
    return (title,)


def _cut(words: list[str], ends: tuple[int, ...]) -> tuple[str, ...]:
    bounds = (0, *ends, len(words))
    return tuple("".join(words[start:end]).strip() for start, end in pairwise(bounds))


def _unevenness(lines: tuple[str, ...]) -> float:
    widths = [width_em(line) for line in lines]
    return max(widths) - min(widths)


@lru_cache(maxsize=64)
def _split(title: str) -> tuple[str, ...]:
    import jieba

    jieba.setLogLevel(logging.WARNING)  # else it reports its dictionary on stderr
    words: list[str] = []
    for piece in _TOGETHER.split(title):  # every second one is to stay together
        words += [piece] if _TOGETHER.fullmatch(piece) else jieba.dt.cut(piece)
    return tuple(word for word in words if word)


def _words(title: str) -> list[str]:
    """The words; a mark stays with what it closes or opens."""
    words: list[str] = []
    for word in _split(title):
        joined = words and (
            word[0] in "，。、；：！？）》”’】〕%" or words[-1][-1:] in "（《“‘【〔"
        )
        if joined:
            words[-1] += word
        else:
            words.append(word)
    return words

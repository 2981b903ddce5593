"""Are two texts about one hazard? Alike enough to ask staff, never enough to merge by itself."""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz import fuzz

ALIKE = 50
"""Percent from which on two texts are put before staff.

By the 32 pairs of tests/golden/alike.txt, written as inspectors of different sources write: at 50
all 16 of one hazard are asked about, and 3 of the 16 that are two (of one subject, such as
安全出口锁闭 and 安全出口指示灯不亮); at 60 none of those, and 5 of the first are missed. A pair
too many costs a glance, one too few is counted twice. Only pairs of one enterprise, category and
time come this far.
"""
SHORT = 2.5
"""From so much longer on, the longer text is a report and the shorter one a note within it."""
_SIGNS = re.compile(r"[\W_]+")
# What tells one place from another: 3号仓库, 二楼, 2#车间.
_PLACE = re.compile(r"([0-9一二三四五六七八九十两]+)(?:号|#|楼|层|栋|幢|车间|线|区|库)")
_FIGURES = str.maketrans("一二三四五六七八九两", "1234567892")


def alike(one: str | None, other: str | None) -> int:
    """How alike two descriptions are, in percent; 0 where one says nothing or names another place.

    All of both texts; a short note within a full report by where the report comes nearest to it.
    """
    first, second = _plain(one), _plain(other)
    if not first or not second:
        return 0
    here, there = _places(one), _places(other)
    if here and there and here.isdisjoint(there):
        return 0
    whole = fuzz.ratio(first, second)
    shorter, longer = sorted((len(first), len(second)))
    if shorter < 4 or longer < SHORT * shorter:
        return round(whole)
    return round(max(whole, 0.75 * fuzz.partial_ratio(first, second)))


def _plain(text: str | None) -> str:
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text or "")).lower()


def _places(text: str | None) -> set[str]:
    plain = unicodedata.normalize("NFKC", text or "")
    return {found.translate(_FIGURES) for found in _PLACE.findall(plain)}

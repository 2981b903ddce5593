"""Signs that are said as words: ≥ is 大于等于, ℃ is 摄氏度."""

from __future__ import annotations

import re

from steward.narration.normaliser.rule import Rule
from steward.narration.normaliser.tables import any_of, rows

_WORDS = {row[0]: row[1] for row in rows("symbols")}


class Symbol(Rule):
    """A sign of the table, wherever it stands."""

    pattern = re.compile(any_of(tuple(_WORDS)))

    def say(self, match: re.Match[str]) -> str:
        return _WORDS[match[0]]


class Times(Rule):
    """3*5 and 3x5 are 三乘五."""

    pattern = re.compile(r"(?<=[0-9])\s?[*xX]\s?(?=[0-9])")

    def say(self, match: re.Match[str]) -> str:
        return "乘"

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


class Somebody(Rule):
    """杭州××公司 is 杭州某某公司."""

    pattern = re.compile(r"(?<=[\u4e00-\u9fff])×{2,4}(?=[\u4e00-\u9fff])")

    def say(self, match: re.Match[str]) -> str:
        return "某" * len(match[0])


class SomebodyInLetters(Somebody):
    """杭州XX公司: only when every sign has become a word, which may be a character beside XX."""

    pattern = re.compile(r"(?<=[\u4e00-\u9fff])X{2,4}(?=[\u4e00-\u9fff])")


class Address(Rule):
    """xs.gov.cn: the points are said, the scheme is not."""

    pattern = re.compile(r"https?://|(?<=[0-9A-Za-z])\.(?=[A-Za-z])")

    def say(self, match: re.Match[str]) -> str:
        return "点" if match[0] == "." else ""


class Times(Rule):
    """3*5, 3x5 and 3m*5m are said with 乘."""

    pattern = re.compile(
        r"(?<=[0-9])\s?[*xX]\s?(?=[0-9])|(?<=[0-9][a-z])\*(?=[0-9])|(?<=[0-9][a-z]{2})\*(?=[0-9])"
    )

    def say(self, match: re.Match[str]) -> str:
        return "乘"

"""Money and fractions."""

from __future__ import annotations

import re
from typing import ClassVar

from steward.narration.normaliser.numerals import number
from steward.narration.normaliser.rule import Rule
from steward.narration.normaliser.tables import FIGURES, UNIT


def amount(figures: str) -> str:
    """The figures of a sum of money without idle zeros: 3000.00 is 3000, 1.50 is 1.5."""
    return figures.rstrip("0").rstrip(".") if "." in figures else figures


class Money(Rule):
    """￥200 is 二百元, $5万 is 五万美元, RMB500 is 人民币五百元."""

    pattern = re.compile(
        rf"([￥¥$€]|(?<![A-Za-z])(?:RMB|CNY|USD))\s?({FIGURES})\s?([万亿]?)(?:\s?元)?"
    )
    _said: ClassVar = {
        "￥": ("", "元"),
        "¥": ("", "元"),
        "$": ("", "美元"),
        "€": ("", "欧元"),
        "RMB": ("人民币", "元"),
        "CNY": ("人民币", "元"),
        "USD": ("", "美元"),
    }

    def say(self, match: re.Match[str]) -> str:
        before, after = self._said[match[1]]
        return before + number(amount(match[2]), two="两") + match[3] + after


class Fraction(Rule):
    """1/3 is 三分之一; 380/220V and 1/2号线 are two."""

    pattern = re.compile(
        r"(?<![0-9A-Za-z./])([0-9]+)\s?/\s?(0*[1-9][0-9]*)(?![0-9A-Za-z./])"
        rf"(?!\s?(?:{UNIT}|号))"
    )

    def say(self, match: re.Match[str]) -> str:
        return f"{number(match[2])}分之{number(match[1])}"


class Difference(Rule):
    """2-1=1: before a sign of equality a hyphen is a minus."""

    pattern = re.compile(r"(?<=[0-9])\s?[-−]\s?(?=[0-9]+\s?=)")

    def say(self, match: re.Match[str]) -> str:
        return "减"

"""Quantities: percentages, money, fractions, ordinals, ranges, units and measure words."""

from __future__ import annotations

import re

from steward.narration.normaliser.numerals import integer, number
from steward.narration.normaliser.rule import Rule
from steward.narration.normaliser.tables import FIGURES, MEASURE, SPAN, UNIT, UNITS, two_before

_SIGNS = {"": "", "+": "正", "-": "负", "−": "负", "±": "正负"}
_SHARES = {"%": "百分之", "‰": "千分之"}
_CURRENCIES = {"￥": "元", "¥": "元", "$": "美元", "€": "欧元"}
_COLD = {"℃", "°C", "°F"}
_STOREYS = {"层", "楼"}


class Money(Rule):
    """￥200 is 二百元; $5万 is 五万美元."""

    pattern = re.compile(rf"([￥¥$€])\s?({FIGURES})\s?([万亿]?)(?:\s?元)?")

    def say(self, match: re.Match[str]) -> str:
        amount = number(match[2], two="两")
        if re.fullmatch(r"[0-9]+\.00", match[2]):
            amount = number(match[2][:-3], two="两")
        return amount + match[3] + _CURRENCIES[match[1]]


class Fraction(Rule):
    """1/3 is 三分之一."""

    pattern = re.compile(r"(?<![0-9A-Za-z./])([0-9]+)\s?/\s?(0*[1-9][0-9]*)(?![0-9A-Za-z./])")

    def say(self, match: re.Match[str]) -> str:
        return f"{number(match[2])}分之{number(match[1])}"


class Ordinal(Rule):
    """第2季度 is 第二季度; 第2-3条 is 第二到三条. A 2 is never 两 here."""

    pattern = re.compile(
        rf"第\s?([0-9]+)(?:(?:{SPAN}|[至到])第?([0-9]+))?(?!\.[0-9])(?:\s(?={MEASURE}))?"
    )

    def say(self, match: re.Match[str]) -> str:
        last = f"到{self._place(match[2])}" if match[2] else ""
        return f"第{self._place(match[1])}{last}"

    @staticmethod
    def _place(figures: str) -> str:
        return integer(int(figures)) if len(figures) <= 8 else number(figures)


class Power(Rule):
    """50m2, 5mg/m3: a small figure after a metre is its power."""

    pattern = re.compile(r"((?:[0-9]\s?|/)[kcdhm]?m)([23])(?![0-9A-Za-z])")

    def say(self, match: re.Match[str]) -> str:
        return match[1] + {"2": "²", "3": "³"}[match[2]]


class MeasuredRange(Rule):
    """5%-10%, 3米~5米: a measured quantity, then a sign, then another: the sign is 到."""

    pattern = re.compile(
        rf"(?<![0-9.])({FIGURES}\s?(?:[%‰]|{UNIT}|{MEASURE})){SPAN}(?=[-−]?{FIGURES})"
    )

    def say(self, match: re.Match[str]) -> str:
        return f"{match[1]}到"


class Quantity(Rule):
    """A number or a range with its sign and what is counted: 2条, 2-3天, -3.5%, -5℃, 220V."""

    pattern = re.compile(
        rf"(?P<sign>(?<![0-9A-Za-z²³])[-−+±])?(?P<first>{FIGURES})"
        rf"(?:(?:{SPAN}|(?P<to>[至到]))(?P<minus>[-−])?(?P<last>{FIGURES})(?![-–~～—]\s?[0-9]))?"
        rf"(?:\s?(?P<tail>[%‰]|{UNIT}|{MEASURE}))?"
    )

    def say(self, match: re.Match[str]) -> str:
        sign, tail = match["sign"] or "", match["tail"] or ""
        if tail in _SHARES:
            return self._share(match, sign, tail)
        two = two_before(tail)
        said = self._signed(sign, number(match["first"], two=two), match, tail)
        if match["last"]:
            last = number(match["last"], two=two)
            said += (match["to"] or "到") + (self._negative(tail) if match["minus"] else "") + last
        return said + (UNITS[tail][0] if tail in UNITS else tail)

    def _signed(self, sign: str, said: str, match: re.Match[str], tail: str) -> str:
        """After a Chinese character a hyphen before bare figures joins names: 3号楼-501."""
        before = match.string[: match.start()].rstrip()[-1:]
        bare = tail not in UNITS and tail not in _STOREYS and "." not in match["first"]
        if sign == "-" and bare and before and "\u4e00" <= before <= "\u9fff":
            return f"-{said}"
        return (self._negative(tail) if sign in "-−" and sign else _SIGNS[sign]) + said

    @staticmethod
    def _negative(tail: str) -> str:
        return "零下" if tail in _COLD else "负"

    @staticmethod
    def _share(match: re.Match[str], sign: str, tail: str) -> str:
        last = ""
        if match["last"]:
            last = "到" + ("负" if match["minus"] else "") + number(match["last"])
        return _SIGNS[sign] + _SHARES[tail] + number(match["first"]) + last

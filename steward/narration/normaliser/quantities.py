"""Quantities: percentages, ordinals, ranges, units and measure words."""

from __future__ import annotations

import re

from steward.narration.normaliser.numerals import integer, number
from steward.narration.normaliser.rule import Rule
from steward.narration.normaliser.shares import amount
from steward.narration.normaliser.tables import (
    FIGURES,
    MEASURE,
    PER,
    PERS,
    SCALE,
    SPAN,
    UNIT,
    UNITS,
    two_before,
)

_SIGNS = {"": "", "+": "正", "-": "负", "−": "负", "±": "正负"}
_SHARES = {"%": "百分之", "‰": "千分之"}
_COLD = {"℃", "°C", "°F", "度", "摄氏度"}
_STOREYS = {"层", "楼"}
_COMPARED = re.compile(
    r"(?:[环同]比|[上去][周月年]|同期|[增降]幅|变化|增长|增减|气温|温度)[了为达：:]?$"
)
_TAIL = rf"(?:{UNIT}|{MEASURE})"


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


class Approximate(Rule):
    """2、3家 is 两三家, for a count; 2、3号楼 are two houses."""

    pattern = re.compile(rf"(?<![0-9第、.])([1-8])、([2-9])(?=\s?(?P<tail>{MEASURE}))")

    def say(self, match: re.Match[str]) -> str:
        first, last = int(match[1]), int(match[2])
        if last != first + 1 or two_before(match["tail"]) != "两":
            return match[0]
        return number(match[1], two="两") + number(match[2])


class Power(Rule):
    """50m2, 5mg/m3: a small figure after a metre is its power."""

    pattern = re.compile(r"((?:[0-9万]\s?|/)[kcdhmN]?m)([23])(?![0-9A-Za-z])")

    def say(self, match: re.Match[str]) -> str:
        return match[1] + {"2": "²", "3": "³"}[match[2]]


class MeasuredRange(Rule):
    """5%-10%, 3米~5米: a measured quantity, then a sign, then another: the sign is 到."""

    pattern = re.compile(
        rf"(?<![0-9.])({FIGURES}\s?(?:{SCALE})?\s?(?:[%‰]|{_TAIL})(?:/{PER})?){SPAN}"
        rf"(?=[-−]?{FIGURES})"
    )

    def say(self, match: re.Match[str]) -> str:
        return f"{match[1]}到"


class Quantity(Rule):
    """A number or a range with its sign and what is counted: 2条, 2-3天, -3.5%, 2t/h, 5元/人."""

    pattern = re.compile(
        rf"(?P<sign>(?<![0-9A-Za-z²³])[-−+±])?(?P<first>{FIGURES})"
        rf"(?:(?:{SPAN}|(?P<to>[至到]))(?P<minus>[-−])?(?P<last>{FIGURES})(?![-–~～—]\s?[0-9]))?"
        rf"(?:\s?(?P<scale>{SCALE})(?=\s?{_TAIL}))?"
        rf"(?:\s?(?P<tail>[%‰]|{_TAIL})(?:\s?/\s?(?P<per>{PER}))?)?"
    )

    def say(self, match: re.Match[str]) -> str:
        sign, scale, tail = match["sign"] or "", match["scale"] or "", match["tail"] or ""
        if tail in _SHARES:
            return self._share(match, sign, tail)
        two = two_before(scale[:1] or tail, match.string[: match.start()])
        first, last = match["first"], match["last"]
        if tail == "元":
            first, last = amount(first), last and amount(last)
        said = self._signed(sign, number(first, two=two), match, tail)
        if last:
            minus = self._negative(tail) if match["minus"] else ""
            said += (match["to"] or "到") + minus + number(last, two=two)
        per = f"每{PERS[match['per']]}" if match["per"] else ""
        return said + scale + (UNITS[tail][0] if tail in UNITS else tail) + per

    def _signed(self, sign: str, said: str, match: re.Match[str], tail: str) -> str:
        """After a Chinese character a hyphen before bare figures joins names: 瓜沥-3条."""
        before = match.string[: match.start()].rstrip()
        bare = tail not in UNITS and tail not in _STOREYS and "." not in match["first"]
        joins = re.search(r"[\u4e00-\u9fff]$", before) and not _COMPARED.search(before)
        if sign == "-" and bare and joins:
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

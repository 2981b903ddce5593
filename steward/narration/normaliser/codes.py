"""Letters mixed with figures: standards, credit codes, models, 1+2+N."""

from __future__ import annotations

import re

from steward.narration.normaliser.numerals import number, one_by_one
from steward.narration.normaliser.rule import Rule


class Standard(Rule):
    """GB 32100-2015, GB/T 9704-2012: figure by figure."""

    pattern = re.compile(
        r"(?<![A-Za-z])((?:GBZ?|AQ|DB[0-9]{0,4}|JGJ|HG|SY)(?:/T)?)\s?"
        r"([0-9]+(?:\.[0-9]+)*)(?:[-—]([0-9]{4}))?(?![0-9])"
    )

    def say(self, match: re.Match[str]) -> str:
        letters = re.sub("[0-9]+", lambda digits: one_by_one(digits[0]), match[1])
        said = letters.replace("/", "杠") + "点".join(one_by_one(p) for p in match[2].split("."))
        return f"{said}杠{one_by_one(match[3])}" if match[3] else said


class CreditCode(Rule):
    """A unified social credit code (GB 32100-2015): 18 figures and letters, one by one."""

    pattern = re.compile(r"(?<![0-9A-Za-z])[0-9A-Z]{2}[0-9]{6}[0-9A-Z]{10}(?![0-9A-Za-z])")

    def say(self, match: re.Match[str]) -> str:
        return re.sub("[0-9]+", lambda digits: one_by_one(digits[0], one="幺"), match[0])


class Sum(Rule):
    """1+2+N is 一加二加N."""

    pattern = re.compile(
        r"(?<![0-9A-Za-z.+])(?:[0-9]+|[A-Z])(?:\s?\+\s?(?:[0-9]+|[A-Z]))+(?![0-9A-Za-z.+])"
    )

    def say(self, match: re.Match[str]) -> str:
        parts = [part.strip() for part in match[0].split("+")]
        return "加".join(number(part) if part.isdigit() else part for part in parts)


class Model(Rule):
    """Figures that touch a letter before them: PM2.5, G20; three or more one by one: Q235."""

    pattern = re.compile(r"(?<=[A-Za-z])-?([0-9]+(?:\.[0-9]+)?)")

    def say(self, match: re.Match[str]) -> str:
        figures = match[1]
        whole = figures.partition(".")[0]
        return one_by_one(figures) if len(whole) > 2 and whole == figures else number(figures)


class Room(Rule):
    """Rooms and bus lines of three figures or more: 202室 is 二零二室."""

    pattern = re.compile(r"(?<![0-9.])[0-9]{3,4}(?=[室路])")

    def say(self, match: re.Match[str]) -> str:
        return one_by_one(match[0])


class Chain(Rule):
    """Three or more numbers joined by hyphens, such as a room's: 3-2-501 is 三杠二杠五零一."""

    pattern = re.compile(r"(?<![0-9.-])[0-9]+(?:-[0-9]+){2,}(?![0-9.-])")

    def say(self, match: re.Match[str]) -> str:
        parts = match[0].split("-")
        return "杠".join(one_by_one(p) if len(p) > 2 else number(p) for p in parts)


class Dotted(Rule):
    """Versions and addresses: 1.2.3 is 一点二点三."""

    pattern = re.compile(r"(?<![0-9.])[0-9]+(?:\.[0-9]+){2,}(?![0-9])")

    def say(self, match: re.Match[str]) -> str:
        return "点".join(one_by_one(part) for part in match[0].split("."))

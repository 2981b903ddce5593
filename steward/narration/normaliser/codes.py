"""Letters mixed with figures: standards, credit codes, models, 1+2+N."""

from __future__ import annotations

import re

from steward.narration.normaliser.numerals import number, one_by_one
from steward.narration.normaliser.rule import Rule
from steward.narration.normaliser.tables import any_of, rows

_FORMULAS = {row[0]: row[1] for row in rows("formulas")}
_STANDARDS = [row[0] for row in rows("standards")]


class Standard(Rule):
    """GB 32100-2015, GB/T 9704-2012, ISO 45001:2018: figure by figure."""

    pattern = re.compile(
        rf"(?<![A-Za-z])((?:{any_of(_STANDARDS)}|DB[0-9]{{0,4}})(?:/[TZ])?)\s?"
        r"([0-9]{2,}(?:\.[0-9]+)*)(?:([-—:])([0-9]{4}))?(?![0-9])"
    )

    def say(self, match: re.Match[str]) -> str:
        letters = re.sub("[0-9]+", lambda digits: one_by_one(digits[0]), match[1])
        said = letters.replace("/", "杠") + "点".join(one_by_one(p) for p in match[2].split("."))
        if match[3] == ":":
            return f"{said}，{one_by_one(match[4])}版"
        return f"{said}杠{one_by_one(match[4])}" if match[4] else said


class Formula(Rule):
    """CO2 is 二氧化碳; letters alone, such as CO, only before what is said of a gas."""

    pattern = re.compile(
        rf"(?<![A-Za-z])(?:(?:{any_of([each for each in _FORMULAS if re.search('[0-9]', each)])})"
        r"(?!\s?[0-9A-Za-z.+/&-])"
        rf"|(?:{any_of([each for each in _FORMULAS if each.isalpha()])})"
        r"(?=[浓报泄中探检气含超监传储溶]))"
    )

    def say(self, match: re.Match[str]) -> str:
        return _FORMULAS[match[0]]


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
        if not re.search("[0-9]", match[0]):
            return match[0]
        parts = [part.strip() for part in match[0].split("+")]
        return "加".join(number(part) if part.isdigit() else part for part in parts)


class Code(Rule):
    """Letters and groups of figures: XS-2021-0012 is XS杠二零二幺杠零零幺二."""

    pattern = re.compile(r"(?<![0-9A-Za-z-])([A-Z]+)-?([0-9]{2,}(?:-[0-9]+)+)(?![0-9A-Za-z-])")

    def say(self, match: re.Match[str]) -> str:
        joint = "杠" if match[0][len(match[1])] == "-" else ""
        parts = (one_by_one(part, one="幺") for part in match[2].split("-"))
        return match[1] + joint + "杠".join(parts)


class Model(Rule):
    """Figures that touch a letter before them: PM2.5, G20; three or more one by one: Q235, and
    with 幺 where so many can only be somebody's number: YH20211116001.
    """

    pattern = re.compile(r"(?<=[A-Za-z])(?<!AC)(?<!DC)-?([0-9]+(?:\.[0-9]+)?)")

    def say(self, match: re.Match[str]) -> str:
        figures = match[1]
        if "." in figures or len(figures) < 3:
            return number(figures)
        return one_by_one(figures, one="幺" if len(figures) > 4 else "一")


class Room(Rule):
    """Rooms, bus lines, long numbers of anything: 202室 is 二零二室, 3幢501 is 三幢五零幺."""

    pattern = re.compile(
        r"(?<![0-9.])(?:[0-9]{3,4}(?=室|路(?!人)|会议室|办公室|教室)|[0-9]{5,}(?=号)|[1-9]{2}(?=折))"
        r"|(?<=[幢栋座])-?[0-9]{3,4}(?![0-9.]|\s?[^\s，。、；）)室])|(?<=号楼)-?[0-9]{3,4}(?![0-9.]"
        r"|\s?[^\s，。、；）)室])|(?<=单元)-?[0-9]{3,4}(?![0-9.]|\s?[^\s，。、；）)室])"
    )

    def say(self, match: re.Match[str]) -> str:
        return one_by_one(match[0].removeprefix("-"), one="幺")


class Chain(Rule):
    """Three or more numbers joined by hyphens, such as a room's: 3-2-501 is 三杠二杠五零一."""

    pattern = re.compile(r"(?<![0-9.-])[0-9]+(?:-[0-9]+){2,}(?![0-9.-])")

    def say(self, match: re.Match[str]) -> str:
        parts = match[0].split("-")
        return "杠".join(one_by_one(p, one="幺") if len(p) > 2 else number(p) for p in parts)


class Dotted(Rule):
    """Versions and addresses: 1.2.3 is 一点二点三."""

    pattern = re.compile(r"(?<![0-9.])[0-9]+(?:\.[0-9]+){2,}(?![0-9])")

    def say(self, match: re.Match[str]) -> str:
        return "点".join(one_by_one(part) for part in match[0].split("."))

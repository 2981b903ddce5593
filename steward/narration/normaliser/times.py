"""Times of day and ratios, which are written alike."""

from __future__ import annotations

import re

from steward.narration.normaliser.numerals import number
from steward.narration.normaliser.rule import Rule
from steward.narration.normaliser.tables import FIGURES, SPAN

_HOUR = r"(?:[01]?[0-9]|2[0-4])"
_TIME = rf"(?<![0-9:])({_HOUR}):([0-5][0-9])(?::([0-5][0-9]))?(?![0-9:])"


def _padded(figures: str) -> str:
    """Minutes and seconds: 05 is 零五."""
    said = number(str(int(figures)))
    return f"零{said}" if figures[0] == "0" and figures != "00" else said


def _time(hour: str, minute: str, second: str | None, *, on_the_hour: str) -> str:
    said = number(str(int(hour)), two="两") + "点"
    if second is not None:
        return f"{said}{_padded(minute)}分{_padded(second)}秒"
    return said + (on_the_hour if minute == "00" else f"{_padded(minute)}分")


class NamedRatio(Rule):
    """比例为1:10 is a ratio although it could be ten past one."""

    pattern = re.compile(rf"(?<=比)(例?[为是约]?\s?)({FIGURES}):({FIGURES})(?![0-9:])")

    def say(self, match: re.Match[str]) -> str:
        return f"{match[1]}{number(match[2])}比{number(match[3])}"


class TimeRange(Rule):
    """9:00-11:30 is 九点至十一点三十分."""

    pattern = re.compile(_TIME + rf"(?:{SPAN}|至|到)" + _TIME)

    def say(self, match: re.Match[str]) -> str:
        start, end = match.groups()[:3], match.groups()[3:]
        return f"{_time(*start, on_the_hour='')}至{_time(*end, on_the_hour='')}"


class Time(Rule):
    """9:30 is 九点三十分, 8:05 is 八点零五分, 09:00 is 九点整."""

    pattern = re.compile(_TIME)

    def say(self, match: re.Match[str]) -> str:
        return _time(match[1], match[2], match[3], on_the_hour="整")


class SpelledTime(Rule):
    """9点05分 is 九点零五分; 09时 is 九时."""

    pattern = re.compile(rf"(?<![0-9.])({_HOUR})([点时])(?:([0-5][0-9])(?=分))?(?![0-9])")

    def say(self, match: re.Match[str]) -> str:
        minute = _padded(match[3]) if match[3] else ""
        return number(str(int(match[1])), two="两") + match[2] + minute


class Ratio(Rule):
    """3:1 is 三比一, 1:2:3 is 一比二比三."""

    pattern = re.compile(rf"(?<![0-9:.]){FIGURES}(?::{FIGURES})+(?![0-9:])")

    def say(self, match: re.Match[str]) -> str:
        return "比".join(number(part) for part in match[0].split(":"))

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
    if second is not None and (minute, second) != ("00", "00"):
        return f"{said}{_padded(minute)}分{_padded(second)}秒"
    return said + (on_the_hour if minute == "00" else f"{_padded(minute)}分")


class NamedRatio(Rule):
    """比例为1:10, 以3:20获胜: ratios and scores although they could be times of day."""

    pattern = re.compile(
        rf"((?:比|比例|比分|比率|配方|稀释)[为是约：:]?\s?)({FIGURES}):({FIGURES})(?![0-9:])"
        rf"|(?<![0-9:.])({FIGURES}):({FIGURES})"
        r"(?=的?(?:比例|比率|配比|配制|配置|稀释|混合|获胜|取胜|战胜|战平|大胜|险胜|领先|落后))"
    )

    def say(self, match: re.Match[str]) -> str:
        named, *first, left, right = match.groups()
        if named is None:
            return f"{number(left)}比{number(right)}"
        return f"{named}{number(first[0])}比{number(first[1])}"


class TimeRange(Rule):
    """9:00-11:30 is 九点至十一点三十分; 20:00-次日6:00."""

    pattern = re.compile(_TIME + rf"(?:{SPAN}|至|到)([次翌当]日)?" + _TIME)

    def say(self, match: re.Match[str]) -> str:
        *start, day = match.groups()[:4]
        end = match.groups()[4:]
        return f"{_time(*start, on_the_hour='')}至{day or ''}{_time(*end, on_the_hour='')}"


class Time(Rule):
    """9:30 is 九点三十分, 8:05 is 八点零五分, 09:00 is 九点整; 14:00前 is 十四点前."""

    pattern = re.compile(_TIME + r"(?:整|分(?!钟)|时(?!间))?")
    _no_point = re.compile(r"\s?(?:[前后起止许至到]|[以之][前后]|左右)")

    def say(self, match: re.Match[str]) -> str:
        after, before = match.string[match.end() :], match.string[: match.start()]
        open_ended = self._no_point.match(after) or before.endswith(("至", "到", "次日", "翌日"))
        return _time(match[1], match[2], match[3], on_the_hour="" if open_ended else "整")


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

"""Dates with parts left out, or run together: decided by the words around them."""

from __future__ import annotations

import re
from typing import ClassVar

from steward.narration.normaliser.numerals import integer, one_by_one
from steward.narration.normaliser.rule import Rule
from steward.narration.normaliser.tables import DAY, MEASURE, MONTH, SPAN, UNIT, any_of, rows

_EVENT = any_of([row[0] for row in rows("occasions")])


def _day(month: str, day: str) -> str:
    return f"{integer(int(month))}月{integer(int(day))}日"


class ShortDate(Rule):
    """截至11/16, 11-16 09:30, 11.16（周二）: a month and a day."""

    pattern = re.compile(
        rf"(?:(截[至止]到?|日期|时间|[定拟将]于|今天|今日)([为是：:]?\s?)({MONTH})[-/.]({DAY})"
        rf"|(?<![0-9./-])({MONTH})[-/.]({DAY})(?=\s?[(（](?:周|星期)|\s[0-9]{{1,2}}:[0-9]{{2}}))"
        rf"(?![0-9./%‰-]|\s?(?:{UNIT}|{MEASURE}))"
    )

    def say(self, match: re.Match[str]) -> str:
        word, between, *after_word, month, day = match.groups()
        return f"{word}{between}{_day(*after_word)}" if word else _day(month, day)


class ShortDateRange(Rule):
    """（11.15-11.21）: two days within brackets or quotes."""

    pattern = re.compile(
        rf"(?<=[（(“])({MONTH})([./])({DAY})(?:{SPAN}|至|到)({MONTH})\2({DAY})(?=[）)”])"
    )

    def say(self, match: re.Match[str]) -> str:
        return f"{_day(match[1], match[3])}至{_day(match[4], match[5])}"


class NamedDay(Rule):
    """“5·12”防灾减灾日 is 五幺二; with a point only before what such days name: 6.13…事故."""

    pattern = re.compile(
        rf"(?<![0-9.])({MONTH})(?:[·•‧・]({DAY})(?![0-9.·•‧・])"
        rf"|\.({DAY})(?![0-9.]|\s?(?:{UNIT}|{MEASURE}))(?=[”\"]?[\u4e00-\u9fff]{{0,10}}(?:{_EVENT})))"
    )
    _figure_by_figure: ClassVar = {"9·18": "九一八", "1·28": "一二八", "12·9": "一二九"}

    def say(self, match: re.Match[str]) -> str:
        month, day = str(int(match[1])), match[2] or match[3]
        if f"{month}·{day}" in self._figure_by_figure:
            return self._figure_by_figure[f"{month}·{day}"]
        return integer(int(month)) + one_by_one(day, one="幺" if len(day) == 2 else "一")


class YearDotMonth(Rule):
    """2021.1-2021.10, （2021.11）: a year and a month, standing by themselves."""

    pattern = re.compile(
        rf"(?:(?<=^)|(?<=[（(：:，。；\s]))((?:19|20)[0-9]{{2}})\.({MONTH})"
        rf"(?:(?:{SPAN}|至|到)((?:19|20)[0-9]{{2}})\.({MONTH}))?(?=$|[）)，。；\s])"
    )

    def say(self, match: re.Match[str]) -> str:
        said = f"{one_by_one(match[1])}年{integer(int(match[2]))}月"
        if match[3]:
            said += f"至{one_by_one(match[3])}年{integer(int(match[4]))}月"
        return said


class CompactDate(Rule):
    """20211116 by itself; codes after words such as 编号 were read before."""

    pattern = re.compile(
        r"(?<![0-9A-Za-z.+/-])(20[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"
        rf"(?![0-9A-Za-z./+-]|\s?(?:{MEASURE}|{UNIT}|[余多几%‰]))"
    )

    def say(self, match: re.Match[str]) -> str:
        return f"{one_by_one(match[1])}年{_day(match[2], match[3])}"

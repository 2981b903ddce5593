"""Dates: years figure by figure, months and days as numbers."""

from __future__ import annotations

import re

from steward.narration.normaliser.numerals import integer, one_by_one
from steward.narration.normaliser.rule import Rule
from steward.narration.normaliser.tables import DAY, MEASURE, MONTH, SPAN, YEAR


class IsoWeek(Rule):
    """2021-W46 is 二零二一年第四十六周."""

    pattern = re.compile(rf"(?<![0-9A-Za-z])({YEAR})-W([0-5][0-9])(?![0-9])")

    def say(self, match: re.Match[str]) -> str:
        return f"{one_by_one(match[1])}年第{integer(int(match[2]))}周"


class NumericDateRange(Rule):
    """2021/11/15-2021/11/21, 2021.11.15-11.21: from one day to another."""

    pattern = re.compile(
        rf"(?<![0-9A-Za-z.-])({YEAR})([-/.])({MONTH})\2({DAY})({SPAN}|至|到)"
        rf"(?:(?:({YEAR})\2)?({MONTH})\2)?({DAY})(?![0-9A-Za-z./-])"
    )

    def say(self, match: re.Match[str]) -> str:
        year, sign, month, day, span, last_year, last_month, last_day = match.groups()
        if span == sign and not last_year:
            return match[0]  # 2021-11-15-21 may be any code
        said = f"{one_by_one(year)}年{integer(int(month))}月{integer(int(day))}日至"
        said += f"{one_by_one(last_year)}年" if last_year else ""
        said += f"{integer(int(last_month))}月" if last_month else ""
        return f"{said}{integer(int(last_day))}日"


class NumericDate(Rule):
    """2021-11-16, 2021/11/16, 2021.11.16; a time may follow, after a T or a space."""

    pattern = re.compile(
        rf"(?<![0-9A-Za-z.-])({YEAR})([-/.])({MONTH})\2({DAY})"
        r"(?:[T ](?=[0-9]{1,2}:)|(?![0-9.-]|/[0-9]))"
    )

    def say(self, match: re.Match[str]) -> str:
        return f"{one_by_one(match[1])}年{integer(int(match[3]))}月{integer(int(match[4]))}日"


class YearAndMonth(Rule):
    """2021-11, 2021/11: a month, unless something is counted."""

    pattern = re.compile(
        rf"(?<![0-9A-Za-z./-])({YEAR})[-/](0[1-9]|1[0-2])(?![0-9./-]|\s?(?:{MEASURE}))"
    )

    def say(self, match: re.Match[str]) -> str:
        return f"{one_by_one(match[1])}年{integer(int(match[2]))}月"


class DateRange(Rule):
    """11月15-21日, 11月15日～21日, 1-10月, 8时-17时, 周一-周五: the sign between is 至."""

    pattern = re.compile(
        rf"(月\s?[0-9]{{1,2}}日?|日|(?<![0-9]){YEAR}年?|[0-9]月|[0-9][点时分]|点半|:[0-5][0-9]"
        r"|周[一二三四五六日1-6]|星期[一二三四五六日1-6])"
        rf"{SPAN}(?={YEAR}年|{MONTH}月|{DAY}日|[0-9]{{1,2}}[点时](?!间)|周[一二三四五六日1-6]|星期)"
        rf"|(?<![0-9.])(?:({MONTH}){SPAN}(?={MONTH}月)|({DAY}){SPAN}(?={DAY}[日号]))"
    )

    def say(self, match: re.Match[str]) -> str:
        return (match[1] or integer(int(match[2] or match[3]))) + "至"


class Year(Rule):
    """2021年 is 二零二一年; 21年11月 is 二一年; 3年 is a length of time and left alone."""

    pattern = re.compile(
        rf"(?<![0-9.])(?:{YEAR}(?=\s?学?年(?!级)|至{YEAR}年)"
        r"|20[0-9]{2}(?=[上下]半年|全年|版|届|第[一二三四1-4]季度|春节|国庆|安全生产月|全国|[QH][1-4])"
        r"|[0-9]{2}(?=年(?:[0-9]{1,2}月|[底初末]|第[一二三四1-4]季度)))"
    )

    def say(self, match: re.Match[str]) -> str:
        return one_by_one(match[0])


class BracketedYear(Rule):
    """The year of a document's number: 〔2021〕12号."""

    pattern = re.compile(rf"([〔\[(（【])({YEAR})([〕\])）】])")

    def say(self, match: re.Match[str]) -> str:
        return match[1] + one_by_one(match[2]) + match[3]


class Days(Rule):
    """2日内 and 近2日 are two days, not the second."""

    pattern = re.compile(r"(?<![0-9.月、至-])2(?=日[以之]?内)|(?<=[近每隔续期])2(?=日)")

    def say(self, match: re.Match[str]) -> str:
        return "两"


class MonthAndDay(Rule):
    """11月16日, 05月, 02号: as numbers, 2 is 二."""

    pattern = re.compile(rf"(?<![0-9.])(?:({MONTH})(?=\s?月)|({DAY})(?=\s?[日号]))")

    def say(self, match: re.Match[str]) -> str:
        return integer(int(match[0]))

"""What figures and letters number: points of a list, houses with #, figures and tables, grades."""

from __future__ import annotations

import re
from typing import ClassVar

from steward.narration.normaliser.numerals import integer, number, one_by_one
from steward.narration.normaliser.rule import Rule
from steward.narration.normaliser.tables import SPAN

_CHINESE = "\u4e00-\u9fff"


class ListPoint(Rule):
    """1.检查 and 1）检查 at the head of a sentence are 一、检查."""

    pattern = re.compile(
        rf"((?:^|[\n。；;：:！!？?])\s?|\s)([0-9]{{1,2}})(?:\.\s?|\s?[)）]\s?)(?=[{_CHINESE}“《])"
    )

    def say(self, match: re.Match[str]) -> str:
        return f"{match[1]}{integer(int(match[2]))}、"


class HouseNumber(Rule):
    """1#厂房 and #1锅炉 are 一号, 3#-5#楼 is 三号至五号楼; a #topic# is left alone."""

    pattern = re.compile(
        rf"#[^#\s]*[{_CHINESE}][^#\s]*#(?![楼厂车])|([0-9]{{1,4}})(?:#?{SPAN}([0-9]{{1,4}}))?#"
        rf"|(?<![0-9A-Za-z])#([0-9]{{1,4}})(?:{SPAN}#?([0-9]{{1,4}}))?(?=\s?[{_CHINESE}、])"
    )

    def say(self, match: re.Match[str]) -> str:
        first, last = match[1] or match[3], match[2] or match[4]
        if not first:
            return match[0]
        return integer(int(first)) + "号" + (f"至{integer(int(last))}号" if last else "")


class Serial(Rule):
    """No.12 is 十二号; longer ones, 编号 and figure by figure."""

    pattern = re.compile(
        r"(?:№[.．:：]?|(?<![A-Za-z])(?:[Nn][Oo][.．:：]|NO(?=[0-9])))\s?([0-9]{1,20})(?:号(?!楼))?(?![0-9A-Za-z])"
    )

    def say(self, match: re.Match[str]) -> str:
        if len(match[1]) > 4:
            return f"编号{one_by_one(match[1], one='幺')}"
        return f"{integer(int(match[1]))}号"


class Caption(Rule):
    """图3-1 is 图三杠一; a room 3-501室 is 三杠五零幺室."""

    pattern = re.compile(
        r"(?:((?:图|表|附件|附表|附图|式)\s?)|(?<![0-9.-]))([0-9]{1,3})[-–]([0-9]{1,4})"
        r"(?![0-9.-])(?:(?<=[0-9]{3})(?=室)|(?!室))"
    )

    def say(self, match: re.Match[str]) -> str:
        if not match[1] and not match.string[match.end() :].startswith("室"):
            return match[0]
        last = one_by_one(match[3], one="幺") if len(match[3]) > 2 else number(match[3])
        return f"{match[1] or ''}{number(match[2])}杠{last}"


class Roman(Rule):
    """IV级 is 四级, III类 is 三类."""

    pattern = re.compile(r"(?<![A-Za-z])(IX|IV|V?I{1,3}|V|X)(?=[级类期])")
    _values: ClassVar = {
        roman: value
        for value, roman in enumerate(
            ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"), start=1
        )
    }

    def say(self, match: re.Match[str]) -> str:
        return integer(self._values[match[1]])


class LetterRange(Rule):
    """A-C类 is A至C类."""

    pattern = re.compile(rf"(?<![0-9A-Za-z])([A-Z]){SPAN}(?=[A-Z][类级区座栋幢])")

    def say(self, match: re.Match[str]) -> str:
        return f"{match[1]}至"

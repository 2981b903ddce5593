"""Telephone numbers, hotlines and codes: figure by figure, 1 is 幺."""

from __future__ import annotations

import re

from steward.narration.normaliser.numerals import one_by_one
from steward.narration.normaliser.rule import Rule
from steward.narration.normaliser.tables import MEASURE, UNIT, any_of, rows

_COUNTED = rf"(?!\s?(?:{MEASURE}|{UNIT}|[余多几%‰0-9]|\.[0-9]))"
_CONTEXT = {
    kind: [row[0] for row in rows("telephone_words") if row[1] == kind]
    for kind in ("surely", "likely", "after", "number")
}
_JOIN = r"(?:[（(][^（）()0-9]{1,8}[）)])?(?:[为是：:\s]|请){0,2}"
_LONG = [row[0] for row in rows("hotlines") if len(row[0]) > 3]
_SHORT = [row[0] for row in rows("hotlines") if len(row[0]) == 3]
_EDGE = r"\s，。；！？、：“”（）()《》,;!?:#\"/【】「」"
_AND = "和或与及"
_AREA = r"0(?:10|2[0-9]|[3-9][0-9]{2})"
_LOCAL = r"[2-8][0-9]{2,3}[- ]?[0-9]{4}"


def _telephone(figures: str) -> str:
    parts = re.findall("[0-9]+", figures)
    return "，".join(one_by_one(part, one="幺") for part in parts)


class Telephone(Rule):
    """Numbers whose shape says so: 0571-82898110, 13800571234, 400-826-0000, +86 138…."""

    pattern = re.compile(
        r"(?<![0-9A-Za-z.])(\+86[- ]?|86[- ])?("
        rf"{_AREA}\s?[-—–]{{1,2}}\s?(?:{_LOCAL}|[0-9]{{7,8}}|[0-9]{{5}})(?:-[0-9]{{1,6}})?"
        rf"|{_AREA}\s(?:{_LOCAL}|12[0-9]{{3}})|[(（]{_AREA}[)）]\s?{_LOCAL}|{_AREA}[2-8][0-9]{{6,7}}"
        r"|1[3-9][0-9](?:-[0-9]{4}-|[ ][0-9]{4}[ ]|[0-9]{4})[0-9]{4}"
        r"|[48]00[- ][0-9]{3,4}[- ][0-9]{3,4}|[48]00[0-9]{7})(?![0-9A-Za-z])" + _COUNTED
    )

    def say(self, match: re.Match[str]) -> str:
        country, figures = match.groups()
        before = "加八六，" if country and country[0] == "+" else "八六，" if country else ""
        if re.match(r"1[3-9]", figures):
            return before + one_by_one(re.sub("[^0-9]", "", figures), one="幺")
        unparted = re.fullmatch(f"({_AREA})([0-9]{{7,8}})", figures)
        if unparted:
            return before + _telephone("-".join(unparted.groups()))
        if figures[0] in "0(（":
            figures = re.sub(r"([^0-9][2-8][0-9]{2,3})[- ]([0-9]{4})$", r"\1\2", figures)
        return before + _telephone(figures)


class NamedTelephone(Rule):
    """Figures after a word that announces a number: 拨打12350, 举报电话：82898110, 编号101."""

    pattern = re.compile(
        rf"((?:{any_of(_CONTEXT['surely'])}){_JOIN}"
        rf"|(?:{any_of(_CONTEXT['likely'])}){_JOIN}(?=[0-9-]+(?![0-9]){_COUNTED}))"
        r"([0-9]{2,}(?:-[0-9]+)*)(?![0-9A-Za-z]|\.[0-9])"
    )

    def say(self, match: re.Match[str]) -> str:
        return match[1] + _telephone(match[2])


class NextTelephone(Rule):
    """The further numbers of a list: 电话82898110（白天）、82898119（夜间）."""

    pattern = re.compile(
        r"(?<=[零一二三四五六七八九幺])((?:[（(][^（）()]{1,8}[）)])?\s?[、，,/;；和或及]\s?)"
        rf"([2-8][0-9]{{6,7}})(?![0-9A-Za-z]){_COUNTED}"
    )

    def say(self, match: re.Match[str]) -> str:
        return match[1] + _telephone(match[2])

    def apply(self, text: str) -> str:
        while (said := super().apply(text)) != text:
            text = said
        return text


class Hotline(Rule):
    """A known hotline standing by itself: 12350 is 幺二三五零, but 12350条 is a number.

    The three-figure ones are everyday quantities too, so they need an edge or a telling word
    on both sides.
    """

    _known = rf"(?:{any_of(_LONG + _SHORT)}){_COUNTED}"
    pattern = re.compile(
        rf"(?<![0-9A-Za-z.+\-第])(?<!{'|'.join(_CONTEXT['number'])})(?:"
        rf"(?:{any_of(_LONG)})(?![0-9A-Za-z])"
        rf"|(?:(?<=^)|(?<=[{_EDGE}打拨警])|(?<=1[0-9]{{2}}[{_AND}])|(?<=1[0-9]{{4}}[{_AND}]))"
        rf"(?:{any_of(_SHORT)})(?=$|[{_EDGE}]|{any_of(_CONTEXT['after'])}|[{_AND}]{_known})"
        rf"){_COUNTED}(?!\s?[-~～—/:])"
    )

    def say(self, match: re.Match[str]) -> str:
        return one_by_one(match[0], one="幺")

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
_JOIN = r"(?:[为是：:\s]|请){0,2}"
_LONG = [row[0] for row in rows("hotlines") if len(row[0]) > 3]
_SHORT = [row[0] for row in rows("hotlines") if len(row[0]) == 3]
_EDGE = r"\s，。；！？、：“”（）()《》"


def _telephone(figures: str) -> str:
    parts = re.findall("[0-9]+", figures)
    return "，".join(one_by_one(part, one="幺") for part in parts)


class Telephone(Rule):
    """Numbers whose shape says so: 0571-82898110, 13800571234, 400-826-0000, +86 138…."""

    pattern = re.compile(
        r"(?<![0-9A-Za-z.])(\+86[- ]?|86[- ])?"
        r"(0[0-9]{2,3}-(?:[0-9]{7,8}|[0-9]{5})(?:-[0-9]{1,6})?|\(0[0-9]{2,3}\)[0-9]{7,8}"
        r"|1[3-9][0-9](?:-[0-9]{4}-|[ ][0-9]{4}[ ]|[0-9]{4})[0-9]{4}"
        r"|[48]00[- ][0-9]{3,4}[- ][0-9]{3,4}|[48]00[0-9]{7})(?![0-9A-Za-z])" + _COUNTED
    )

    def say(self, match: re.Match[str]) -> str:
        country, figures = match.groups()
        before = "加八六，" if country and country[0] == "+" else "八六，" if country else ""
        if re.match(r"1[3-9]", figures):
            return before + one_by_one(re.sub("[^0-9]", "", figures), one="幺")
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


class Hotline(Rule):
    """A known hotline standing by itself: 12350 is 幺二三五零, but 12350条 is a number.

    The three-figure ones are everyday quantities too, so they need an edge or a telling word
    on both sides.
    """

    pattern = re.compile(
        rf"(?<![0-9A-Za-z.+\-第])(?<!{'|'.join(_CONTEXT['number'])})(?:"
        rf"(?:{any_of(_LONG)})(?![0-9A-Za-z])"
        rf"|(?:(?<=^)|(?<=[{_EDGE}打拨警]))(?:{any_of(_SHORT)})"
        rf"(?=$|[{_EDGE}]|{any_of(_CONTEXT['after'])})"
        rf"){_COUNTED}(?!\s?[-~～—/:])"
    )

    def say(self, match: re.Match[str]) -> str:
        return one_by_one(match[0], one="幺")

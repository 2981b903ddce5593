"""What is only written differently: full-width forms, disguised figures, traditional characters."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any, ClassVar

from steward.narration.normaliser.numerals import integer
from steward.narration.normaliser.rule import Rule
from steward.narration.normaliser.tables import MEASURE

_FULL_WIDTH = {ord("０") + n: ord("0") + n for n in range(10)}
_FULL_WIDTH |= {ord("Ａ") + n: ord("A") + n for n in range(26)}
_FULL_WIDTH |= {ord("ａ") + n: ord("a") + n for n in range(26)}
_FULL_WIDTH_SIGNS = str.maketrans("％＋－．／：∶，＝＃", "%+-./::,=#")


class Traditional(Rule):
    """Traditional text is simplified by OpenCC, words before characters: 2條隱患 is 2条隐患.

    Only where a character stands that GB 2312 does not have: simplified text keeps a name's 乾.
    """

    pattern = re.compile(r"\A.*\Z", re.DOTALL)

    def say(self, match: re.Match[str]) -> str:
        text = match[0]
        if not any(character >= "\u3400" and not _in_gb2312(character) for character in text):
            return text
        simplified: str = text
        for _ in range(2):  # a few characters take two steps
            simplified = _converter().convert(simplified)
        return simplified


@cache
def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


class FullWidth(Rule):
    """２８条 is 28条; signs only where they touch a figure: ６８．７％, ９：３０."""

    pattern = re.compile(r"[０-９Ａ-Ｚａ-ｚ]+")
    _signs: ClassVar = (
        re.compile(r"(?<=[0-9])[．／：∶，](?=[0-9])"),
        re.compile(r"(?<=[0-9])[％＃]|[＋－＃](?=[0-9])|(?<=[0-9A-Za-z])[＋－＝](?=[0-9A-Za-z])"),
    )

    def say(self, match: re.Match[str]) -> str:
        return match[0].translate(_FULL_WIDTH)

    def apply(self, text: str) -> str:
        text = super().apply(text)
        inner, outer = self._signs
        text = inner.sub(self._plain_unless_list, text)
        return outer.sub(lambda match: match[0].translate(_FULL_WIDTH_SIGNS), text)

    @staticmethod
    def _plain_unless_list(match: re.Match[str]) -> str:
        """A full-width comma between figures parts a list (3，5); it never groups thousands."""
        return match[0] if match[0] == "，" else match[0].translate(_FULL_WIDTH_SIGNS)


class CompatibleFigures(Rule):
    """Figures in disguise: ½ is 1/2, Ⅱ is 二, ①检查 is 一、检查. Units (㎡) are left alone."""

    pattern = re.compile(r"([0-9]?)([^\x00-\x7f\u00b2\u00b3\u3300-\u33ff\u4e00-\u9fff，。、])")
    _roman: ClassVar = {sign: value for value, sign in enumerate("ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ", start=1)}

    def say(self, match: re.Match[str]) -> str:
        before, character = match.groups()
        if character in self._roman:
            return before + integer(self._roman[character])
        plain = unicodedata.normalize("NFKC", character).replace("\u2044", "/")
        if not re.search("[0-9]", plain) or not plain.isascii():
            digit = unicodedata.digit(character, None)
            return match[0] if digit is None else f"{before}{digit}"
        if "/" in plain:
            return f"{before}又{plain}" if before else plain
        return before + self._small(character, plain.strip("()."), match.string[match.end() :])

    @staticmethod
    def _small(character: str, bare: str, after: str) -> str:
        """A raised, lowered or enclosed figure."""
        kind = unicodedata.decomposition(character).partition(" ")[0]
        if unicodedata.category(character) != "No" or not bare.isdigit() or kind == "<sub>":
            return bare
        if kind == "<super>":
            return f"的{integer(int(bare))}次方"
        heads_a_list = re.match(r"(?![号和至到的、])[\u4e00-\u9fff《“]", after)
        return integer(int(bare)) + ("、" if heads_a_list else "")


class Thousands(Rule):
    """10,145 is 10145; so is 10，145 when something is counted, and a list (3，125) otherwise."""

    pattern = re.compile(
        r"(?<![0-9.,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])"
        rf"|(?<![0-9.,，])[1-9][0-9]{{0,2}}(?:，[0-9]{{3}})+(?=(?:\.[0-9]+)?\s?(?:{MEASURE}))"
    )

    def say(self, match: re.Match[str]) -> str:
        return re.sub("[,，]", "", match[0])

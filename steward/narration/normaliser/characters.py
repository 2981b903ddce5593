"""Characters: what cannot be said is removed, what is only written differently is made plain."""

from __future__ import annotations

import re
import unicodedata
from typing import ClassVar

from steward.narration.normaliser.numerals import integer
from steward.narration.normaliser.rule import Rule

_ENCLOSING_KEYCAP = "\u20e3"
_PICTURES = re.compile(
    "[\u2190-\u21ff\u2300-\u23ff\u2500-\u2775\u2794-\u27bf\u2900-\u2bff\U0001f000-\U0001faff]"
)
_UNSPEAKABLE = {"Cf", "Cs", "Co", "Cn"}
_FULL_WIDTH = {ord("０") + n: ord("0") + n for n in range(10)}
_FULL_WIDTH |= {ord("Ａ") + n: ord("A") + n for n in range(26)}
_FULL_WIDTH |= {ord("ａ") + n: ord("a") + n for n in range(26)}
_FULL_WIDTH_SIGNS = str.maketrans("％＋－．／：，＝", "%+-./:,=")


def clean(text: str) -> str:
    """`text` without control characters, emoji and other pictures; spaces plain and single.

    Line breaks stay as `\\n`.
    """
    text = re.sub(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]", "\n", text)
    kept = []
    for character in _PICTURES.sub("", text):
        kind = unicodedata.category(character)
        if character == "\n":
            kept.append(character)
        elif kind in ("Zs", "Cc"):
            kept.append(" " if kind == "Zs" or character == "\t" else "")
        elif kind not in _UNSPEAKABLE and not _is_mark(character):
            kept.append(character)
    return re.sub(r" *\n[ \n]*", "\n", re.sub(" +", " ", "".join(kept))).strip()


def _is_mark(character: str) -> bool:
    return character == _ENCLOSING_KEYCAP or "\ufe00" <= character <= "\ufe0f"


class Clean(Rule):
    """Control characters, emoji, zero-width characters: gone."""

    pattern = re.compile(r"\A.*\Z", re.DOTALL)

    def say(self, match: re.Match[str]) -> str:
        return clean(match[0])


class FullWidth(Rule):
    """２８条 is 28条; signs only where they touch a figure: ６８．７％, ９：３０."""

    pattern = re.compile(r"[０-９Ａ-Ｚａ-ｚ]+")
    _signs: ClassVar = (
        re.compile(r"(?<=[0-9])[．／：，](?=[0-9])"),
        re.compile(r"(?<=[0-9])％|[＋－](?=[0-9])|(?<=[0-9A-Za-z])[＋－＝](?=[0-9A-Za-z])"),
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
    """Figures in disguise: ① is 1, ½ is 1/2, Ⅱ is 2. Units such as ㎡ are left to theirs."""

    pattern = re.compile(r"([0-9]?)([^\x00-\x7f\u00b2\u00b3\u3300-\u33ff])")
    _roman: ClassVar = {sign: value for value, sign in enumerate("ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ", start=1)}

    def say(self, match: re.Match[str]) -> str:
        before, character = match.groups()
        if character in self._roman:
            return before + str(self._roman[character])
        plain = unicodedata.normalize("NFKC", character).replace("\u2044", "/")
        if not re.search("[0-9]", plain) or not plain.isascii():
            digit = unicodedata.digit(character, None)
            return match[0] if digit is None else f"{before}{digit}"
        if "/" in plain:
            return f"{before}又{plain}" if before else plain
        bare = plain.strip("().")
        enclosed = unicodedata.category(character) == "No" and bare.isdigit()
        return before + (integer(int(bare)) if enclosed else bare)


class Thousands(Rule):
    """10,145 is 10145."""

    pattern = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])")

    def say(self, match: re.Match[str]) -> str:
        return match[0].replace(",", "")

"""Characters that cannot be said are removed."""

from __future__ import annotations

import re
import unicodedata

from steward.narration.normaliser.tags import without_tags

_ENCLOSING_KEYCAP = "\u20e3"
_PICTURES = re.compile(
    "[\u2190-\u21ff\u2300-\u23ff\u2500-\u2775\u2794-\u27bf\u2900-\u2bff\U0001f000-\U0001faff]"
)
_TERMINAL_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_NESTED = 20  # tags within tags, as nobody writes them, are taken out so deep
_UNSPEAKABLE = {"Cf", "Cs", "Co", "Cn"}


def clean(text: str) -> str:
    """`text` without tags, control characters, emoji and other pictures; spaces plain and single.

    Line breaks stay as `\\n`. Cleaning twice changes nothing.
    """
    for _ in range(_NESTED):
        cleaned = _cleaned(without_tags(text))
        if cleaned == text:
            break
        text = cleaned
    return text


def _cleaned(text: str) -> str:
    text = _TERMINAL_COLOUR.sub("", text)
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

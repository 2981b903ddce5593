"""From written Chinese to spoken Chinese: 28条 is 二十八条, 68.7% is 百分之六十八点七."""

from __future__ import annotations

from functools import lru_cache

from steward.narration.normaliser.characters import clean
from steward.narration.normaliser.rules import RULES


def normalise(text: str) -> str:
    """The spoken form of any text: no ASCII figure remains, and saying it again changes nothing."""
    return said(clean(text))


@lru_cache(maxsize=1024)
def said(cleaned: str) -> str:
    """The spoken form of a text that `clean` has seen; a script asks for its pieces again."""
    for rule in RULES:
        cleaned = rule.apply(cleaned)
    return cleaned

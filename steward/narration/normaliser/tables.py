"""The normaliser's data: rows of TSV files beside it, and the patterns made of them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of data/`name`.tsv, without comments and blank lines."""
    text = (_DATA / f"{name}.tsv").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return tuple(tuple(line.split("\t")) for line in lines)


def any_of(words: list[str] | tuple[str, ...]) -> str:
    """A pattern that matches the longest of the words."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _measure(word: str, not_before: str) -> str:
    return re.escape(word) + (f"(?![{not_before}])" if not_before else "")


UNITS = {symbol: (said, two) for symbol, said, two in rows("units")}
TWO_BEFORE = {row[0]: row[1] for row in rows("measures")}
PERS = {row[0]: row[1] for row in rows("pers")}

UNIT = f"(?:{any_of(tuple(UNITS))})(?![0-9A-Za-z类级座栋区景企信证])"
MEASURE = (
    "(?:"
    + "|".join(
        _measure(row[0], row[2] if len(row) > 2 else "")
        for row in sorted(rows("measures"), key=lambda row: len(row[0]), reverse=True)
    )
    + ")"
)
FIGURES = r"[0-9]+(?:\.[0-9]+)?"
SPAN = r"\s?(?:[-–~～]|—{1,2})\s?"
"""What stands between the two ends of a range."""

SCALE = r"[百千]?万|亿"
PER = f"(?:{any_of(tuple(PERS))})(?![0-9A-Za-z²³级底初])"
"""What stands after the stroke of a rate: 公里/小时, t/h."""

YEAR = r"(?:1[5-9]|20|21)[0-9]{2}"
MONTH = r"(?:0?[1-9]|1[0-2])"
DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"


_COUNTING = re.compile(r"(?:[共有各计仅近约增达等建设现查高的]|[分成]为?|涉及|[这那哪])\s?$")


def two_before(tail: str, words: str = "") -> str:
    """How a lone 2 is said before a unit's symbol or a measure word: 两 or 二.

    Some words count or number (2类 may be two kinds or the second): there the words before
    the figure decide.
    """
    if tail in UNITS:
        return UNITS[tail][1]
    two = TWO_BEFORE.get(tail, "二")
    if two == "二两":
        return "两" if _COUNTING.search(words) else "二"
    return two

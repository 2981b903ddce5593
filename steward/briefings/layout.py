"""The page of GB/T 9704-2012, and what both writers reckon on it: head, signature, columns.

Millimetres and points (1 pt = 1/72 inch). Sections of the standard: 5.2.1 (page), 5.2.2 (type),
5.2.3 (22 lines of 28 characters), 7.2.4 (head), 7.2.5 (number), 7.3.5 (signature), 7.5 (page
numbers).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from steward.briefings.characters import cell_text
from steward.domain.documents import Document, Table

PAGE_MM = (210.0, 297.0)
TOP_MM, LEFT_MM = 37.0, 28.0
TYPE_AREA_MM = (156.0, 225.0)
LINES, CHARACTERS = 22, 28
PT_MM = 25.4 / 72
LINE_PT = TYPE_AREA_MM[1] / LINES / PT_MM  # 28.99
ADVANCE_PT = TYPE_AREA_MM[0] / CHARACTERS / PT_MM  # 15.79: what a character of 16 pt is given
BODY_PT, TITLE_PT, TABLE_PT = 16.0, 22.0, 10.5  # 三号, 二号, 五号
HEAD_PT = 42.0  # at most; smaller where the agency's name is long
CELL_PAD_MM = 1.2  # on either side of a cell's words
RED = "#d7000f"

_OFFICIAL_NUMBER = re.compile(r"〔\d{4}〕\s*\d+\s*号")
_UNBROKEN = re.compile(r"[!-~]+")


def head_of(document: Document) -> str:
    """The red head: the agency's name, with 文件 when the number is one of official documents."""
    official = _OFFICIAL_NUMBER.search(document.number)
    return document.issuer + ("文件" if official and document.issuer else "")


def head_size_pt(head: str) -> float:
    """The head's size, such that it stands on one line of the type area."""
    return min(HEAD_PT, TYPE_AREA_MM[0] / PT_MM * 0.97 / max(width_em(head), 1))


def chinese_date(day: date) -> str:
    """2021年11月3日 (7.3.5.4: Arabic numerals, no leading zeros)."""
    return f"{day.year}年{day.month}月{day.day}日"


def width_em(text: str) -> float:
    """About how wide words are set, in their own size: a character 1, a Latin one 0.56."""
    return sum(0.56 if one.isascii() else 1.0 for one in text)


def signature_indents(issuer: str, day: str) -> tuple[float, float]:
    """How far agency and date stand from the right edge, in characters (7.3.5.2).

    The agency two characters from the edge, the date begins two to the right of it; when it is
    the longer one, the date stands two from the edge, and the agency moves left.
    """
    date_right = width_em(issuer) - width_em(day)
    if date_right >= 2:
        return 2.0, date_right
    return 4.0 - date_right, 2.0


def column_widths_mm(table: Table, size_pt: float = TABLE_PT) -> tuple[float, ...]:
    """The columns' widths, the type area's in sum: by their shares, none too narrow for the
    longest word of Latin letters and numbers in it (a credit code) as long as there is room."""
    total = TYPE_AREA_MM[0]
    shares = sum(column.width for column in table.columns)
    wanted = [total * column.width / shares for column in table.columns]
    least = [
        2 * CELL_PAD_MM + max((_longest_em(text) for text in texts), default=1) * size_pt * PT_MM
        for texts in _columns(table)
    ]
    if sum(least) >= total:
        return tuple(total * one / sum(least) for one in least)
    fixed: set[int] = set()
    while True:  # who would get less than he needs gets just that; the others share the rest
        rest = total - sum(least[n] for n in fixed)
        parts = sum(wanted[n] for n in range(len(wanted)) if n not in fixed)
        widths = [least[n] if n in fixed else rest * wanted[n] / parts for n in range(len(wanted))]
        short = {n for n, width in enumerate(widths) if n not in fixed and width < least[n]}
        if not short:
            return tuple(widths)
        fixed |= short


def _columns(table: Table) -> Iterator[list[str]]:
    for number, column in enumerate(table.columns):
        yield [column.title, *(cell_text(row[number]) for row in table.rows)]


def _longest_em(text: str) -> float:
    """The widest piece that must not be broken: a word of at most 24 letters, or a character."""
    words = (min(len(word), 24) * 0.62 for word in _UNBROKEN.findall(text))
    return max(1.0, *words, 1.0)

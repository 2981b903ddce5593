"""The page of GB/T 9704-2012, and what both writers reckon on it: head, signature, pictures.

Millimetres and points (1 pt = 1/72 inch). Sections of the standard: 5.2.1 (page), 5.2.2 (type),
5.2.3 (22 lines of 28 characters), 7.2.4 (head), 7.2.5 (number), 7.3.5 (signature), 7.5 (page
numbers).
"""

from __future__ import annotations

import re
from datetime import date

from steward.domain.documents import Chart, Document

PAGE_MM = (210.0, 297.0)
TOP_MM, LEFT_MM = 37.0, 28.0
TYPE_AREA_MM = (156.0, 225.0)
LINES, CHARACTERS = 22, 28
PT_MM = 25.4 / 72
LINE_PT = TYPE_AREA_MM[1] / LINES / PT_MM  # 28.99
ADVANCE_PT = TYPE_AREA_MM[0] / CHARACTERS / PT_MM  # 15.79: what a character of 16 pt is given
BODY_PT, TITLE_PT, TABLE_PT, SMALL_PT = 16.0, 22.0, 10.5, 9.0  # 三号, 二号, 五号, 小五
HEAD_PT = 42.0  # at most; smaller where the agency's name is long
PICTURE_MM = 200.0  # of height at most: its caption stands below
RED = "#d7000f"

_OFFICIAL_NUMBER = re.compile(r"〔\d{4}〕\s*\d+\s*号")


def head_of(document: Document) -> str:
    """The red head: the agency's name, with 文件 when the number is one of official documents."""
    official = _OFFICIAL_NUMBER.search(document.number)
    return document.issuer + ("文件" if official and document.issuer else "")


def picture_mm(chart: Chart) -> tuple[float, float]:
    """Width and height of a chart; what is larger than the type area is made smaller whole."""
    room = min(1.0, TYPE_AREA_MM[0] / chart.width_mm, PICTURE_MM / chart.height_mm)
    return chart.width_mm * room, chart.height_mm * room


def head_size_pt(head: str) -> float:
    """The head's size, such that it stands on one line of the type area."""
    return min(HEAD_PT, TYPE_AREA_MM[0] / PT_MM * 0.97 / max(len(head), 1))


def chinese_date(day: date) -> str:
    """2021年11月3日 (7.3.5.4: Arabic numerals, no leading zeros)."""
    return f"{day.year}年{day.month}月{day.day}日"


def signature_indents(issuer: str, day: str) -> tuple[float, float]:
    """How far agency and date stand from the right edge, in characters (7.3.5.2).

    The agency two characters from the edge, the date begins two to the right of it; when it is
    the longer one, the date stands two from the edge, and the agency moves left.
    """
    date_right = _set_em(issuer) - _set_em(day)
    if date_right >= 2:
        return 2.0, date_right
    return 4.0 - date_right, 2.0


def _set_em(text: str) -> float:
    """How wide agency and date are set: a character 1, a figure a half and the gaps beside it."""
    return sum(0.62 if one.isascii() else 1.0 for one in text)

"""How a table stands on the page: size of its words, widths of its columns, what may be cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from steward.briefings.characters import cell_text
from steward.briefings.layout import PT_MM, SMALL_PT, TABLE_PT, TYPE_AREA_MM
from steward.domain.documents import Table

CELL_PAD_MM = 1.2  # on either side of a cell's words
WHOLE_EM = 6.0  # words as wide as this are never broken: 整改中, 11月17日
SLACK_EM = 0.3  # for programs that set wider than they should
CROWDED = 0.7  # of the width taken by what must not be broken: the words become smaller
SHORT_ROWS, SHORT_LINES = 12, 3  # a table of so few is kept on one page
TALL_LINES = 30  # a row of more may be cut: a page has about 40

_UNBROKEN = re.compile(r"[!-~]+")
_JOINT = re.compile(r"(?<=[!-~])(?=[^ -~])|(?<=[^ -~])(?=[!-~])")
_NARROW = re.compile("[a-ln-vx-z0-9.,:;/ -]")
_BREAK = "\u200b"  # an invisible place to break at


@dataclass(frozen=True)
class Grid:
    """What is reckoned of a table. `whole`: it is not divided; `tall`: rows that must be."""

    size_pt: float
    widths_mm: tuple[float, ...]
    whole: bool
    tall: frozenset[int]

    def breakable(self, text: str, column: int) -> str:
        """A cell's text with places to break at in words that are wider than its column."""
        return breakable(text, self.widths_mm[column] - 2 * CELL_PAD_MM, self.size_pt)


def width_em(text: str) -> float:
    """About how wide words are set, in their own size; rather too wide than too narrow."""
    narrow = len(_NARROW.findall(text))
    latin = sum(map(str.isascii, text)) - narrow
    return len(text) - 0.5 * narrow - 0.25 * latin + 0.25 * len(_JOINT.findall(text))


def breakable(text: str, width_mm: float, size_pt: float) -> str:
    """The text with places to break at in such words as are wider than `width_mm`."""
    room_em = width_mm / PT_MM / size_pt
    return _UNBROKEN.sub(
        lambda word: word[0] if width_em(word[0]) <= room_em else _BREAK.join(word[0]), text
    )


def grid_of(table: Table) -> Grid:
    """Reckon a table: 五号 words, 小五 where columns are crowded; widths by the columns' shares.

    As long as there is room, none is too narrow for what must stay whole in it: a credit code, a
    date, a state.
    """
    least_em = [
        max(map(_least_em, texts))
        for texts in zip(
            (column.title for column in table.columns),
            *(map(cell_text, row) for row in table.rows),
            strict=True,
        )
    ]
    size_pt = TABLE_PT
    if sum(_least_mm(least_em, size_pt)) > CROWDED * TYPE_AREA_MM[0]:
        size_pt = SMALL_PT
    widths = _widths([column.width for column in table.columns], _least_mm(least_em, size_pt))
    lines = [_lines([cell_text(cell) for cell in row], widths, size_pt) for row in table.rows]
    return Grid(
        size_pt,
        widths,
        whole=len(lines) <= SHORT_ROWS and max(lines, default=0) <= SHORT_LINES,
        tall=frozenset(number for number, high in enumerate(lines) if high > TALL_LINES),
    )


def _least_mm(least_em: Sequence[float], size_pt: float) -> list[float]:
    return [2 * CELL_PAD_MM + (one + SLACK_EM) * size_pt * PT_MM for one in least_em]


def _least_em(text: str) -> float:
    """How much room the words need that must not be broken; 14 characters at most."""
    width = width_em(text)
    if width <= WHOLE_EM:
        return max(width, 1.0)
    return min(max(1.0, *map(width_em, _UNBROKEN.findall(text)), 1.0), 14.0)


def _widths(shares: Sequence[float], least: Sequence[float]) -> tuple[float, ...]:
    total = TYPE_AREA_MM[0]
    if sum(least) >= total:
        return tuple(total * one / sum(least) for one in least)
    fixed: set[int] = set()
    while True:  # who would get less than he needs gets just that; the others share the rest
        rest = total - sum(least[n] for n in fixed)
        parts = sum(share for n, share in enumerate(shares) if n not in fixed)
        widths = tuple(
            least[n] if n in fixed else rest * share / parts for n, share in enumerate(shares)
        )
        short = {n for n, width in enumerate(widths) if n not in fixed and width < least[n]}
        if not short:
            return widths
        fixed |= short


def _lines(texts: Sequence[str], widths: Sequence[float], size_pt: float) -> float:
    """About how many lines the row takes."""
    return max(
        width_em(text) * size_pt * PT_MM / (width - 2 * CELL_PAD_MM)
        for text, width in zip(texts, widths, strict=True)
    )

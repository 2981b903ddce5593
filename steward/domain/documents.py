"""A paper document as its content: what is said, in which order, and nothing of how it looks.

The layout is GB/T 9704-2012's and belongs to `steward.briefings`, which writes the same document
as DOCX and as PDF.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal


@dataclass(frozen=True)
class Marked:
    """Words of a cell that must catch the eye (重大, 超期); never by colour alone."""

    text: str


Cell = str | Marked


@dataclass(frozen=True)
class Column:
    """One column of a table; `width` is its share of the table's, any unit."""

    title: str
    width: float
    align: Literal["left", "center", "right"] = "center"


@dataclass(frozen=True)
class Table:
    """A table with its caption; every row has a cell a column. Without rows, `empty` is said."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = "无。"

    def __post_init__(self) -> None:
        if not self.columns or min(column.width for column in self.columns) <= 0:
            raise ValueError(f"a table needs columns of some width: {self.caption}")
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row of other cells than columns: {self.caption}")


@dataclass(frozen=True)
class Chart:
    """A picture as SVG, its caption, and what it shows in words, for whoever cannot see it."""

    caption: str
    svg: str
    words: str
    width_mm: float = 156
    height_mm: float = 70


@dataclass(frozen=True)
class Heading:
    """一、… (level 1) or （一）… (level 2), its number included."""

    text: str
    level: Literal[1, 2] = 1


@dataclass(frozen=True)
class Paragraph:
    """One paragraph, indented by two characters."""

    text: str


Block = Heading | Paragraph | Table | Chart


@dataclass(frozen=True)
class Document:
    """公文. `issuer` is the agency in the red head, `number` its line below ("2021年第10期");
    `note` is a line that must not be missed (更正说明, 演示数据). `annex` begins a page of its own
    after the signature (GB/T 9704-2012, 7.4)."""

    issuer: str
    number: str
    title: str
    addressee: str
    signed_on: date
    blocks: tuple[Block, ...] = field(default=())
    note: str = ""
    annex: tuple[Block, ...] = field(default=())

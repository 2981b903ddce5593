"""A document as PDF: typeset by Typst from `gb9704.typ`; PDF/A-2a, to be kept, and PDF/UA-1."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import typst

from steward.briefings.characters import cell_text, check_characters, cleaned
from steward.briefings.columns import CELL_PAD_MM, breakable, grid_of
from steward.briefings.fonts import Fonts
from steward.briefings.layout import (
    ADVANCE_PT,
    BODY_PT,
    CHARACTERS,
    LINE_PT,
    RED,
    TYPE_AREA_MM,
    chinese_date,
    head_of,
    head_size_pt,
    picture_mm,
    signature_indents,
)
from steward.briefings.pictures import font_book
from steward.briefings.titles import title_lines
from steward.domain.documents import Block, Cell, Chart, Document, Heading, Marked, Paragraph, Table
from steward.errors import DocumentError
from steward.files import whole_file

SHORT = 6 * CHARACTERS  # a last paragraph so short goes with the signature to a new page
STANDARDS: Final[Any] = ["a-2a", "ua-1"]


def write_pdf(document: Document, path: Path, fonts: Fonts, *, at: date | datetime) -> None:
    """Write the document as PDF, whole or not at all; the same input gives the same bytes.

    `at`: when it was made, for the metadata. Raises DocumentError: a character that no font
    draws, a chart that is no SVG, a full disk.
    """
    document = cleaned(document)
    check_characters(document, fonts)
    content = typeset(document, fonts, at=at)
    with whole_file(path, DocumentError) as half:
        half.write_bytes(content)


def typeset(document: Document, fonts: Fonts, *, at: date | datetime) -> bytes:
    """The PDF's bytes. Raises DocumentError when Typst refuses."""
    moment = at if isinstance(at, datetime) else datetime.combine(at, time(), UTC)
    inputs = {"document": _content(document), "fonts": _families(fonts)}
    try:
        return typst.compile(
            files("steward.briefings").joinpath("gb9704.typ").read_bytes(),
            font_paths=font_book(fonts),
            format="pdf",
            sys_inputs={
                name: json.dumps(value, ensure_ascii=False) for name, value in inputs.items()
            },
            pdf_standards=STANDARDS,
            timestamp=int(moment.timestamp()),
        )
    except typst.TypstError as error:
        raise DocumentError(f"文档无法排版：{error.message}", place=document.title) from error


def _families(fonts: Fonts) -> dict[str, Any]:
    return {
        "fang": fonts.fang_song,
        "song": fonts.song,
        "hei": fonts.hei,
        "kai": fonts.kai,
        "latin": fonts.latin,
        "fallback": fonts.fallback,
    }


def _content(document: Document) -> dict[str, Any]:
    head = head_of(document)
    signed_on = chinese_date(document.signed_on)
    issuer_right, date_right = signature_indents(document.issuer, signed_on)
    return {
        "head": head,
        "head_pt": head_size_pt(head),
        "issuer": document.issuer,
        "number": document.number,
        "title": document.title,
        "title_lines": title_lines(document.title),
        "addressee": document.addressee,
        "note": document.note,
        "signed_on": signed_on,
        "issuer_right": issuer_right,
        "date_right": date_right,
        "line_pt": LINE_PT,
        "advance_pt": ADVANCE_PT,
        "red": RED,
        "blocks": _blocks(document.blocks, signed=True),
        "annex": _blocks(document.annex, signed=False),
    }


def _blocks(blocks: tuple[Block, ...], *, signed: bool) -> list[dict[str, Any]]:
    """The blocks; when they are `signed`, the last one stays with the signature."""
    return [
        _block(block, last=signed and number == len(blocks), rank=rank)
        for number, (block, rank) in enumerate(_ranked(blocks), 1)
    ]


def _ranked(blocks: tuple[Block, ...]) -> Iterator[tuple[Block, int]]:
    """Each block with its rank below the title; none is skipped, as PDF/UA wants it."""
    seen = 0
    for block in blocks:
        if isinstance(block, Heading):
            seen = min(block.level, seen + 1)
        yield block, seen


def _block(block: Block, *, last: bool, rank: int) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "rank": rank, "text": block.text}
        case Paragraph():
            return _paragraph(block.text, last)
        case Table() if not block.rows:
            return _paragraph(block.empty, last) | {"caption": block.caption}
        case Table():
            return _table(block)
        case Chart():
            width_mm, height_mm = picture_mm(block)
            return {
                "kind": "chart",
                "caption": block.caption,
                "svg": block.svg,
                "words": block.words,
                "width_mm": width_mm,
                "height_mm": height_mm,
            }


def _paragraph(text: str, last: bool) -> dict[str, Any]:
    words = breakable(text, TYPE_AREA_MM[0] / 2, BODY_PT)
    return {"kind": "paragraph", "text": words, "sticky": last and len(text) <= SHORT}


def _table(table: Table) -> dict[str, Any]:
    grid = grid_of(table)

    def cell(one: Cell, column: int) -> str | dict[str, str]:
        text = grid.breakable(cell_text(one), column)
        return {"mark": text} if isinstance(one, Marked) else text

    return {
        "kind": "table",
        "caption": table.caption,
        "titles": [grid.breakable(column.title, n) for n, column in enumerate(table.columns)],
        "aligns": [column.align for column in table.columns],
        "size_pt": grid.size_pt,
        "widths_mm": grid.widths_mm,
        "pad_mm": CELL_PAD_MM,
        "whole": grid.whole,
        "rows": [
            {"cells": [cell(one, n) for n, one in enumerate(row)], "tall": number in grid.tall}
            for number, row in enumerate(table.rows)
        ],
    }

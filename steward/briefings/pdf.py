"""A document as PDF: typeset by Typst from `gb9704.typ`, archival (PDF/A-2a), tagged."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import typst

from steward.briefings.characters import check_characters, cleaned
from steward.briefings.fonts import Fonts
from steward.briefings.layout import (
    ADVANCE_PT,
    CELL_PAD_MM,
    LINE_PT,
    RED,
    chinese_date,
    column_widths_mm,
    head_of,
    head_size_pt,
    signature_indents,
)
from steward.briefings.pictures import font_book
from steward.domain.documents import Block, Cell, Chart, Document, Heading, Marked, Paragraph, Table
from steward.errors import DocumentError
from steward.files import whole_file

STANDARD: Final = "a-2a"


def write_pdf(document: Document, path: Path, fonts: Fonts, *, at: date | datetime) -> None:
    """Write the document as PDF/A-2a, whole or not at all; the same input gives the same bytes.

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
    inputs = {"document": _content(document, moment), "fonts": _families(fonts)}
    try:
        return typst.compile(
            files("steward.briefings").joinpath("gb9704.typ").read_bytes(),
            font_paths=font_book(fonts),
            format="pdf",
            sys_inputs={
                name: json.dumps(value, ensure_ascii=False) for name, value in inputs.items()
            },
            pdf_standards=STANDARD,
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


def _content(document: Document, moment: datetime) -> dict[str, Any]:
    head = head_of(document)
    signed_on = chinese_date(document.signed_on)
    issuer_right, date_right = signature_indents(document.issuer, signed_on)
    return {
        "head": head,
        "head_pt": head_size_pt(head),
        "issuer": document.issuer,
        "number": document.number,
        "title": document.title,
        "addressee": document.addressee,
        "note": document.note,
        "signed_on": signed_on,
        "issuer_right": issuer_right,
        "date_right": date_right,
        "date": [moment.year, moment.month, moment.day],
        "line_pt": LINE_PT,
        "advance_pt": ADVANCE_PT,
        "red": RED,
        "blocks": [_block(block) for block in document.blocks],
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "text": block.text}
        case Paragraph():
            return {"kind": "paragraph", "text": block.text}
        case Table() if not block.rows:
            return {"kind": "paragraph", "text": block.empty}
        case Table():
            return {
                "kind": "table",
                "caption": block.caption,
                "titles": [column.title for column in block.columns],
                "aligns": [column.align for column in block.columns],
                "widths_mm": column_widths_mm(block),
                "pad_mm": CELL_PAD_MM,
                "rows": [[_cell(cell) for cell in row] for row in block.rows],
            }
        case Chart():
            return {
                "kind": "chart",
                "caption": block.caption,
                "svg": block.svg,
                "words": block.words,
                "width_mm": block.width_mm,
                "height_mm": block.height_mm,
            }


def _cell(cell: Cell) -> str | dict[str, str]:
    return {"mark": cell.text} if isinstance(cell, Marked) else cell

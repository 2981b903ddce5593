"""The characters of a document: those that no paper shows, and those that no font draws."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from steward.briefings.coverage import drawn_by
from steward.briefings.fonts import Fonts
from steward.domain.documents import Block, Cell, Chart, Document, Heading, Marked, Paragraph, Table
from steward.errors import DocumentError

_SHOWN = 10  # characters named in a refusal
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def cleaned(document: Document) -> Document:
    """The same document with nothing invisible in its words.

    White space is one space, and control characters, invisible formats (zero width, direction)
    and variants' selectors are left out: no paper shows them, and neither DOCX nor PDF/A takes
    them all.
    """
    return replace(
        document,
        issuer=clean(document.issuer),
        number=clean(document.number),
        title=clean(document.title),
        addressee=clean(document.addressee),
        note=clean(document.note),
        blocks=tuple(_cleaned_block(block) for block in document.blocks),
        annex=tuple(_cleaned_block(block) for block in document.annex),
    )


def _cleaned_block(block: Block) -> Block:
    match block:
        case Heading() | Paragraph():
            return replace(block, text=clean(block.text))
        case Chart():
            caption = clean(block.caption)
            return replace(block, caption=caption, words=clean(block.words) or caption or "图")
        case Table():
            return replace(
                block,
                caption=clean(block.caption),
                empty=clean(block.empty),
                columns=tuple(replace(one, title=clean(one.title)) for one in block.columns),
                rows=tuple(tuple(_cleaned_cell(cell) for cell in row) for row in block.rows),
            )


def _cleaned_cell(cell: Cell) -> Cell:
    return Marked(clean(cell.text)) if isinstance(cell, Marked) else clean(cell)


def clean(text: str) -> str:
    """One text with nothing invisible in it, as `cleaned` makes a document's."""
    kept = "".join(
        " " if one.isspace() else one
        for one in text
        if one.isspace() or unicodedata.category(one) not in ("Cc", "Cf")
    )
    return " ".join(_SELECTORS.sub("", kept).split())


def check_characters(document: Document, fonts: Fonts) -> None:
    """Raise DocumentError naming the characters that no installed font draws, and where.

    And when there is no title, by which it is found again.
    """
    if not document.title:
        raise DocumentError("文档没有标题", place=document.number)
    known = drawn_by(fonts)
    missing: dict[str, str] = {}
    for place, text in words_of(document):
        for one in text:
            if one not in known and one != "\n":
                missing.setdefault(one, place)
    if missing:
        named = "；".join(
            f"“{_shown(one)}”（U+{ord(one):04X}，在{_shown(place)}）"
            for one, place in list(missing.items())[:_SHOWN]
        )
        rest = f"等 {len(missing)} 个字" if len(missing) > _SHOWN else ""
        raise DocumentError(
            f"已安装的字体里没有这些字：{named}{rest}，文档无法印全", place=document.title
        )


def _shown(text: str) -> str:
    """The text with a mark in place of halves of characters, which nobody can print."""
    return text.encode(errors="replace").decode()


def words_of(document: Document) -> Iterator[tuple[str, str]]:
    """Every text that is printed, each with its place in Chinese."""
    yield "发文机关", document.issuer
    yield "编号", document.number
    yield "标题", document.title
    yield "主送机关", document.addressee
    yield "说明", document.note
    for block in (*document.blocks, *document.annex):
        match block:
            case Heading() | Paragraph():
                yield f"“{block.text[:12]}”一段", block.text
            case Chart():
                yield "图题", block.caption
                for text in svg_words(block):
                    yield f"图“{block.caption}”", text
            case Table():
                yield "表题", block.caption
                yield f"表“{block.caption}”", block.empty
                for column in block.columns:
                    yield f"表“{block.caption}”表头", column.title
                for number, row in enumerate(block.rows, 1):
                    for cell in row:
                        yield f"表“{block.caption}”第 {number} 行", cell_text(cell)


def cell_text(cell: Cell) -> str:
    """A cell's words without their mark."""
    return cell.text if isinstance(cell, Marked) else cell


def svg_words(chart: Chart) -> Iterator[str]:
    """The texts that a chart's picture draws. Raises DocumentError when it is no SVG."""
    try:
        root = etree.fromstring(
            chart.svg.encode(), etree.XMLParser(resolve_entities=False, no_network=True)
        )
    except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
        raise DocumentError("图不是有效的 SVG", place=chart.caption) from error
    if etree.QName(root).localname != "svg" or root.getroottree().docinfo.doctype:
        raise DocumentError("图不是 SVG，或者带有文档类型声明", place=chart.caption)
    for element in root.iter("{*}text"):
        yield "".join(element.itertext())

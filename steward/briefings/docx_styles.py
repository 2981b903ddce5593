"""The paragraph styles of a DOCX after GB/T 9704-2012, by Chinese names."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn

from steward.briefings.docx_faces import FANG_SONG, HEI, KAI, PLAIN_SONG, SONG, faces
from steward.briefings.docx_parts import element
from steward.briefings.layout import (
    ADVANCE_PT,
    BODY_PT,
    LINE_PT,
    RED,
    SMALL_PT,
    TABLE_PT,
    TITLE_PT,
    head_of,
    head_size_pt,
)
from steward.domain.documents import Document

LINE = int(LINE_PT * 20)  # twentieths of a point; 22 lines of 580 would be too many
_SQUEEZE = math.floor((ADVANCE_PT - BODY_PT) * 20)  # of each character: 28 of them a line

# The red rule below the number, the frame around the note: widths in eighths of a point.
_NOTE_SIDE = {"sz": 8, "space": 4, "color": "000000"}
_BORDERS: dict[str, dict[str, dict[str, Any]]] = {
    "Number": {"bottom": {"sz": 12, "space": 11, "color": RED[1:]}},
    "Note": dict.fromkeys(("top", "left", "bottom", "right"), _NOTE_SIDE),
}
_KEPT = {"Normal": None, "Title": None, "Heading 1": 0, "Heading 2": 1, "Caption": None}


@dataclass(frozen=True)
class Style:
    """A paragraph style: which built-in one it follows, its face, size and paragraph's facts.

    `line` is exact, in twips; None: as high as what stands in it. `indent` in characters,
    `sides` (from either side) in twips.
    """

    id: str
    name: str
    base: str = "Normal"
    face: str = FANG_SONG
    size_pt: float = BODY_PT
    align: str = "both"
    line: int | None = LINE
    before: int = 0
    after: int = 0
    indent: int = 0
    sides: int = 0
    keep_next: bool = False
    colour: str = ""
    on_grid: bool = False


def _styles(document: Document) -> tuple[Style, ...]:
    mm = 1440 / 25.4
    head_pt = head_size_pt(head_of(document))
    return (
        Style(
            "RedHead",
            "公文红头",
            face=SONG,
            size_pt=round(head_pt * 2) / 2,
            align="center",
            line=round(head_pt * 20 * 1.15),
            before=round(35 * mm),
            after=2 * LINE,
            colour=RED[1:],
        ),
        Style("Number", "发文字号", align="center", after=2 * LINE, on_grid=True),
        Style(
            "DocumentTitle",
            "公文标题",
            base="Title",
            face=SONG,
            size_pt=TITLE_PT,
            align="center",
            line=round(1.2 * LINE),
            after=LINE,
        ),
        Style(
            "Note",
            "公文说明",
            face=HEI,
            size_pt=14,
            align="center",
            line=440,
            after=LINE // 2,
            sides=1100,
        ),
        Style("Addressee", "主送机关", align="left", on_grid=True),
        Style("BodyLines", "公文正文", indent=2, on_grid=True),
        Style(
            "FirstLevel",
            "一级标题",
            base="Heading 1",
            face=HEI,
            indent=2,
            keep_next=True,
            on_grid=True,
        ),
        Style(
            "SecondLevel",
            "二级标题",
            base="Heading 2",
            face=KAI,
            indent=2,
            keep_next=True,
            on_grid=True,
        ),
        Style(
            "TableCaption",
            "表题",
            base="Caption",
            face=HEI,
            size_pt=12,
            align="center",
            line=440,
            before=120,
            keep_next=True,
        ),
        Style("TableHead", "表头", face=HEI, size_pt=TABLE_PT, align="center", line=300),
        Style("TableCell", "表格文字", size_pt=TABLE_PT, align="left", line=300),
        Style("SmallHead", "表头（小）", face=HEI, size_pt=SMALL_PT, align="center", line=250),
        Style("SmallCell", "表格文字（小）", size_pt=SMALL_PT, align="left", line=250),
        Style("AfterTable", "表后", size_pt=6, line=200),
        Style("Picture", "图", align="center", line=None, before=120, keep_next=True),
        Style(
            "PictureCaption",
            "图题",
            base="Caption",
            face=HEI,
            size_pt=12,
            align="center",
            line=440,
            after=200,
        ),
        Style("Signer", "公文署名", align="right", before=LINE, keep_next=True, on_grid=True),
        Style("SignedOn", "成文日期", align="right", on_grid=True),
        Style("PageNumber", "公文页码", face=PLAIN_SONG, size_pt=14, line=280),
    )


def add_styles(paper: Any, document: Document) -> None:
    """Give an empty python-docx document the styles in place of its template's."""
    _clear(paper)
    for style in _styles(document):
        _add(paper, style)


def _clear(paper: Any) -> None:
    """Leave of the template's styles those that ours follow, without any look of their own."""
    styles = paper.styles.element
    defaults = styles.find(qn("w:docDefaults"))
    for part in list(defaults):
        defaults.remove(part)
    for style in list(styles.iter(qn("w:style"))):
        name = style.find(qn("w:name")).get(qn("w:val"))
        kept = next((one for one in _KEPT if one.lower() == name.lower()), None)
        if kept is None and style.get(qn("w:default")) != "1":
            styles.remove(style)
            continue
        for part in ("w:pPr", "w:rPr", "w:link", "w:next"):
            for found in style.findall(qn(part)):
                style.remove(found)
        level = _KEPT.get(kept or "")
        if level is not None:
            style.get_or_add_pPr().append(element("w:outlineLvl", val=level))
        if kept == "Normal":  # its size is what the grid's characters are reckoned from
            style.get_or_add_rPr().append(faces(FANG_SONG))
            style.get_or_add_rPr().append(element("w:sz", val=round(BODY_PT * 2)))


def _add(paper: Any, style: Style) -> None:
    made = paper.styles.add_style(style.name, WD_STYLE_TYPE.PARAGRAPH)
    made.element.set(qn("w:styleId"), style.id)
    made.base_style = paper.styles[style.base]
    made.quick_style = True
    facts = made.element.get_or_add_pPr()
    if style.keep_next:
        facts.append(element("w:keepNext"))
    facts.append(element("w:widowControl", val=0))
    if style.id in _BORDERS:
        facts.append(_bordered(_BORDERS[style.id]))
    facts.append(element("w:overflowPunct", val=0))  # nothing hangs out of the type area
    facts.append(element("w:snapToGrid", val=int(style.on_grid)))
    line = {"line": style.line or 240, "lineRule": "exact" if style.line else "auto"}
    facts.append(element("w:spacing", before=style.before, after=style.after, **line))
    first = round(style.indent * ADVANCE_PT * 20)
    sides = {"left": style.sides, "right": style.sides} if style.sides else {}
    facts.append(element("w:ind", **sides, firstLineChars=style.indent * 100, firstLine=first))
    facts.append(element("w:jc", val=style.align))
    run = made.element.get_or_add_rPr()
    run.append(faces(style.face))
    run.append(element("w:color", val=style.colour or "000000"))
    run.append(element("w:spacing", val=_SQUEEZE if style.on_grid else 0))
    run.append(element("w:kern", val=0))
    run.append(element("w:sz", val=round(style.size_pt * 2)))
    run.append(element("w:szCs", val=round(style.size_pt * 2)))
    run.append(element("w:lang", val="en-US", eastAsia="zh-CN"))


def _bordered(sides: dict[str, dict[str, Any]]) -> Any:
    borders = element("w:pBdr")
    for name, facts in sides.items():
        borders.append(element(f"w:{name}", val="single", **facts))
    return borders

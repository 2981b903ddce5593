"""The styles, the page and the properties of a DOCX after GB/T 9704-2012.

Faces are those of the offices' computers: 仿宋, 黑体, 楷体 come with every Chinese Windows and with
WPS, 方正小标宋简体 where official documents are written, else Word takes the one named beside it
(`w:altName`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

from steward.briefings.layout import (
    ADVANCE_PT,
    BODY_PT,
    LEFT_MM,
    LINE_PT,
    PAGE_MM,
    RED,
    SMALL_PT,
    TABLE_PT,
    TITLE_PT,
    TOP_MM,
    TYPE_AREA_MM,
    head_of,
    head_size_pt,
)
from steward.domain.documents import Document

LATIN = "Times New Roman"
FANG_SONG, SONG, HEI, KAI = "仿宋", "方正小标宋简体", "黑体", "楷体"
PLAIN_SONG = "宋体"
FACES = {  # and what to take where it is missing
    FANG_SONG: "仿宋_GB2312",
    SONG: "宋体",
    HEI: "SimHei",
    KAI: "楷体_GB2312",
    PLAIN_SONG: "SimSun",
    LATIN: "",
}
_LEFTOVERS = ("thumbnail", "customXml", "stylesWithEffects", "numbering", "webSettings")
_SQUEEZE = math.floor((ADVANCE_PT - BODY_PT) * 20)  # of each character: 28 of them a line
_LINE = int(LINE_PT * 20)  # twentieths of a point; 22 lines of 580 would be too many


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
    line: int | None = _LINE
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
            after=2 * _LINE,
            colour=RED[1:],
        ),
        Style("Number", "发文字号", align="center", after=2 * _LINE, on_grid=True),
        Style(
            "DocumentTitle",
            "公文标题",
            base="Title",
            face=SONG,
            size_pt=TITLE_PT,
            align="center",
            line=round(1.2 * _LINE),
            after=_LINE,
        ),
        Style(
            "Note",
            "公文说明",
            face=HEI,
            size_pt=14,
            align="center",
            line=440,
            after=_LINE // 2,
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
        Style("Signer", "公文署名", align="right", before=_LINE, keep_next=True, on_grid=True),
        Style("SignedOn", "成文日期", align="right", on_grid=True),
        Style("PageNumber", "公文页码", face=PLAIN_SONG, size_pt=14, line=280),
    )


def furnish(paper: Any, document: Document, moment: datetime) -> None:
    """Give an empty python-docx document its styles, page, footers, faces and properties."""
    _drop_leftovers(paper)
    _settle(paper)
    _clear(paper)
    for style in _styles(document):
        _add_style(paper, style)
    _lay_out(paper)
    _name_faces(paper)
    properties = paper.core_properties
    properties.title = document.title
    properties.author = properties.last_modified_by = document.issuer
    properties.language = "zh-CN"
    properties.comments = ""
    properties.created = properties.modified = moment.astimezone(UTC).replace(tzinfo=None)


def _clear(paper: Any) -> None:
    """Leave of the template's styles those that ours follow, without any look of their own."""
    styles = paper.styles.element
    defaults = styles.find(qn("w:docDefaults"))
    for part in list(defaults):
        defaults.remove(part)
    for element in list(styles.iter(qn("w:style"))):
        name = element.find(qn("w:name")).get(qn("w:val"))
        kept = next((one for one in _KEPT if one.lower() == name.lower()), None)
        if kept is None and element.get(qn("w:default")) != "1":
            styles.remove(element)
            continue
        for part in ("w:pPr", "w:rPr", "w:link", "w:next"):
            for found in element.findall(qn(part)):
                element.remove(found)
        level = _KEPT.get(kept or "")
        if level is not None:
            element.get_or_add_pPr().append(_element("w:outlineLvl", val=level))
        if kept == "Normal":  # its size is what the grid's characters are reckoned from
            element.get_or_add_rPr().append(_faces(FANG_SONG))
            element.get_or_add_rPr().append(_element("w:sz", val=round(BODY_PT * 2)))


def _faces(face: str) -> Any:
    return _element("w:rFonts", ascii=LATIN, hAnsi=LATIN, eastAsia=face, cs=LATIN)


def _add_style(paper: Any, style: Style) -> None:
    made = paper.styles.add_style(style.name, WD_STYLE_TYPE.PARAGRAPH)
    made.element.set(qn("w:styleId"), style.id)
    made.base_style = paper.styles[style.base]
    made.quick_style = True
    facts = made.element.get_or_add_pPr()
    if style.keep_next:
        facts.append(_element("w:keepNext"))
    facts.append(_element("w:widowControl", val=0))
    if style.id in _BORDERS:
        facts.append(_borders(_BORDERS[style.id]))
    facts.append(_element("w:overflowPunct", val=0))  # nothing hangs out of the type area
    facts.append(_element("w:snapToGrid", val=int(style.on_grid)))
    line = {"line": style.line or 240, "lineRule": "exact" if style.line else "auto"}
    facts.append(_element("w:spacing", before=style.before, after=style.after, **line))
    first = round(style.indent * ADVANCE_PT * 20)
    sides = {"left": style.sides, "right": style.sides} if style.sides else {}
    facts.append(_element("w:ind", **sides, firstLineChars=style.indent * 100, firstLine=first))
    facts.append(_element("w:jc", val=style.align))
    run = made.element.get_or_add_rPr()
    run.append(_faces(style.face))
    run.append(_element("w:color", val=style.colour or "000000"))
    run.append(_element("w:spacing", val=_SQUEEZE if style.on_grid else 0))
    run.append(_element("w:kern", val=0))
    run.append(_element("w:sz", val=round(style.size_pt * 2)))
    run.append(_element("w:szCs", val=round(style.size_pt * 2)))
    run.append(_element("w:lang", val="en-US", eastAsia="zh-CN"))


def _borders(sides: dict[str, dict[str, Any]]) -> Any:
    borders = _element("w:pBdr")
    for name, facts in sides.items():
        borders.append(_element(f"w:{name}", val="single", **facts))
    return borders


def _lay_out(paper: Any) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(PAGE_MM[0]), Mm(PAGE_MM[1])
    section.top_margin, section.left_margin = Mm(TOP_MM), Mm(LEFT_MM)
    section.right_margin = Mm(PAGE_MM[0] - LEFT_MM - TYPE_AREA_MM[0])
    section.bottom_margin = Mm(PAGE_MM[1] - TOP_MM - TYPE_AREA_MM[1])
    section.header_distance = Mm(15)
    section.footer_distance = Mm(23)  # the number's line ends there, 7 mm below the type area
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    for key, value in {"type": "lines", "linePitch": _LINE}.items():
        grid.set(qn(f"w:{key}"), str(value))
    paper.settings.odd_and_even_pages_header_footer = True
    _number(section.footer, "right")
    _number(section.even_page_footer, "left")


def _number(footer: Any, side: str) -> None:
    footer.is_linked_to_previous = False
    line = footer.paragraphs[0]
    line.style = "公文页码"
    line._p.get_or_add_pPr().append(
        _element("w:ind", **{side: 280, f"{side}Chars": 100, "firstLine": 0})
    )
    line._p.get_or_add_pPr().append(_element("w:jc", val=side))
    line.add_run("— ")
    field = _element("w:fldSimple", instr=" PAGE ")
    run = OxmlElement("w:r")
    words = OxmlElement("w:t")
    words.text = "1"
    run.append(words)
    field.append(run)
    line._p.append(field)
    line.add_run(" —")


def _name_faces(paper: Any) -> None:
    """Which face to take where the first choice is missing, for Word's and WPS's font table."""
    table = next(
        part for part in paper.part.package.iter_parts() if part.partname == "/word/fontTable.xml"
    )
    root = parse_xml(f"<w:fonts {nsdecls('w')}/>")
    for name, other in FACES.items():
        charset = "86" if other else "00"  # GB 2312
        alternative = f'<w:altName w:val="{other}"/>' if other else ""
        root.append(
            parse_xml(
                f'<w:font {nsdecls("w")} w:name="{name}">{alternative}'
                f'<w:charset w:val="{charset}"/><w:family w:val="auto"/>'
                '<w:pitch w:val="variable"/></w:font>'
            )
        )
    table._blob = serialize_part_xml(root)


def _drop_leftovers(paper: Any) -> None:
    """Leave out what python-docx's template brings and nothing here refers to."""
    for source in (paper.part.package, paper.part):
        for key, relation in list(source.rels.items()):
            if relation.reltype.rsplit("/", 1)[-1] in _LEFTOVERS:
                del source.rels[key]


def _settle(paper: Any) -> None:
    """Word's newest layout, Chinese; punctuation compressed as in print."""
    settings = paper.settings.element
    for mode in settings.iter(qn("w:compatSetting")):
        if mode.get(qn("w:name")) == "compatibilityMode":
            mode.set(qn("w:val"), "15")
    settings.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
    settings.find(qn("w:characterSpacingControl")).set(qn("w:val"), "compressPunctuation")


def _element(name: str, **attributes: object) -> Any:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), str(value))
    return element

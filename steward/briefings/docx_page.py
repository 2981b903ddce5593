"""The page of a DOCX after GB/T 9704-2012, its numbers, its settings and properties."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from steward.briefings.docx_faces import name_faces
from steward.briefings.docx_parts import element
from steward.briefings.docx_styles import LINE, add_styles
from steward.briefings.layout import LEFT_MM, PAGE_MM, TOP_MM, TYPE_AREA_MM
from steward.domain.documents import Document

_LEFTOVERS = ("thumbnail", "customXml", "stylesWithEffects", "numbering", "webSettings")


def furnish(paper: Any, document: Document, moment: datetime) -> None:
    """Give an empty python-docx document its styles, page, footers, faces and properties."""
    _drop_leftovers(paper)
    _settle(paper)
    add_styles(paper, document)
    _lay_out(paper)
    name_faces(paper)
    properties = paper.core_properties
    properties.title = document.title
    properties.author = properties.last_modified_by = document.issuer
    properties.language = "zh-CN"
    properties.comments = ""
    properties.created = properties.modified = moment.astimezone(UTC).replace(tzinfo=None)


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
    for key, value in {"type": "lines", "linePitch": LINE}.items():
        grid.set(qn(f"w:{key}"), str(value))
    paper.settings.odd_and_even_pages_header_footer = True
    _number(section.footer, "right")
    _number(section.even_page_footer, "left")


def _number(footer: Any, side: str) -> None:
    footer.is_linked_to_previous = False
    line = footer.paragraphs[0]
    line.style = "公文页码"
    line._p.get_or_add_pPr().append(
        element("w:ind", **{side: 280, f"{side}Chars": 100, "firstLine": 0})
    )
    line._p.get_or_add_pPr().append(element("w:jc", val=side))
    line.add_run("— ")
    field = element("w:fldSimple", instr=" PAGE ")
    run = OxmlElement("w:r")
    words = OxmlElement("w:t")
    words.text = "1"
    run.append(words)
    field.append(run)
    line._p.append(field)
    line.add_run(" —")

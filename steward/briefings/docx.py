"""A document as DOCX, to be edited: native tables, styles, page number fields, and one SVG a chart
with a PNG beside it for programs that know no SVG."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm

from steward.briefings.characters import check_characters, cleaned
from steward.briefings.docx_page import furnish
from steward.briefings.docx_runs import add_text
from steward.briefings.docx_tables import table_xml
from steward.briefings.fonts import Fonts
from steward.briefings.layout import (
    chinese_date,
    head_of,
    picture_mm,
    signature_indents,
)
from steward.briefings.pictures import png_of
from steward.briefings.titles import title_lines
from steward.domain.documents import Block, Chart, Document, Heading, Paragraph, Table
from steward.errors import DocumentError
from steward.files import whole_file

_SVG_BLIP = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}">'
    '<asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'r:embed="%s"/></a:ext></a:extLst>'
)


def write_docx(document: Document, path: Path, fonts: Fonts, *, at: date | datetime) -> None:
    """Write the document as DOCX, whole or not at all; the same input gives the same bytes.

    `fonts` draw the charts' PNG and say which characters can be printed; the file itself names
    the fonts that offices have (`docx_styles`). `at`: when it was made, for its properties.
    Raises DocumentError: a character that no font draws, a chart that is no SVG, a full disk.
    """
    document = cleaned(document)
    check_characters(document, fonts)
    moment = at if isinstance(at, datetime) else datetime.combine(at, time(), UTC)
    paper = docx.Document()
    furnish(paper, document, moment)
    _fill(paper, document, fonts)
    stream = io.BytesIO()
    paper.save(stream)
    with whole_file(path, DocumentError) as half:
        half.write_bytes(_dated(stream.getvalue(), moment))


def _fill(paper: Any, document: Document, fonts: Fonts) -> None:
    _add(paper, head_of(document), "公文红头")
    _add(paper, document.number, "发文字号")
    _add_title(paper, document.title)
    if document.note:
        _add(paper, document.note, "公文说明")
    if document.addressee:
        _add(paper, document.addressee, "主送机关")
    for block in document.blocks:
        _add_block(paper, block, fonts)
    if paper.paragraphs[-1].style.name == "公文正文":
        paper.paragraphs[-1].paragraph_format.keep_with_next = True  # no signature on its own
    day = chinese_date(document.signed_on)
    for text, right in zip(
        (document.issuer, day), signature_indents(document.issuer, day), strict=True
    ):
        line = _add(paper, text, "公文署名" if text != day else "成文日期")
        indent = line.paragraph_format.element.get_or_add_pPr().get_or_add_ind()
        indent.set(qn("w:rightChars"), str(round(right * 100)))
        indent.set(qn("w:right"), str(round(right * 320)))
    _add_annex(paper, document, fonts)


def _add_annex(paper: Any, document: Document, fonts: Fonts) -> None:
    before = len(paper.paragraphs)
    for block in document.annex:
        _add_block(paper, block, fonts)
    if document.annex:
        paper.paragraphs[before].paragraph_format.page_break_before = True


def _add(paper: Any, text: str, style: str) -> Any:
    line = paper.add_paragraph(style=style)
    add_text(line._p, text)
    return line


def _add_title(paper: Any, title: str) -> None:
    first, *others = title_lines(title)
    line = _add(paper, first, "公文标题")
    for text in others:
        line.add_run().add_break()
        add_text(line._p, text)


def _add_block(paper: Any, block: Block, fonts: Fonts) -> None:
    match block:
        case Heading():
            _add(paper, block.text, "一级标题" if block.level == 1 else "二级标题")
        case Paragraph():
            _add(paper, block.text, "公文正文")
        case Table() if not block.rows:
            _add(paper, block.caption, "表题")
            _add(paper, block.empty, "公文正文")
        case Table():
            _add(paper, block.caption, "表题")
            paper.element.body.insert_element_before(table_xml(block), "w:sectPr")
            _add(paper, "", "表后")
        case Chart():
            _add_chart(paper, block, fonts)


def _add_chart(paper: Any, chart: Chart, fonts: Fonts) -> None:
    line = paper.add_paragraph(style="图")
    width_mm, height_mm = picture_mm(chart)
    picture = line.add_run().add_picture(
        io.BytesIO(png_of(chart, fonts)), width=Mm(width_mm), height=Mm(height_mm)
    )
    number = sum(1 for part in paper.part.package.iter_parts() if part.partname.ext == "svg") + 1
    part = Part(
        PackURI(f"/word/media/chart{number}.svg"),
        "image/svg+xml",
        chart.svg.encode(),
        paper.part.package,
    )
    blip = picture._inline.graphic.graphicData.pic.blipFill.find(qn("a:blip"))
    blip.append(parse_xml(_SVG_BLIP % paper.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)))
    for side in ("distT", "distB", "distL", "distR"):
        picture._inline.set(side, "0")  # else LibreOffice leaves room of its own
    for properties in (
        picture._inline.docPr,
        picture._inline.graphic.graphicData.pic.nvPicPr.cNvPr,
    ):
        properties.set("name", chart.caption)
        properties.set("descr", chart.words)
    _add(paper, chart.caption, "图题")


def _dated(content: bytes, moment: datetime) -> bytes:
    """The same package with one time in all its entries, not that of the writing."""
    stream = io.BytesIO()
    stamp = moment.astimezone(UTC).timetuple()[:6]
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            info = zipfile.ZipInfo(entry.filename, date_time=stamp)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(entry))
    return stream.getvalue()

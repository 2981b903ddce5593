"""A table as native DOCX table: fixed widths, its head on every page, no row cut in two."""

from __future__ import annotations

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from steward.briefings.characters import cell_text
from steward.briefings.docx_runs import add_text
from steward.briefings.layout import CELL_PAD_MM, TYPE_AREA_MM, column_widths_mm
from steward.domain.documents import Cell, Marked, Table

HEAD_STYLE, CELL_STYLE = "TableHead", "TableCell"  # ids in docx_styles
_TWIPS_MM = 1440 / 25.4


def table_xml(table: Table) -> Any:
    """The `w:tbl` of a table that has rows."""
    widths = [round(width * _TWIPS_MM) for width in column_widths_mm(table)]
    element = _element("w:tbl")
    element.append(_properties())
    grid = _element("w:tblGrid")
    for width in widths:
        grid.append(_element("w:gridCol", w=width))
    element.append(grid)
    aligns = [column.align for column in table.columns]
    titles = tuple(column.title for column in table.columns)
    element.append(_row(titles, widths, ["center"] * len(widths), head=True))
    for row in table.rows:
        element.append(_row(row, widths, aligns))
    return element


def _properties() -> Any:
    properties = _element("w:tblPr")
    properties.append(_element("w:tblW", w=round(TYPE_AREA_MM[0] * _TWIPS_MM), type="dxa"))
    properties.append(_element("w:jc", val="center"))
    borders = _element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(_element(f"w:{side}", val="single", sz=4, space=0, color="000000"))
    properties.append(borders)
    properties.append(_element("w:tblLayout", type="fixed"))
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=round(CELL_PAD_MM * _TWIPS_MM), type="dxa"))
    properties.append(margins)
    return properties


def _row(
    cells: tuple[Cell, ...], widths: list[int], aligns: list[Any], *, head: bool = False
) -> Any:
    row = _element("w:tr")
    properties = _element("w:trPr")
    properties.append(_element("w:cantSplit"))
    if head:
        properties.append(_element("w:tblHeader"))
    row.append(properties)
    for cell, width, align in zip(cells, widths, aligns, strict=True):
        place = _element("w:tc")
        facts = _element("w:tcPr")
        facts.append(_element("w:tcW", w=width, type="dxa"))
        facts.append(_element("w:vAlign", val="center"))
        place.append(facts)
        paragraph = _element("w:p")
        style = _element("w:pPr")
        style.append(_element("w:pStyle", val=HEAD_STYLE if head else CELL_STYLE))
        if head:
            style.append(_element("w:keepNext"))
        style.append(_element("w:jc", val=align))
        paragraph.append(style)
        add_text(paragraph, cell_text(cell), marked=isinstance(cell, Marked))
        place.append(paragraph)
        row.append(place)
    return row


def _element(name: str, **attributes: object) -> Any:
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), str(value))
    return element

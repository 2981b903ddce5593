"""A table as native DOCX table: fixed widths, its head on every page, no row cut in two."""

from __future__ import annotations

from typing import Any

from steward.briefings.characters import cell_text
from steward.briefings.columns import CELL_PAD_MM, grid_of
from steward.briefings.docx_parts import element
from steward.briefings.docx_runs import add_text
from steward.briefings.layout import TABLE_PT, TYPE_AREA_MM
from steward.domain.documents import Cell, Marked, Table

# Ids in docx_styles, for the head and for the rows.
STYLES, SMALL_STYLES = ("TableHead", "TableCell"), ("SmallHead", "SmallCell")
_TWIPS_MM = 1440 / 25.4


def table_xml(table: Table) -> Any:
    """The `w:tbl` of a table that has rows."""
    laid = grid_of(table)
    head, cell = STYLES if laid.size_pt == TABLE_PT else SMALL_STYLES
    widths = [round(width * _TWIPS_MM) for width in laid.widths_mm]
    made = element("w:tbl")
    made.append(_properties())
    grid = element("w:tblGrid")
    for width in widths:
        grid.append(element("w:gridCol", w=width))
    made.append(grid)
    aligns = [column.align for column in table.columns]
    titles = tuple(column.title for column in table.columns)
    centred = ["center"] * len(widths)
    made.append(_row(titles, widths, centred, head, head=True, keep_next=True))
    for number, row in enumerate(table.rows):
        together = laid.whole and number + 1 < len(table.rows)
        tall = number in laid.tall
        made.append(_row(row, widths, aligns, cell, tall=tall, keep_next=together))
    return made


def _properties() -> Any:
    properties = element("w:tblPr")
    properties.append(element("w:tblW", w=round(TYPE_AREA_MM[0] * _TWIPS_MM), type="dxa"))
    properties.append(element("w:jc", val="center"))
    borders = element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(element(f"w:{side}", val="single", sz=4, space=0, color="000000"))
    properties.append(borders)
    properties.append(element("w:tblLayout", type="fixed"))
    margins = element("w:tblCellMar")
    beside = round(CELL_PAD_MM * _TWIPS_MM)
    for side, width in (("top", 40), ("left", beside), ("bottom", 40), ("right", beside)):
        margins.append(element(f"w:{side}", w=width, type="dxa"))
    properties.append(margins)
    return properties


def _row(
    cells: tuple[Cell, ...],
    widths: list[int],
    aligns: list[Any],
    named: str,
    *,
    head: bool = False,
    tall: bool = False,
    keep_next: bool = False,
) -> Any:
    row = element("w:tr")
    properties = element("w:trPr")
    if not tall:
        properties.append(element("w:cantSplit"))
    if head:
        properties.append(element("w:tblHeader"))
    row.append(properties)
    for cell, width, align in zip(cells, widths, aligns, strict=True):
        place = element("w:tc")
        facts = element("w:tcPr")
        facts.append(element("w:tcW", w=width, type="dxa"))
        facts.append(element("w:vAlign", val="center"))
        place.append(facts)
        paragraph = element("w:p")
        style = element("w:pPr")
        style.append(element("w:pStyle", val=named))
        if keep_next:
            style.append(element("w:keepNext"))
        style.append(element("w:jc", val=align))
        paragraph.append(style)
        add_text(paragraph, cell_text(cell), marked=isinstance(cell, Marked))
        place.append(paragraph)
        row.append(place)
    return row

"""The marked copy of what could not be taken: original cells, row numbers, reasons."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from steward.domain.intake import Rejection
from steward.errors import IntakeError
from steward.ledger.intake.files import CellTable
from steward.ledger.intake.headers import REASON, ROW_NUMBER, Headers


def write_error_copy(
    path: Path, table: CellTable, headers: Headers, rejections: Sequence[Rejection]
) -> None:
    """Write the rejected rows in the file's own format and encoding, whole or not at all.

    Its first two columns are 原行号 and 错误原因; corrected, it can be taken in as it is.
    Raises IntakeError when it cannot be written.
    """
    head = [*table.rows[headers.row]]
    if head[:2] == [ROW_NUMBER, REASON]:  # the copy of a copy
        head = head[2:]
        rows = [[r.row_number, r.reason, *r.cells[2:]] for r in rejections]
    else:
        rows = [[r.row_number, r.reason, *r.cells] for r in rejections]
    lines = [[ROW_NUMBER, REASON, *head], *rows]
    half = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if table.kind == "xlsx":
            write_marked(half, lines)
        else:
            _write_csv(half, lines, table.encoding)
        os.replace(half, path)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        half.unlink(missing_ok=True)
        raise IntakeError(f"错误副本无法写入：{error}", place=str(path), retry=True) from error


def _write_csv(path: Path, lines: list[list[Any]], encoding: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    path.write_bytes(text.getvalue().encode(encoding))


def write_marked(target: Path | BinaryIO, lines: Sequence[Sequence[Any]]) -> None:
    """Write lines, of which the first is the head and the second column the reason, as a workbook.

    Raises OSError, xlsxwriter's FileCreateError.
    """
    # Text stays text: nothing in a cell may become a formula or a link.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(
        str(target) if isinstance(target, Path) else target, options
    ) as workbook:
        sheet = workbook.add_worksheet("错误行")
        marked = workbook.add_format({"bg_color": "#FDE2E1", "text_wrap": True})
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        instant = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for row, line in enumerate(lines):
            for column, cell in enumerate(line):
                if isinstance(cell, datetime):
                    sheet.write_datetime(row, column, cell, instant)
                elif isinstance(cell, date):
                    sheet.write_datetime(row, column, cell, day)
                elif isinstance(cell, int | float) and not isinstance(cell, bool):
                    sheet.write_number(row, column, cell)
                elif cell not in (None, ""):
                    sheet.write_string(row, column, str(cell), marked if column == 1 else None)
        sheet.set_column(1, 1, 48)
        sheet.freeze_panes(1, 2)

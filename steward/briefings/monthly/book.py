"""The sheets of a monthly report as an XLSX."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from steward.briefings.characters import clean
from steward.briefings.monthly.sheets import Sheet, sheets
from steward.domain.reports import MonthlyReport
from steward.errors import DocumentError
from steward.files import whole_file

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}


def write_book(report: MonthlyReport, path: Path, *, at: datetime) -> None:
    """Write every sheet, whole or not at all; `at`: when it was made. Raises DocumentError."""
    with whole_file(path, DocumentError) as half, xlsxwriter.Workbook(str(half), _OPTIONS) as book:
        book.set_properties(
            {
                "title": report.title,
                "author": report.issuer,
                "created": at.astimezone(UTC).replace(tzinfo=None),
            }
        )
        heading = book.add_format({"bold": True, "bg_color": "#E4EEF1", "border": 1})
        dated = book.add_format({"num_format": "yyyy-mm-dd"})
        rated = book.add_format({"num_format": "0.0"})
        for sheet in sheets(report):
            _fill(book.add_worksheet(sheet.name), sheet, heading, dated, rated)


def _fill(page: Any, sheet: Sheet, heading: Any, dated: Any, rated: Any) -> None:
    for column, (words, width) in enumerate(sheet.columns):
        page.set_column(column, column, width)
        page.write_string(0, column, words, heading)
    page.freeze_panes(1, 1)
    for number, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row):
            match value:
                case str():
                    page.write_string(number, column, clean(value))
                case int():
                    page.write_number(number, column, value)
                case Decimal():
                    page.write_number(number, column, float(value), rated)
                case date():
                    page.write_datetime(number, column, value, dated)

"""Sheets of true numbers and dates as an XLSX, to a file or to a stream."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from steward.briefings.characters import clean
from steward.domain.sheets import guarded
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import DocumentError
from steward.files import whole_file

Value = str | int | float | Decimal | date | datetime | None
LONGEST = 32_767  # characters of a cell, as Excel has it
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, (heading, width in characters) of each column, its rows.

    A Decimal is shown with the places it has, an instant in the district's time; None is empty.
    `frozen`: so many columns stay when the others are moved; `filtered`: with Excel's filter.
    """

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[Value]]
    frozen: int = 1
    filtered: bool = False


def write_workbook(
    path: Path, sheets: Iterable[Sheet], *, title: str, author: str, at: datetime
) -> None:
    """Write the sheets as a file, whole or not at all; the same sheets give the same bytes.

    `at`: when it was made. Raises DocumentError: a full disk, a text longer than a cell takes.
    """
    with whole_file(path, DocumentError) as half:
        try:
            write_sheets(str(half), sheets, title=title, author=author, at=at)
        except FileCreateError as error:
            cause = error.args[0] if error.args else error
            raise DocumentError(f"文件无法写入：{cause}", place=str(path), retry=True) from error


def write_sheets(
    target: str | BinaryIO,
    sheets: Iterable[Sheet],
    *,
    title: str = "",
    author: str = "",
    at: datetime | None = None,
) -> int:
    """Write the sheets to a path or a seekable stream; how many rows they have below their heads.

    Memory stays the same however many. Raises DocumentError for a text longer than a cell takes.
    """
    count = 0
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        facts: dict[str, Any] = {"title": title, "author": author}
        if at is not None:
            facts["created"] = at.astimezone(UTC).replace(tzinfo=None)
        book.set_properties(facts)
        formats = _Formats(book)
        for sheet in sheets:
            count += _fill(book.add_worksheet(sheet.name), sheet, formats)
    return count


class _Formats:
    """The book's formats of cells, each made once."""

    def __init__(self, book: Any) -> None:
        self.heading = book.add_format({"bold": True, "bg_color": "#E4EEF1", "border": 1})
        self.instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._book = book
        self._places: dict[int, Any] = {}

    def of(self, number: Decimal) -> Any:
        """That with as many decimals as the number has."""
        places = max(0, -int(number.as_tuple().exponent))
        if places not in self._places:
            form = "0." + "0" * places if places else "0"
            self._places[places] = self._book.add_format({"num_format": form})
        return self._places[places]


def _fill(page: Any, sheet: Sheet, formats: _Formats) -> int:
    for column, (heading, width) in enumerate(sheet.columns):
        page.set_column(column, column, width)
        page.write_string(0, column, heading, formats.heading)
    page.freeze_panes(1, sheet.frozen)
    count = 0
    for count, row in enumerate(sheet.rows, 1):
        for column, value in enumerate(row):
            _write(page, count, column, value, formats)
    if sheet.filtered:
        page.autofilter(0, 0, max(count, 1), len(sheet.columns) - 1)
    return count


def _write(page: Any, row: int, column: int, value: Value, formats: _Formats) -> None:
    match value:
        case None | "":
            return
        case str():
            text = guarded(clean(value))
            if len(text) > LONGEST:
                raise DocumentError(
                    "文字太长，Excel 的一格放不下", place=f"{page.name} 第 {row} 行"
                )
            page.write_string(row, column, text)
        case Decimal():
            page.write_number(row, column, float(value), formats.of(value))
        case datetime():
            local = value.astimezone(DISTRICT_ZONE) if value.tzinfo else value
            page.write_datetime(
                row, column, local.replace(tzinfo=None, microsecond=0), formats.instant
            )
        case date():
            page.write_datetime(row, column, value, formats.day)
        case _:
            page.write_number(row, column, value)

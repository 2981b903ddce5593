"""Hazards as a file that intake takes back: CSV for any program, XLSX with true dates.

The columns are those of the domain's "Files that arrive". Hazards of several sources have one more
column, 来源: of such a file intake takes the rows of the source it is told, and returns the rest.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import BinaryIO

import xlsxwriter

from steward.domain.hazards import LEVEL_NAMES, SOURCE_NAMES, STATUS_NAMES
from steward.domain.search import Hazard
from steward.domain.sheets import guarded
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import LedgerError
from steward.ledger.intake.headers import CHINESE, SOURCE

Cell = str | date | datetime | None

MOST_ROWS = 1_048_575  # of a worksheet, below its headings
_LONGEST = 32_767  # characters of a worksheet's cell
_WIDTHS = {
    "隐患编号": 16,
    "企业名称": 32,
    "统一社会信用代码": 21,
    "隐患描述": 50,
    "发现时间": 19,
    "整改期限": 12,
    "整改完成时间": 19,
    "闭环时间": 19,
}


def file_name(what: str, today: date, kind: str) -> str:
    """隐患台账_临浦镇_2021-11-16.xlsx; `what` "" for no word in between."""
    plain = "".join(one for one in what if one.isalnum())[:40]
    return "_".join(["隐患台账", *([plain] if plain else []), f"{today}.{kind}"])


def csv_lines(hazards: Iterable[Hazard], *, with_source: bool) -> Iterator[str]:
    """The lines of a CSV, the first with the mark by which spreadsheets know that it is UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(_headings(with_source))
    for hazard in hazards:
        writer.writerow([_text(cell) for cell in _row(hazard, with_source)])
        if buffer.tell() > 2**15:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def write_xlsx(hazards: Iterable[Hazard], stream: BinaryIO, *, with_source: bool) -> int:
    """Write a workbook to a seekable stream; how many rows it has.

    Memory stays the same however many. Raises LedgerError for more rows, or a longer text, than a
    worksheet has room for: a CSV has.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    headings, count = _headings(with_source), 0
    with xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet("隐患")
        bold = book.add_format({"bold": True, "bg_color": "#E4EEF1", "border": 1})
        when = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for column, heading in enumerate(headings):
            sheet.set_column(column, column, _WIDTHS.get(heading, 12))
            sheet.write_string(0, column, heading, bold)
        sheet.freeze_panes(1, 2)
        for count, hazard in enumerate(hazards, 1):
            if count > MOST_ROWS:
                raise LedgerError(f"超过 {MOST_ROWS} 条，Excel 放不下，请导出 CSV 或缩小范围")
            for column, cell in enumerate(_row(hazard, with_source)):
                if isinstance(cell, datetime):
                    sheet.write_datetime(count, column, cell, when)
                elif isinstance(cell, date):
                    sheet.write_datetime(count, column, cell, day)
                elif cell:
                    text = guarded(cell)
                    if len(text) > _LONGEST:
                        raise LedgerError(
                            "描述太长，Excel 放不下，请导出 CSV", place=hazard.external_id
                        )
                    sheet.write_string(count, column, text)
        sheet.autofilter(0, 0, max(count, 1), len(headings) - 1)
    return count


def _headings(with_source: bool) -> list[str]:
    return [*CHINESE, *([SOURCE] if with_source else [])]


def _row(hazard: Hazard, with_source: bool) -> tuple[Cell, ...]:
    return (
        hazard.external_id,
        hazard.enterprise,
        hazard.credit_code,
        hazard.town,
        hazard.industry,
        hazard.category,
        LEVEL_NAMES[hazard.level],
        hazard.description,
        _local(hazard.found_at),
        hazard.deadline,
        _local(hazard.rectified_at),
        _local(hazard.closed_at),
        STATUS_NAMES[hazard.status],
        *((SOURCE_NAMES[hazard.source],) if with_source else ()),
    )


def _local(instant: datetime | None) -> datetime | None:
    """District time without a zone, to the second: what files say."""
    if instant is None:
        return None
    return instant.astimezone(DISTRICT_ZONE).replace(tzinfo=None, microsecond=0)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return guarded(cell) if isinstance(cell, str) else str(cell)

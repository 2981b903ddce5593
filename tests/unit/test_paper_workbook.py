"""Workbooks: numbers are numbers, dates are dates, and no text becomes a formula."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from steward.briefings.workbook import LONGEST, Sheet, write_sheets, write_workbook
from steward.errors import DocumentError

AT = datetime(2021, 11, 3, 1, 0, tzinfo=UTC)
DANGEROUS = ["=1+1", "+86", "-1", "@SUM(A1)", '=HYPERLINK("http://a.invalid")']


def sheet() -> Sheet:
    rows: list[tuple[object, ...]] = [
        ("𠮷田<&>", 28, Decimal("68.7"), date(2021, 11, 3), AT, None, 0.5),
        ("无", 0, Decimal("100"), date(1999, 1, 1), AT.replace(tzinfo=None), "", 1),
    ]
    columns = [(name, 12) for name in "甲乙丙丁戊己庚"]
    return Sheet("数字", columns, rows, filtered=True)  # type: ignore[arg-type]


def test_values_keep_their_kinds(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    text = Sheet("文字", [("名称", 20)], [(one,) for one in DANGEROUS])
    write_workbook(path, [sheet(), text], title="标题", author="某局", at=AT)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["数字", "文字"]
    assert book.properties.title == "标题"
    assert book.properties.created == AT.replace(tzinfo=None)
    page = book["数字"]
    assert [cell.value for cell in page[1]] == list("甲乙丙丁戊己庚")
    assert [cell.value for cell in page[2]] == [
        "𠮷田<&>",
        28,
        68.7,
        datetime(2021, 11, 3),  # noqa: DTZ001
        datetime(2021, 11, 3, 9, 0),  # noqa: DTZ001  (the district's)
        None,
        0.5,
    ]
    assert [page[row][2].number_format for row in (2, 3)] == ["0.0", "0"]
    assert page.freeze_panes == "B2"
    assert page.auto_filter.ref == "A1:G3"
    cells = [row[0] for row in book["文字"].iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == [f"'{one}" for one in DANGEROUS]
    assert {cell.data_type for cell in cells} == {"s"}


def test_the_same_sheets_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, [sheet()], title="标题", author="某局", at=AT)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_stream_is_written_and_rows_are_counted() -> None:
    stream = io.BytesIO()
    assert write_sheets(stream, [sheet(), sheet_of(0)]) == 2
    with zipfile.ZipFile(stream) as package:
        assert "xl/worksheets/sheet2.xml" in package.namelist()


def test_a_text_that_no_cell_takes_is_refused_not_dropped(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"放不下.*空 第 2 行"):
        write_workbook(
            tmp_path / "a.xlsx",
            [Sheet("空", [("甲", 9)], [("好",), ("长" * (LONGEST + 1),)])],
            title="",
            author="",
            at=AT,
        )
    assert list(tmp_path.iterdir()) == []


def sheet_of(rows: int) -> Sheet:
    return Sheet("空", [("甲", 9)], [(n,) for n in range(rows)])

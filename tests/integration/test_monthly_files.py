"""The four files of one monthly report say the same, and what the ledger says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from lxml import etree

from steward.briefings.monthly import report_document
from steward.domain.documents import Chart, Document
from steward.domain.monthly import MonthCounts
from steward.domain.reports import Issued, MonthlyReport
from steward.domain.sheets import guarded
from steward.operations.make_reports import compute_reports, issue_reports
from steward.storage.base import Base
from steward.storage.engine import Database
from tests.support.months import read_month_plainly
from tests.support.papers import lines_of, packed, pages
from tests.support.reports import AT, BUSY, MONTH, PRESS, file_of, ledger, write


@dataclass(frozen=True)
class Files:
    """A busy town's report of hostile names, its files, and its figures read plainly."""

    report: MonthlyReport
    document: Document
    issued: Issued
    folder: Path
    plain: MonthCounts

    def path(self, ending: str) -> Path:
        return file_of(self.folder, self.issued.issue.id, ending)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Files]:
    folder = tmp_path_factory.mktemp("reports")
    database = Database(f"sqlite:///{folder / 'steward.db'}")
    Base.metadata.create_all(database.engine)
    write(database)
    (report,) = compute_reports(database, MONTH, press=PRESS, towns=[BUSY])
    (issued,) = issue_reports(database, folder, MONTH, press=PRESS, at=AT, towns=[BUSY])
    assert issued.fault == ""
    hazards = [case for case in ledger() if case.town == 1]
    plain = read_month_plainly(hazards, [(3, MONTH.start)], 2, MONTH, MONTH.last_instant)
    yield Files(report, report_document(report, issued.issue), issued, folder, plain)
    database.dispose()


def said(files: Files) -> str:
    return "".join(getattr(block, "text", "") for block in files.document.blocks)


def test_the_sentences_say_the_ledger(files: Files) -> None:
    text, plain = said(files), files.plain
    assert files.report.figures.counts == plain
    assert all((plain.new_hazards, plain.open_major, plain.overdue_hazards, plain.closed_hazards))
    for pattern, number in (
        (r"新增隐患(\d+)条，其中", plain.new_hazards),
        (r"当月闭环(\d+)条。", plain.closed_hazards),
        (r"累计监控隐患(\d+)处", plain.monitored),
        (r"累计闭环(\d+)处", plain.closed_total),
        (r"未闭环(\d+)处，其中重大隐患\d+处", plain.open_hazards),
        (r"未闭环\d+处，其中重大隐患(\d+)处", plain.open_major),
        (r"超期预警企业(\d+)家", plain.overdue_enterprises),
        (r"涉及超期隐患(\d+)处", plain.overdue_hazards),
        (r"隐患到期预警企业(\d+)家", plain.due_soon_enterprises),
        (r"另有(\d+)处未闭环隐患没有填写整改期限", plain.without_deadline),
        (r"当月检查(\d+)家", plain.inspected_enterprises),
    ):
        found = re.search(pattern, text)
        assert found, pattern
        assert int(found[1]) == number, pattern
    assert f"闭环率{plain.closure_rate}%" in text
    assert not re.search(r"None|nan|NaN|Infinity|\bnull\b", lines_of(files.document))


def test_the_pdf_says_what_the_document_says(files: Files) -> None:
    paper = packed("".join(pages(files.path("pdf"))))
    for block in (*files.document.blocks, *files.document.annex):
        if text := getattr(block, "text", ""):
            assert packed(text) in paper
    assert packed(files.report.title) in paper


def test_the_docx_says_what_the_document_says(files: Files) -> None:
    paper = docx.Document(str(files.path("docx")))
    lines = [packed(line.text) for line in paper.paragraphs]
    blocks = (*files.document.blocks, *files.document.annex)
    for block in blocks:
        if text := getattr(block, "text", ""):
            assert packed(text) in lines
    tables = [block for block in blocks if hasattr(block, "rows")]
    assert len(paper.tables) == len(tables)
    numbers = {
        packed(row.cells[0].text): [cell.text for cell in row.cells[1:]]
        for row in paper.tables[1].rows
    }
    assert numbers["新增隐患（条）"][0] == str(files.plain.new_hazards)
    assert numbers["检查率"][0] == f"{files.plain.inspection_rate}%"
    names = {cell.text for one in paper.tables for row in one.rows for cell in row.cells}
    assert {'=1+1 <b>甲&乙</b> "厂"', "重大"} <= names


def test_the_sheets_hold_the_same_numbers_as_numbers(files: Files) -> None:
    book = openpyxl.load_workbook(files.path("xlsx"))
    rows = {row[0]: row[1:] for row in book["主要数据"].iter_rows(values_only=True)}
    plain = files.plain
    for name, number in (
        ("新增隐患（条）", plain.new_hazards),
        ("累计监控（处）", plain.monitored),
        ("未闭环重大隐患（处）", plain.open_major),
        ("超期隐患（处）", plain.overdue_hazards),
        ("闭环率（%）", float(plain.closure_rate or 0)),
        ("整改率（%）", float(plain.rectification_rate or 0)),
    ):
        assert rows[name][0] == number
    assert rows["新增隐患（条）"][2] is None  # a year ago the ledger had not begun
    overdue = list(book["超期隐患"].iter_rows(min_row=2, values_only=True))
    assert len(overdue) == plain.overdue_hazards
    assert all(row[4].date() < date(2021, 10, 31) and row[5] < 0 for row in overdue)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(cell.value == guarded('=1+1 <b>甲&乙</b> "厂"') for cell in cells)


def test_the_json_is_for_programs(files: Files) -> None:
    document: dict[str, Any] = json.loads(files.path("json").read_text(encoding="utf-8"))
    plain = files.plain
    assert document["month"] == "2021-10"
    assert document["counts"]["new_hazards"] == plain.new_hazards
    assert document["counts"]["closure_rate"] == float(plain.closure_rate or 0)
    assert document["last_year"] is None
    assert [one["month"] for one in document["trend"]] == [f"2021-{n:02d}" for n in range(7, 11)]
    assert document["colour"]["colour"] == files.report.colour.colour
    assert {one["days"] < 0 for one in document["overdue"]} == {True}


def test_the_charts_are_pictures_of_the_figures(files: Files) -> None:
    charts = [block for block in files.document.blocks if isinstance(block, Chart)]
    assert len(charts) == 3
    for chart in charts:
        root = etree.fromstring(chart.svg.encode())
        assert "style=" not in chart.svg  # pages forbid inline styles
        texts = [
            (float(t.get("x")), float(t.get("y")), float(t.get("font-size")), t.text or "")
            for t in root.iter("{*}text")
        ]
        width, height = map(float, root.get("viewBox").split()[2:])
        assert all(0 <= x <= width and 0 < y <= height for x, y, _, _ in texts)
        assert width / chart.width_mm == pytest.approx(height / chart.height_mm)
    trend = charts[0]
    for one in files.report.figures.trend:
        assert f"{one.month.name}新增{one.new_hazards}条，闭环{one.closed_hazards}条" in trend.words
    assert "<电子>" in charts[1].words
    assert "&lt;电子&gt;" in charts[1].svg


def test_a_correction_says_so_and_old_files_can_be_made_again(files: Files, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{files.folder / 'steward.db'}")
    try:
        (second,) = issue_reports(
            database, tmp_path, MONTH, press=PRESS, at=AT, towns=[BUSY], reason="补录<2>条"
        )
    finally:
        database.dispose()
    text = packed(next(iter(pages(file_of(tmp_path, second.issue.id, "pdf")))))
    assert "更正第1次：补录<2>条" in text
    assert second.issue.number == 2

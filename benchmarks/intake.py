"""Taking in an XLSX, writing included, beside openpyxl merely reading it."""

from __future__ import annotations

import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import xlsxwriter

from benchmarks.ledger import credit_code, schema
from benchmarks.measured import Measured
from steward.domain.hazards import Source
from steward.ledger.intake.headers import CHINESE
from steward.ledger.towns import ensure_towns, known_towns
from steward.operations.take_file import take_file
from steward.storage import migrate
from steward.storage.engine import Database

ROWS = 100_000
AT = datetime(2021, 11, 16, 1, 0, tzinfo=UTC)


def run(rows: int | None = None) -> list[Measured]:
    """One file of `rows` rows; both databases."""
    number = rows or ROWS
    with tempfile.TemporaryDirectory(prefix="steward-bench-") as place:
        folder = Path(place)
        path = folder / "hazards.xlsx"
        make_file(path, number)
        openpyxl_s = read_with_openpyxl(path)
        lines = []
        for name, url in (("SQLite", f"sqlite:///{folder}/ledger.db"), ("PostgreSQL", "")):
            if url:
                taken_s = take(url, path, number)
            else:
                with schema() as own:
                    taken_s = take(own, path, number)
            what = f"{number:,} rows of XLSX into {name}"
            lines += [
                Measured(what, taken_s, "openpyxl merely reading", openpyxl_s),
                Measured(what, number / taken_s, "openpyxl", number / openpyxl_s, "rows/s"),
            ]
    return lines


def take(url: str, path: Path, number: int) -> float:
    database = Database(url)
    migrate.upgrade(database)
    with database.session(write=True) as session:
        ensure_towns(session)
    started = time.perf_counter()
    report = take_file(
        database, path, Source.SELF_INSPECTION, at=AT, error_folder=path.parent / "errors"
    )
    taken_s = time.perf_counter() - started
    database.dispose()
    if report.rows_new != number:
        raise SystemExit(f"{report.rows_new} of {number} rows taken: {report.rejections[:3]}")
    return taken_s


def read_with_openpyxl(path: Path) -> float:
    started = time.perf_counter()
    workbook = openpyxl.load_workbook(path, read_only=True)
    count = sum(1 for _ in workbook.worksheets[0].iter_rows(values_only=True))
    workbook.close()
    assert count > 1
    return time.perf_counter() - started


def make_file(path: Path, number: int) -> None:
    """All thirteen columns filled as a bureau fills them; dates as Excel's dates."""
    chance = random.Random(1)
    towns = [town.name for town in known_towns()]
    codes = [credit_code(n) for n in range(5_000)]
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        instant = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, list(CHINESE))
        for row in range(1, number + 1):
            enterprise = chance.randrange(5_000)
            found = datetime(2019, 1, 1) + timedelta(minutes=chance.randrange(1_480_000))  # noqa: DTZ001
            closed = found + timedelta(days=9) if chance.random() < 0.7 else None
            sheet.write_row(
                row,
                0,
                [
                    f"ZC{row:08}",
                    f"测试企业{enterprise}有限公司",
                    codes[enterprise],
                    towns[enterprise % 22],
                    "机械制造",
                    f"类别{row % 20}",
                    "一般",
                    "配电箱未设置漏电保护装置，线路老化",
                ],
            )
            sheet.write_datetime(row, 8, found, instant)
            sheet.write_datetime(row, 9, found + timedelta(days=15), day)
            if closed:
                sheet.write_datetime(row, 10, closed - timedelta(days=1), instant)
                sheet.write_datetime(row, 11, closed, instant)
            sheet.write_string(row, 12, "已闭环" if closed else "整改中")

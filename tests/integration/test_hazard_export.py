"""A list of hazards as a file, taken in again: nothing is new, nothing changed, nothing refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from steward.domain.hazards import SOURCE_NAMES, Source, Status
from steward.domain.search import HazardFilter
from steward.domain.sheets import guarded, unguarded
from steward.errors import LedgerError
from steward.ledger.demonstration.enterprises import credit_code
from steward.ledger.intake.headers import CHINESE
from steward.ledger.queries import acts
from steward.ledger.tables import HazardRow
from steward.ledger.towns import ensure_towns
from steward.operations.export_hazards import csv_lines, write_xlsx
from steward.operations.find_hazards import walk_hazards
from steward.storage.base import Base
from steward.storage.engine import Database
from tests.support.arriving import arriving, take

AT = datetime(2021, 11, 16, 1, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
ALL = HazardFilter(date(2021, 11, 16))
NAME = "云岚机械有限公司"
FIRST_ROWS = [
    [
        "0012",
        NAME,
        "",
        "瓜沥镇",
        "机械制造",
        "电气线路",
        "一般",
        "线路老化",
        "2021-11-15",
        "2021-11-30",
    ],
    [
        "ZC-2",
        "=厂",
        "",
        "330109113",
        "",
        "消防",
        "重大",
        '两\n行 "引"',
        "2021/11/14 08:05",
        "",
        "2021-11-15",
        "",
        "待复查",
    ],
    [
        "ZC-3",
        NAME,
        credit_code(7),
        "瓜沥镇",
        "",
        "电气",
        "一般",
        "=1+1",
        "2021-11-10 23:59",
        "",
        "2021-11-12 10:00:07",
        "2021-11-13",
        "已闭环",
    ],
    [
        "ZC-4",
        "@厂",
        "",
        "瓜沥镇",
        "",
        "-类别",
        "一般",
        "+86 电话",
        "2021-11-10",
        "",
        "",
        "",
        "整改中",
    ],
    ["ZC-5", NAME, "", "瓜沥镇", "", "电气", "一般", "'''-三", "2021-11-11", "2021-11-25"],
]
GRID_ROWS = [["WG-1", NAME, "", "瓜沥镇", "", "消防通道", "一般", "", "2021-11-12"]]


@pytest.fixture
def ledger(database: Database, tmp_path: Path) -> Database:
    with database.session(write=True) as session:
        ensure_towns(session)
    report = take(database, arriving(tmp_path, FIRST_ROWS), at=LATER)
    assert (report.rows_new, report.rejections) == (5, ())
    # Acts take place at instants finer than any file says, and what is voided is exported, too.
    with database.session(write=True) as session:
        at = AT + timedelta(microseconds=654_321)
        acts.move(session, 4, Status.AWAITING_REVIEW, at=at)
        acts.move(session, 4, Status.CLOSED, at=at + timedelta(microseconds=1))
        acts.void(session, 5, at=at, reason="重复登记")
    return database


def write(database: Database, path: Path, *, with_source: bool = False) -> Path:
    hazards = walk_hazards(database, ALL)
    if path.suffix == ".csv":
        lines = csv_lines(hazards, with_source=with_source)
        path.write_text("".join(lines), encoding="utf-8", newline="")
    else:
        with path.open("wb") as stream:
            write_xlsx(hazards, stream, with_source=with_source)
    return path


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_taken_in_again_changes_nothing(
    ledger: Database, tmp_path: Path, form: str
) -> None:
    before = list(walk_hazards(ledger, ALL))
    report = take(ledger, write(ledger, tmp_path / f"台账.{form}"), at=LATER)
    assert (report.rows_new, report.rows_updated, report.rejections) == (0, 0, ())
    assert (report.rows_unchanged, report.unknown_columns) == (5, ())
    assert list(walk_hazards(ledger, ALL)) == before


def test_into_an_empty_ledger_it_brings_everything_but_what_is_voided(
    ledger: Database, tmp_path: Path
) -> None:
    path = write(ledger, tmp_path / "台账.xlsx")
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    Base.metadata.create_all(other.engine)
    with other.session(write=True) as session:
        ensure_towns(session)
    report = take(other, path, at=LATER)
    assert [(one.row_number, one.reason) for one in report.rejections] == [
        (6, "状态不能为已作废：作废须由人员办理")
    ]
    there, here = list(walk_hazards(other, ALL)), list(walk_hazards(ledger, ALL))
    # Of the act's instant a file keeps the second.
    whole = [
        replace(
            one,
            enterprise_id=0,
            rectified_at=one.rectified_at and one.rectified_at.replace(microsecond=0),
            closed_at=one.closed_at and one.closed_at.replace(microsecond=0),
        )
        for one in here[:4]
    ]
    assert [replace(one, enterprise_id=0) for one in there] == whole
    other.dispose()


def test_a_file_of_several_sources_is_taken_one_source_at_a_time(
    ledger: Database, tmp_path: Path
) -> None:
    assert (
        take(ledger, arriving(tmp_path, GRID_ROWS), at=LATER, source=Source.GRID_PATROL).rows_new
        == 1
    )
    mixed = write(ledger, tmp_path / "全部.xlsx", with_source=True)
    report = take(ledger, mixed, at=LATER, source=Source.GRID_PATROL)
    assert (report.rows_new, report.rows_updated, report.rows_unchanged) == (0, 0, 1)
    assert {one.reason for one in report.rejections} == {
        "来源是“企业自查”，不是这次导入的“网格巡查”"
    }
    assert report.error_copy is not None
    rest = take(ledger, Path(report.error_copy), at=LATER)
    assert (rest.rows_new, rest.rows_updated, rest.rows_unchanged) == (0, 0, 5)
    assert rest.rejections == ()


def test_nothing_in_the_workbook_is_a_formula_and_dates_are_dates(
    ledger: Database, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(write(ledger, tmp_path / "台账.xlsx", with_source=True))
    rows = list(book.worksheets[0].iter_rows())
    assert [cell.value for cell in rows[0]] == [*CHINESE, "来源"]
    assert {cell.data_type for row in rows for cell in row} <= {"s", "d", "n"}
    assert {cell.value for row in rows for cell in row if cell.data_type == "n"} == {None}
    assert rows[1][8].value == datetime(2021, 11, 15)  # noqa: DTZ001  (as Excel has it)
    assert rows[3][7].value == "'=1+1"
    assert rows[3][13].value == SOURCE_NAMES[Source.SELF_INSPECTION]


def test_a_text_no_cell_has_room_for_is_refused_in_a_workbook_and_kept_in_a_csv(
    ledger: Database, tmp_path: Path
) -> None:
    with ledger.session(write=True) as session:
        session.execute(update(HazardRow).values(description="长" * 32_768))
    with pytest.raises(LedgerError, match="请导出 CSV"):
        write(ledger, tmp_path / "台账.xlsx")
    report = take(ledger, write(ledger, tmp_path / "台账.csv"), at=LATER)
    assert (report.rows_unchanged, report.rejections) == (5, ())


@given(st.text(alphabet="'=+-@a隐", max_size=6))
def test_what_is_guarded_comes_back_and_is_no_formula(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in ("=", "+", "-", "@")

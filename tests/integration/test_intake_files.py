"""Files as bureaus send them, taken in on both databases."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from click.testing import CliRunner
from sqlalchemy import func, select

from steward.cli import steward
from steward.domain.hazards import Source
from steward.domain.intake import IntakeReport
from steward.errors import IntakeError, StorageBusy
from steward.ledger import tally
from steward.ledger.demonstration.enterprises import credit_code
from steward.ledger.intake.headers import CHINESE
from steward.ledger.tables import (
    EnterpriseRow,
    ExtensionRow,
    HazardChangeRow,
    HazardRow,
    HazardTallyRow,
    InspectionRow,
    IntakeRunRow,
    RejectedRow,
)
from steward.ledger.towns import ensure_towns
from steward.operations.take_file import take_file
from steward.storage.engine import Database

AT = datetime(2021, 11, 16, 1, 0, tzinfo=UTC)
HEADER = ",".join(CHINESE)
GOOD = (
    "ZC-1,云岚机械有限公司,,瓜沥镇,机械制造,电气线路,一般,线路老化,2021-11-15 09:30,2021-11-30,,,"
)


@pytest.fixture
def ledger(database: Database) -> Database:
    with database.session(write=True) as session:
        ensure_towns(session)
    return database


def take(ledger: Database, path: Path, at: datetime = AT, **options: Any) -> IntakeReport:
    folder = path.parent / "errors"
    return take_file(ledger, path, Source.SELF_INSPECTION, at=at, error_folder=folder, **options)


def csv_file(folder: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = folder / "自查.csv"
    path.write_bytes("\r\n".join([header, *rows, ""]).encode(encoding))
    return path


def count(ledger: Database, table: Any) -> int:
    with ledger.session() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def hazards(ledger: Database) -> list[HazardRow]:
    with ledger.session() as session:
        return list(session.scalars(select(HazardRow).order_by(HazardRow.id)))


def require_tally(ledger: Database) -> None:
    """The tally is what a rebuild from the rows gives."""

    def lines() -> set[Any]:
        with ledger.session() as session:
            rows = session.execute(select(HazardTallyRow.__table__)).all()
            return {row for row in rows if any(row[5:])}

    kept = lines()
    with ledger.session(write=True) as session:
        tally.rebuild(session)
    assert kept == lines()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_in_every_encoding(ledger: Database, tmp_path: Path, encoding: str) -> None:
    report = take(ledger, csv_file(tmp_path, GOOD, encoding=encoding))
    assert (report.rows_read, report.rows_new, report.rejections) == (1, 1, ())
    row = hazards(ledger)[0]
    assert (row.external_id, row.category, row.status) == ("ZC-1", "电气线路", "registered")
    assert row.found_at == datetime(2021, 11, 15, 1, 30, tzinfo=UTC)
    assert row.deadline == date(2021, 11, 30)
    assert count(ledger, InspectionRow) == 1
    require_tally(ledger)


def test_headers_in_any_order_and_language_with_others_kept(
    ledger: Database, tmp_path: Path
) -> None:
    path = csv_file(
        tmp_path,
        "2021/11/15,一般,消防通道,330109113,云岚机械有限公司,7,张三",
        header=" found_at ,Level,category*,town,enterprise_name,隐患　编号,网格员",
    )
    report = take(ledger, path)
    assert report.rejections == ()
    assert report.unknown_columns == ("网格员",)
    row = hazards(ledger)[0]
    assert row.external_id == "7"
    assert row.extra == {"网格员": "张三"}


def test_an_xlsx_with_a_title_floats_dates_and_full_width_forms(
    ledger: Database, tmp_path: Path
) -> None:
    path = tmp_path / "台账.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy/m/d"})
        sheet.write(0, 0, "2021年11月隐患台账")
        sheet.write_row(2, 0, HEADER.split(","))
        sheet.write_row(3, 0, [12.0, "　云岚机械有限公司 ", "", " 瓜沥镇", "", "电气线路", "一般"])
        sheet.write_datetime(3, 8, datetime(2021, 11, 15), day)  # noqa: DTZ001
        sheet.write_number(3, 9, 44530)
        sheet.write_row(
            4, 0, ["ＺＣ－１３", "望舒纺织有限公司", "", "衙前镇", "", "消防通道", "重大", ""]
        )
        sheet.write_string(4, 8, "２０２１－１１－１５　０８：３０")
        sheet.write_string(4, 9, "2021年11月30日")
    report = take(ledger, path)
    assert report.rejections == ()
    first, second = hazards(ledger)
    assert (first.external_id, second.external_id) == ("12", "ZC-13")
    assert first.deadline == second.deadline == date(2021, 11, 30)
    assert second.found_at == datetime(2021, 11, 15, 0, 30, tzinfo=UTC)
    with ledger.session() as session:
        names = set(session.scalars(select(EnterpriseRow.name)))
    assert names == {"云岚机械有限公司", "望舒纺织有限公司"}


BAD_ROWS = {
    "缺少隐患编号": GOOD.replace("ZC-1", "", 1),
    "所属镇街“瓜沥市”不认识": GOOD.replace("瓜沥镇", "瓜沥市"),
    "隐患等级“严重”不认识": GOOD.replace("一般", "严重"),
    "整改期限早于发现时间": GOOD.replace("2021-11-30", "2021-11-14"),
    "发现时间：“昨天”不是日期": GOOD.replace("2021-11-15 09:30", "昨天"),
    "“2021-02-30”不是日历上有的时间": GOOD.replace("2021-11-30", "2021-02-30"),
    "发现时间在导入时刻之后": GOOD.replace("2021-11-15 09:30", "2021-11-16 09:01"),
    "统一社会信用代码“123”不正确": GOOD.replace("有限公司,,", "有限公司,123,"),
    "状态与闭环时间矛盾": GOOD + "已闭环",
    "闭环时间早于发现时间": GOOD.replace(",,,", ",,2021-11-14,"),
    "列数不对": GOOD + ",多出来的",
    "缺少发现时间": GOOD.replace("2021-11-15 09:30", ""),
}


@pytest.mark.parametrize("reason", BAD_ROWS)
def test_a_bad_row_comes_back_marked_and_the_others_are_taken(
    ledger: Database, tmp_path: Path, reason: str
) -> None:
    path = csv_file(
        tmp_path, "", BAD_ROWS[reason], GOOD.replace("ZC-1", "ZC-2"), encoding="gb18030"
    )
    report = take(ledger, path)
    assert (report.rows_new, len(report.rejections)) == (1, 1)
    assert report.rejections[0].row_number == 3
    assert reason in report.rejections[0].reason
    assert report.error_copy is not None
    copy = Path(report.error_copy).read_bytes().decode("gb18030").splitlines()
    assert copy[0] == f"原行号,错误原因,{HEADER}"
    assert copy[1].startswith("3,")
    assert reason in copy[1]
    assert copy[1].endswith(BAD_ROWS[reason])
    assert count(ledger, RejectedRow) == 1
    require_tally(ledger)


def test_a_corrected_error_copy_is_taken_as_it_is(ledger: Database, tmp_path: Path) -> None:
    report = take(ledger, csv_file(tmp_path, GOOD.replace("一般", "严重")))
    assert report.error_copy is not None
    copy = Path(report.error_copy)
    copy.write_bytes(copy.read_bytes().replace("严重".encode(), "重大".encode()))
    again = take(ledger, copy)
    assert (again.rows_new, again.rejections, again.unknown_columns) == (1, (), ())


def test_an_xlsx_error_copy_is_an_xlsx_without_formulas(ledger: Database, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER.split(","))
        sheet.write_row(1, 0, ["1", "=1+1", "", "火星镇", "", "电气线路", "一般", "", "2021-11-15"])
    report = take(ledger, path)
    assert report.error_copy is not None
    rows = list(openpyxl.load_workbook(report.error_copy).worksheets[0].iter_rows())
    assert [cell.value for cell in rows[0]][:3] == ["原行号", "错误原因", "隐患编号"]
    assert rows[1][0].value == 2
    assert "火星镇" in str(rows[1][1].value)
    assert (rows[1][3].value, rows[1][3].data_type) == ("=1+1", "s")


def test_the_same_file_again_takes_nothing(ledger: Database, tmp_path: Path) -> None:
    path = csv_file(tmp_path, GOOD, GOOD.replace("ZC-1", "ZC-2"))
    take(ledger, path)
    again = take(ledger, path)
    assert (again.rows_new, again.rows_updated, again.rows_unchanged) == (0, 0, 2)
    assert (count(ledger, HazardRow), count(ledger, InspectionRow)) == (2, 1)
    assert count(ledger, IntakeRunRow) == 2


def test_an_update_keeps_the_history(ledger: Database, tmp_path: Path) -> None:
    take(ledger, csv_file(tmp_path, GOOD))
    changed = GOOD.replace("2021-11-30", "2021-12-30").replace("电气线路", "消防通道")
    later = AT + timedelta(days=1)
    closed = changed.replace(",,,", ",2021-11-16,2021-11-16 15:00,")
    assert take(ledger, csv_file(tmp_path, closed), at=later).rows_updated == 1
    row = hazards(ledger)[0]
    assert (row.status, row.deadline, row.category) == ("closed", date(2021, 12, 30), "消防通道")
    with ledger.session() as session:
        extension = session.scalars(select(ExtensionRow)).one()
        assert (extension.old_deadline, extension.at) == (date(2021, 11, 30), later)
        changes = {c.field: c for c in session.scalars(select(HazardChangeRow))}
    assert (changes["category"].before, changes["category"].after) == ("电气线路", "消防通道")
    assert changes["status"].at == datetime(2021, 11, 16, 7, 0, tzinfo=UTC)
    require_tally(ledger)
    back = take(ledger, csv_file(tmp_path, changed), at=later)
    assert "不能从“已闭环”改回“已登记”" in back.rejections[0].reason


def test_a_number_twice_in_a_file_is_an_error_of_the_second(
    ledger: Database, tmp_path: Path
) -> None:
    report = take(ledger, csv_file(tmp_path, GOOD, GOOD))
    assert report.rows_new == 1
    assert report.rejections[0].reason == "隐患编号“ZC-1”与第 2 行重复"


def test_enterprises_are_known_by_code_else_by_name_and_town(
    ledger: Database, tmp_path: Path
) -> None:
    code = credit_code(1)
    rows = [
        GOOD,
        GOOD.replace("ZC-1", "ZC-2").replace("有限公司,,", f"有限公司,{code},"),
        GOOD.replace("ZC-1", "ZC-3").replace("云岚机械有限公司,,", f"改名的公司,{code},"),
        GOOD.replace("ZC-1", "ZC-4").replace("瓜沥镇", "衙前镇"),
    ]
    take(ledger, csv_file(tmp_path, *rows))
    first, second, third, fourth = (row.enterprise_id for row in hazards(ledger))
    assert first == second == third != fourth
    take(ledger, csv_file(tmp_path, GOOD.replace("ZC-1", "ZC-5")))
    assert count(ledger, EnterpriseRow) == 2


def test_a_dry_run_writes_nothing(ledger: Database, tmp_path: Path) -> None:
    report = take(ledger, csv_file(tmp_path, GOOD, BAD_ROWS["缺少隐患编号"]), dry_run=True)
    assert (report.rows_new, len(report.rejections), report.error_copy) == (1, 1, None)
    assert not (tmp_path / "errors").exists()
    for table in (HazardRow, EnterpriseRow, IntakeRunRow, RejectedRow, HazardTallyRow):
        assert count(ledger, table) == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件是空的"),
        (b"PK\x03\x04 broken", "Excel 文件已损坏"),
        (b"\xd0\xcf\x11\xe0old", "旧版 Excel"),
        ("编号,名称\n1,2\n".encode(), "缺少必需的列：隐患编号、企业名称、所属镇街"),
        (b"\x81\xff\xfe\xff,", "编码"),
        ((HEADER + ",状态\n" + GOOD).encode(), "列名重复：状态"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_whole(
    sqlite_database: Database, tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "坏.xlsx"
    path.write_bytes(content)
    with pytest.raises(IntakeError, match=sentence) as refused:
        take(sqlite_database, path)
    assert refused.value.place == str(path)
    assert count(sqlite_database, IntakeRunRow) == 0


def test_a_missing_file_is_named(sqlite_database: Database, tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="文件不存在"):
        take(sqlite_database, tmp_path / "没有.csv")


_CRASH = """
import os, signal, sys
from pathlib import Path
from datetime import UTC, datetime
from steward.domain.hazards import Source
from steward.operations.take_file import take_file
from steward.storage.engine import Database
def die(done, all_):
    os.kill(os.getpid(), signal.SIGKILL)
take_file(Database(sys.argv[1]), Path(sys.argv[2]), Source.SELF_INSPECTION,
          at=datetime(2021, 11, 16, 1, 0, tzinfo=UTC), error_folder=Path("e"), progress=die)
"""


def test_a_crash_half_way_leaves_nothing_and_the_next_run_takes_it_once(
    ledger: Database, database_url: str, tmp_path: Path
) -> None:
    path = csv_file(tmp_path, *(GOOD.replace("ZC-1", f"ZC-{n}") for n in range(300)))
    done = subprocess.run([sys.executable, "-c", _CRASH, database_url, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert (count(ledger, HazardRow), count(ledger, IntakeRunRow)) == (0, 0)
    assert take(ledger, path).rows_new == 300
    assert count(ledger, HazardRow) == 300
    require_tally(ledger)


def test_a_locked_database_is_said_so(
    sqlite_url: str, sqlite_database: Database, tmp_path: Path
) -> None:
    with sqlite_database.session(write=True) as session:
        ensure_towns(session)
    other = Database(sqlite_url, busy_timeout_ms=50)
    with (
        sqlite_database.session(write=True),
        pytest.raises(StorageBusy, match="正被其他程序占用") as refused,
    ):
        take(other, csv_file(tmp_path, GOOD))
    assert refused.value.retry
    other.dispose()


def test_the_command_reports_and_its_exit_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEWARD_DATA_DIR", str(tmp_path / "var"))
    good = csv_file(tmp_path, GOOD)
    arguments = ["intake", str(good), "--source", "self_inspection"]
    runner = CliRunner()
    refused = runner.invoke(steward, arguments)
    assert refused.exit_code != 0
    assert runner.invoke(steward, ["database", "upgrade"]).exit_code == 0
    taken = runner.invoke(steward, [*arguments, "--json"])
    assert taken.exit_code == 0, taken.output
    assert json.loads(taken.output)[0]["rows_new"] == 1
    csv_file(tmp_path, BAD_ROWS["缺少隐患编号"])
    rejected = runner.invoke(steward, arguments)
    assert rejected.exit_code == 2
    assert "第 2 行：缺少隐患编号" in rejected.output
    missing = runner.invoke(steward, ["intake", "没有.csv", *arguments[1:]])
    assert missing.exit_code == 1
    assert list((tmp_path / "var" / "intake").iterdir())

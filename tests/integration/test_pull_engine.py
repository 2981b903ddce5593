"""Sources by their plans: the file is read anew, what is due is run, what is old is an alarm."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from steward.cli import steward
from steward.domain.alarms import AlarmKind
from steward.errors import PlanError, SourceError
from steward.ledger.tables import HazardRow
from steward.ledger.towns import ensure_towns
from steward.operations.ask_source import ask_source
from steward.operations.pull_sources import Puller, declare_sources, pull_sources
from steward.operations.show_alarms import open_alarms
from steward.operations.show_sources import file_faults, show_sources
from steward.operations.watch_alarms import watch_alarms
from steward.scheduler.pulling import check_when, next_firing
from steward.storage import migrate
from steward.storage.engine import Database
from tests.support import studios
from tests.support.accounts import DUTY
from tests.support.upstream import NOW, Upstream, case, cases, means, sqlite_upstream

MINUTE = timedelta(minutes=1)
SOURCE = """
[[source]]
name = "{name}"
kind = "database"
source = "enforcement"
when = "*/10 * * * *"
stale_after_hours = 24
url = "{url}"
query = "SELECT * FROM cases WHERE changed >= :watermark"
watermark = "changed"
since = 2021-01-01
[source.columns]
case_no = "隐患编号"
company = "企业名称"
place = "所属镇街"
kind = "隐患类别"
grade = "隐患等级"
seen_at = "发现时间"
note = "隐患描述"
"""


@pytest.fixture
def upstream(tmp_path: Path) -> Iterator[Upstream]:
    with sqlite_upstream(tmp_path) as own:
        own.put(*cases(range(3)))
        yield own


@pytest.fixture
def house(sqlite_database: Database) -> Database:
    with sqlite_database.session(write=True) as session:
        ensure_towns(session)
    return sqlite_database


@pytest.fixture
def puller(tmp_path: Path) -> Puller:
    return Puller(tmp_path / "sources.toml", check_when, means(next_at=next_firing))


def write(puller: Puller, text: str) -> None:
    puller.file.write_text(text, encoding="utf-8")


def run(house: Database, puller: Puller, now: datetime) -> list[str]:
    puller.means = means(now, next_at=next_firing)
    return [one.source for one in pull_sources(house, puller, now=now)]


def held(database: Database) -> int:
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(HazardRow)) or 0


def test_what_is_due_is_run_by_its_plan(
    house: Database, puller: Puller, upstream: Upstream
) -> None:
    assert run(house, puller, NOW) == []
    assert file_faults(house) == ("", ())
    write(puller, SOURCE.format(name="执法平台", url=upstream.url))
    assert run(house, puller, NOW + MINUTE) == ["执法平台"]  # at once, when it is new
    assert held(house) == 3
    assert run(house, puller, NOW + 9 * MINUTE) == []
    assert run(house, puller, NOW + 10 * MINUTE) == ["执法平台"]
    (one,) = show_sources(house, at=NOW + 11 * MINUTE)
    assert one.next_at == NOW + 20 * MINUTE
    assert one.as_of == NOW + 10 * MINUTE
    ask_source(house, "执法平台", at=NOW + 12 * MINUTE, by=DUTY)
    with pytest.raises(SourceError, match="值班员已经要求"):
        ask_source(house, "执法平台", at=NOW + 12 * MINUTE, by=DUTY)
    assert run(house, puller, NOW + 12 * MINUTE) == ["执法平台"]
    (one,) = show_sources(house, at=NOW + 13 * MINUTE)
    assert one.last is not None
    assert (one.last.asked_by, one.asked_by) == ("值班员", None)


def test_a_fault_in_the_file_stops_that_source_alone_and_is_an_alarm(
    house: Database, puller: Puller, upstream: Upstream, tmp_path: Path
) -> None:
    good = SOURCE.format(name="甲", url=upstream.url)
    write(puller, good + SOURCE.format(name="乙", url=upstream.url).replace("since", "sinse"))
    assert run(house, puller, NOW) == ["甲"]
    path, faults = file_faults(house)
    assert path == str(puller.file)
    assert faults[0] == "第 2 个 [[source]] 的 since：缺少这一项"
    studio = studios.studio_of(house, tmp_path)
    (alarm,) = watch_alarms(studio, now=NOW)
    assert alarm.kind is AlarmKind.SOURCE
    assert "2 处不对：第 2 个 [[source]]" in alarm.text
    # A file that cannot be read takes nothing away.
    write(puller, "[[source")
    assert run(house, puller, NOW + 10 * MINUTE) == ["甲"]
    write(puller, good)
    assert run(house, puller, NOW + 20 * MINUTE) == ["甲"]
    watch_alarms(studio, now=NOW + 20 * MINUTE)
    assert open_alarms(house) == []


def test_a_source_that_grows_old_is_one_alarm_until_it_is_fresh(
    house: Database, puller: Puller, upstream: Upstream, tmp_path: Path
) -> None:
    studio = studios.studio_of(house, tmp_path)
    write(puller, SOURCE.format(name="执法平台", url=upstream.url))
    run(house, puller, NOW)
    upstream.do("ALTER TABLE cases RENAME TO gone")
    later = NOW + timedelta(hours=25)
    run(house, puller, later)
    assert watch_alarms(studio, now=NOW + timedelta(hours=24)) == []
    (alarm,) = watch_alarms(studio, now=later)
    assert alarm.text == (
        "区镇执法检查的数据来源“执法平台”数据截至 11月16日 09:00，已超过 24 小时未更新；"
        "最近一次：数据库拒绝了查询：no such table: cases"
    )
    assert watch_alarms(studio, now=later + MINUTE) == []
    upstream.do("ALTER TABLE gone RENAME TO cases")
    assert run(house, puller, later + MINUTE) == ["执法平台"]
    watch_alarms(studio, now=later + 2 * MINUTE)
    assert open_alarms(house) == []


def test_what_is_declared_no_more_is_let_go_and_may_come_back(
    house: Database, puller: Puller, upstream: Upstream
) -> None:
    write(puller, SOURCE.format(name="执法平台", url=upstream.url))
    run(house, puller, NOW)
    puller.file.unlink()
    assert run(house, puller, NOW + 10 * MINUTE) == []
    assert show_sources(house, at=NOW + 10 * MINUTE) == []
    upstream.put(case(1, changed=datetime(2021, 11, 16, 9, 15)))  # noqa: DTZ001
    write(puller, SOURCE.format(name="执法平台", url=upstream.url))
    assert run(house, puller, NOW + 20 * MINUTE) == ["执法平台"]
    (one,) = show_sources(house, at=NOW + 20 * MINUTE)
    assert one.last is not None
    assert one.last.rows_read == 3  # it goes on from where it had got to


@pytest.mark.parametrize("text", ["2021-11-16T09:00", "61 * * * *", "* * * *"])
def test_a_plan_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(PlanError):
        check_when(text)


def test_the_engine_pulls_in_a_lane_of_its_own(
    house: Database, puller: Puller, upstream: Upstream, tmp_path: Path
) -> None:
    write(puller, SOURCE.format(name="执法平台", url=upstream.url))
    engine = studios.engine_of(studios.studio_of(house, tmp_path), tmp_path, puller=puller)
    thread = threading.Thread(target=engine.run)
    thread.start()
    try:
        until = time.monotonic() + 30
        while held(house) < 3 and time.monotonic() < until:
            engine.runner.wait(0.05)
        assert held(house) == 3
    finally:
        engine.runner.stop()
        thread.join()


def pull(*arguments: str) -> Result:
    return CliRunner().invoke(steward, ["pull", *arguments])


def test_the_command_pulls_and_tells(
    tmp_path: Path, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STEWARD_DEMO_CLOCK", "2021-11-16T09:00")
    monkeypatch.setenv("STEWARD_DATA_DIR", str(tmp_path / "var"))
    database = Database(f"sqlite:///{tmp_path / 'var' / 'steward.db'}")
    migrate.upgrade(database)
    with database.session(write=True) as session:
        ensure_towns(session)
    nothing = pull()
    assert isinstance(nothing.exception, SourceError)
    file = tmp_path / "var" / "sources.toml"
    file.write_text(SOURCE.format(name="执法平台", url=upstream.url), encoding="utf-8")
    first = pull()
    assert first.exit_code == 0, first.output
    lines = [line.split() for line in first.stdout.splitlines()]
    assert lines[0] == ["来源", "读", "新增", "更新", "未变", "未接收", "用时", "结果"]
    assert lines[1][:6] == ["执法平台", "3", "3", "0", "0", "0"]
    assert lines[1][-1] == "完成"
    upstream.put(case(4, place="临蒲镇"))
    assert pull("执法平台").exit_code == 2
    assert isinstance(pull("没有的").exception, SourceError)
    upstream.do("DROP TABLE cases")
    failed = pull("--json")
    assert failed.exit_code == 1
    assert "no such table" in failed.stdout
    file.write_text(file.read_text(encoding="utf-8") + "bad = 1\n", encoding="utf-8")
    assert "第 1 个 [[source]] 的 columns.bad" in pull().stderr
    declare_sources(database, Puller(file, check_when, means()), now=NOW)
    database.dispose()

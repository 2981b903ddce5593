"""`steward hazard`: the same acts as on its page."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from steward.cli import steward
from steward.domain.hazards import Source, Status
from steward.ledger.queries import acts
from steward.storage import migrate
from steward.storage.engine import Database
from tests.support.arriving import arriving, take
from tests.support.stage import Stage, SteppedClock

ROWS = [
    ["A-1", "北塘化工厂", "", "临浦镇", "", "消防通道", "一般", "", "2021-11-01", "2021-11-13"],
    ["A-2", "北塘化工厂", "", "临浦镇", "", "消防通道", "一般", "", "2021-11-02", "2021-11-13"],
]


@pytest.fixture
def ledger(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    database = Database(sqlite_url)
    migrate.upgrade(database)
    Stage(database, tmp_path / "var")
    at = SteppedClock().now()
    take(database, arriving(tmp_path, ROWS), at=at)
    take(database, arriving(tmp_path, ROWS[:1]), at=at, source=Source.GRID_PATROL)
    monkeypatch.setenv("STEWARD_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("STEWARD_DATA_DIR", str(tmp_path / "var"))
    return database


def run(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(steward, ["hazard", *words])
    assert done.exit_code == code, done.output
    return done.output + (str(done.exception) if code else "")


def test_a_hazard_is_shown_acted_on_and_taken_back(ledger: Database) -> None:
    assert "期限 2021-11-13" in run("show", "A-2")
    run("extend", "A-2", "--to", "2021-12-01", "--reason", "停产改造")
    run("rectify", "A-2")
    assert "请写明" in run("review", "A-2", "--failed", code=1)
    assert "已闭环" in run("review", "A-2", "--passed")
    assert "待复查" in run("reopen", "A-2", "--reason", "点错了")
    life = run("show", "A-2")
    for words in ("2021-11-13 → 2021-12-01", "停产改造", "已闭环 → 待复查", "来件.csv"):
        assert words in life
    assert "A-1（企业自查）" in run("merge", "A-2", "--into", "A-1", code=1)
    assert "已并入 A-1" in run("merge", "A-2", "--into", "A-1（网格巡查）")
    assert "待复查" in run("restore", "A-2", "--reason", "两回事")
    assert "已作废" in run("void", "A-2", "--reason", "登记错了")
    with ledger.session() as session:
        assert acts.hazard(session, 2).status == Status.VOIDED
    ledger.dispose()


def test_a_number_that_several_sources_have_must_say_which(ledger: Database) -> None:
    assert "请指明来源" in run("show", "A-1", code=1)
    assert "网格巡查" in run("show", "A-1", "--source", "grid_patrol")
    assert "没有这个编号" in run("void", "A-9", "--reason", "错", code=1)
    ledger.dispose()

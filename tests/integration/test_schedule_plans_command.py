"""`steward plans` and `steward broadcasts`, as staff type them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from steward.cli import steward
from steward.errors import BroadcastError, PlanError
from steward.storage.engine import Database
from tests.support import studios
from tests.support.studios import SLOT


@pytest.fixture
def command(
    sqlite_database: Database, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CliRunner:
    """A runner whose settings name a house with the hall `main` and two hazards."""
    monkeypatch.setenv("STEWARD_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("STEWARD_DATABASE_URL", sqlite_url)
    studios.ledger(sqlite_database)
    studios.plan_for(sqlite_database, "0 9 * * 2")
    return CliRunner()


def said(result: Result) -> str:
    if result.exception is not None:
        raise result.exception
    return result.output


def test_a_plan_is_added_listed_and_removed(command: CliRunner) -> None:
    add = ["plans", "add", "30 8 * * 1-5", "--title", "每日播报", "--template", "daily"]
    added = said(command.invoke(steward, [*add, "--days", "workdays", "--town", "330109105"]))
    assert "已添加计划" in added
    assert "首次播报" in added
    listed = json.loads(said(command.invoke(steward, ["plans", "list", "--json"])))
    mine = next(plan for plan in listed if plan["title"] == "每日播报")
    assert mine["when"] == "30 8 * * 1-5"
    assert mine["day_rule"] == "workdays"
    assert mine["town"] == "330109105"
    table = said(command.invoke(steward, ["plans", "list"]))
    assert "仅工作日" in table
    assert "补播（30 分钟内）" in table
    assert "已删除" in said(command.invoke(steward, ["plans", "remove", str(mine["id"])]))
    assert "每日播报" not in said(command.invoke(steward, ["plans", "list"]))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["每周一"], "五段"),
        (["61 9 * * 1"], "某一段不对"),
        (["0 9 31 2 *"], "不会再播报"),
        (["2001-01-01T09:00"], "不会再播报"),
        (["0 9 * * 1", "--hall", "cellar"], "没有名为“cellar”的大厅，现有：main"),
        (["0 9 * * 1", "--template", "yearly"], "没有名为“yearly”的播报模板"),
        (["0 9 * * 1", "--town", "不存在"], "没有名称或代码为“不存在”的镇街"),
        (["0 9 * * 1", "--title", " "], "名称应为 1 至 80 个字"),
    ],
)
def test_a_wrong_plan_is_refused_and_leaves_nothing(
    command: CliRunner, arguments: list[str], sentence: str
) -> None:
    before = said(command.invoke(steward, ["plans", "list", "--json"]))
    with pytest.raises(PlanError, match=sentence):
        said(command.invoke(steward, ["plans", "add", *arguments]))
    assert said(command.invoke(steward, ["plans", "list", "--json"])) == before


def test_removing_what_is_not_there_is_refused(command: CliRunner) -> None:
    with pytest.raises(PlanError, match="没有编号为 99 的计划"):
        said(command.invoke(steward, ["plans", "remove", "99"]))


def test_next_warns_loudly_of_an_unknown_year(
    command: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEWARD_DEMO_CLOCK", "2026-12-31T12:00")
    add = ["plans", "add", "0 9 * * *", "--days", "workdays"]
    said(command.invoke(steward, add))
    result = command.invoke(steward, ["plans", "next"])
    assert "2027-01-01" in result.stdout  # a plain Friday, as far as anybody knows
    assert "2027 年的放假调休安排未知" in result.stderr
    document = json.loads(command.invoke(steward, ["plans", "next", "--json"]).stdout)
    assert len(document["warnings"]) == 1


def test_a_broadcast_is_listed_and_shown(
    command: CliRunner, sqlite_database: Database, tmp_path: Path
) -> None:
    assert "还没有播报" in said(command.invoke(steward, ["broadcasts", "list"]))
    engine = studios.engine_of(studios.studio_of(sqlite_database, tmp_path), tmp_path)
    engine.tick(SLOT)
    studios.work_off(engine, SLOT)
    engine.tick(SLOT)
    listed = said(command.invoke(steward, ["broadcasts", "list"]))
    assert "播报中" in listed
    assert "2021-11-16 09:00:00" in listed
    shown = said(command.invoke(steward, ["broadcasts", "show", "1"]))
    assert "本周新增隐患2条" in shown
    assert "待播 → 播报中" in shown
    assert "第 1 句的声音已合成" in shown
    assert "没有回执" in shown
    document = json.loads(said(command.invoke(steward, ["broadcasts", "show", "1", "--json"])))
    assert document["evidence"]["new_hazards"] == [1, 2]
    assert document["figures"]["new_hazards"] == 2
    assert "已取消" in said(command.invoke(steward, ["broadcasts", "cancel", "1"]))
    with pytest.raises(BroadcastError, match="不能变为"):
        said(command.invoke(steward, ["broadcasts", "release", "1"]))

"""`steward hall`, `zone` and `players`, as staff type them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from steward.broadcasts.queries import broadcasts
from steward.cli import steward
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import Priority
from steward.errors import BroadcastError, NotFound, PlaceError
from steward.operations.note_player import Answer, note_player
from steward.operations.show_hall import find_hall
from steward.storage.engine import Database
from tests.support.stage import Stage


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Stage:
    return Stage(sqlite_database, tmp_path)


@pytest.fixture
def command(stage: Stage, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("STEWARD_DATA_DIR", str(stage.folder))
    monkeypatch.setenv("STEWARD_DATABASE_URL", sqlite_url)
    return CliRunner()


def said(result: Result) -> str:
    if result.exception is not None:
        raise result.exception
    return result.output


def test_a_hall_is_paused_shown_and_goes_on(command: CliRunner, stage: Stage) -> None:
    now = datetime.now(UTC)
    playing = stage.broadcast(now)
    stage.move(playing, S.PLAYING, now)
    paused = said(command.invoke(steward, ["hall", "pause", "main"]))
    assert "已暂停，“每周播报”停在当前一句" in paused
    assert stage.row(playing).state == "ready"
    shown = said(command.invoke(steward, ["hall", "show", "main"]))
    assert "已暂停：" in shown
    assert f"等待继续：播报 {playing}“每周播报”，从第 1 句" in shown
    assert "暂停播报，紧急播报除外" in shown
    assert "已继续" in said(command.invoke(steward, ["hall", "resume", "main"]))
    document = json.loads(said(command.invoke(steward, ["hall", "show", "main", "--json"])))
    assert document["paused_at"] is None


def test_skip_and_stop_say_what_they_cancelled(command: CliRunner, stage: Stage) -> None:
    now = datetime.now(UTC)
    playing, waiting = stage.broadcast(now), stage.broadcast(now, title="每日播报")
    urgent = stage.broadcast(now, title="撤离", priority=Priority.EMERGENCY)
    stage.move(playing, S.PLAYING, now)
    skipped = said(command.invoke(steward, ["hall", "skip", "main"]))
    assert f"已跳过播报 {playing}“每周播报”" in skipped
    stopped = said(command.invoke(steward, ["hall", "stop", "main"]))
    assert f"已取消播报 {waiting}“每日播报”" in stopped
    assert f"紧急播报 {urgent}“撤离”没有停；要停请加 --emergencies" in stopped
    stopped = said(command.invoke(steward, ["hall", "stop", "main", "--emergencies"]))
    assert f"已取消播报 {urgent}" in stopped
    assert "没有正在播" in said(command.invoke(steward, ["hall", "stop", "main"]))
    with stage.database.session() as session:
        assert {row.state for row in broadcasts.recent(session)} == {"cancelled"}


def test_quiet_hours_and_volumes_are_set_and_taken_back(command: CliRunner) -> None:
    set_ = said(command.invoke(steward, ["hall", "quiet", "main", "12:00-14:00,22:00-07:00"]))
    assert "安静时段：12:00-14:00,22:00-07:00" in set_
    said(command.invoke(steward, ["hall", "volume", "main", "40"]))
    said(command.invoke(steward, ["hall", "volume", "main", "70", "--priority", "important"]))
    shown = said(command.invoke(steward, ["hall", "show", "main"]))
    assert "安静时段：12:00-14:00,22:00-07:00" in shown
    assert "音量：40（紧急 60，重要 70，常规 40，提示 40）" in shown
    said(command.invoke(steward, ["hall", "volume", "main", "--priority", "important"]))
    assert "已取消安静时段" in said(command.invoke(steward, ["hall", "quiet", "main", "off"]))
    shown = said(command.invoke(steward, ["hall", "show", "main"]))
    assert "安静时段：无" in shown
    assert "重要 40" in shown


@pytest.mark.parametrize(
    ("arguments", "kind", "sentence"),
    [
        (["pause", "cellar"], NotFound, "没有名为“cellar”的大厅"),
        (["resume", "main"], BroadcastError, "大厅没有暂停（指挥大厅）"),
        (["skip", "main"], BroadcastError, "大厅现在没有在播报"),
        (["quiet", "main", "noon"], BroadcastError, "“noon”不是时段"),
        (["volume", "main"], BroadcastError, "没有写明音量"),
        (["volume", "main", "10", "--priority", "emergency"], BroadcastError, "60–100"),
    ],
)
def test_what_cannot_be_is_told(
    command: CliRunner, arguments: list[str], kind: type[Exception], sentence: str
) -> None:
    result = command.invoke(steward, ["hall", *arguments])
    assert isinstance(result.exception, kind)
    assert sentence in str(result.exception)


def test_halls_and_zones_are_added_listed_moved_and_removed(command: CliRunner) -> None:
    for arguments in (
        ["zone", "add", "south", "南片"],
        ["zone", "add", "linpu", "临浦", "--parent", "south"],
        ["hall", "add", "canteen", "食堂", "--kind", "room", "--zone", "linpu"],
        ["hall", "add", "office", "临浦镇安监办", "--kind", "town_office", "--town", "临浦镇"],
        ["hall", "move", "office", "south"],
        ["hall", "change", "canteen", "新食堂", "--kind", "room"],
        ["zone", "rename", "linpu", "临浦片"],
    ):
        said(command.invoke(steward, arguments))
    listed = said(command.invoke(steward, ["zone", "list"]))
    assert [line.split() for line in listed.splitlines()] == [
        ["区域", "标题", "大厅"],
        ["south", "南片", "临浦镇安监办"],
        ["linpu", "临浦片", "新食堂"],
    ]
    places = json.loads(said(command.invoke(steward, ["hall", "list", "--json"])))
    assert [(one["name"], one["kind"], one["zone"]) for one in places] == [
        ("office", "town_office", "south"),
        ("canteen", "room", "linpu"),
        ("main", "hall", None),
    ]
    said(command.invoke(steward, ["hall", "remove", "canteen"]))
    said(command.invoke(steward, ["zone", "move", "linpu"]))
    said(command.invoke(steward, ["zone", "remove", "linpu"]))
    refused = command.invoke(steward, ["zone", "remove", "south"])
    assert isinstance(refused.exception, PlaceError)
    assert "新食堂" not in said(command.invoke(steward, ["hall", "list"]))


def test_players_are_enrolled_listed_moved_and_retired(command: CliRunner, stage: Stage) -> None:
    def note(**report: object) -> Answer:
        whole = {"player": "player0001", "sound": "ready", **report}
        hall = find_hall(stage.database, "main")
        now = datetime.now(UTC)
        return note_player(stage.database, hall, whole, at=now, user_agent="x", clock_at=now)

    assert "还没有播放点来过" in said(command.invoke(steward, ["players", "list"]))
    code = note().code
    assert "player（未登记）" in said(command.invoke(steward, ["players", "list"]))
    said(command.invoke(steward, ["players", "enrol", code.lower(), "走廊音箱"]))
    secret = note().secret
    said(command.invoke(steward, ["hall", "add", "second", "二号厅"]))
    said(command.invoke(steward, ["players", "change", "1", "二号音箱", "second"]))
    assert note(secret=secret).hall == "second"
    (known,) = json.loads(said(command.invoke(steward, ["players", "list", "--json"])))
    assert (known["title"], known["hall"], known["key"]) == ("二号音箱", "second", "player")
    assert code not in str(known)
    assert "已注销播放点“二号音箱”" in said(command.invoke(steward, ["players", "retire", "1"]))
    refused = command.invoke(steward, ["players", "retire", "1"])
    assert isinstance(refused.exception, NotFound)

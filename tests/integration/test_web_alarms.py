"""Alarms on the pages: listed, counted in every header, taken notice of once, followed."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from steward.broadcasts.queries import alarms
from steward.domain.accounts import Role
from steward.domain.alarms import AlarmKind, Wrong
from steward.operations.read_audit import search_audit
from steward.storage.engine import Database
from steward.web.alarms import PAGE
from tests.support import studios
from tests.support.accounts import enter, form_token
from tests.support.stage import Stage, SteppedClock

K = AlarmKind


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Stage:
    return Stage(sqlite_database, tmp_path / "var")


def put(stage: Stage, clock: SteppedClock, subject: str, kind: AlarmKind, text: str) -> int:
    with stage.database.session(write=True) as session:
        row = alarms.raise_(
            session, Wrong(subject, kind, text, hall_id=stage.hall_id), at=clock.now()
        )
        assert row is not None
        return row.id


def end(stage: Stage, clock: SteppedClock, *ids: int) -> None:
    with stage.database.session(write=True) as session:
        alarms.clear(session, ids, at=clock.now())


def count(page: str) -> str:
    """What the header shows."""
    found = re.search(r"<b data-count( hidden)?>(\d+)</b>", page)
    assert found is not None
    return "" if found[1] else found[2]


def notice(client: FlaskClient, number: int, **fields: str) -> tuple[int, str]:
    fields["csrf_token"] = form_token(client, "/alarms")
    answer = client.post("/alarms/seen", data=fields | {"alarm": str(number)})
    return answer.status_code, answer.location or answer.text


def test_without_alarms_the_page_says_that_all_is_well(client: FlaskClient) -> None:
    page = client.get("/alarms").text
    assert "没有告警" in page
    assert "还没有过" in page
    assert "指挥大厅没有登记的播放点：那里以任何播放点的回执为准" in page
    assert count(page) == ""


def test_every_page_counts_them_and_the_first_page_lists_them(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    put(stage, clock, "past:1", K.UNHEARD, "指挥大厅“每周播报”没有人听到")
    put(stage, clock, "held:1", K.HELD, "指挥大厅“演练”已扣留")
    for address in ("/", "/alarms", "/voices", "/password"):
        assert count(client.get(address).text) == "2", address
    index = client.get("/").text
    assert "等您处理：1 个告警" in index
    assert "没有人听到" in index
    assert "已扣留" not in index  # what is held has a part of its own there
    page = client.get("/alarms").text
    for drawn, buttons in ((index, 1), (page, 2)):
        assert len(re.findall(r'<button [^>]*form="notice" name="alarm"', drawn)) == buttons
    assert page.index("已扣留") < page.index("没有人听到")  # the newest first


def test_taking_notice_is_put_down_once_and_ends_what_cannot_be_cured(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    past = put(stage, clock, "past:1", K.UNHEARD, "没有人听到一")
    gone = put(stage, clock, "silent_player:1", K.SILENT_PLAYER, "失联")
    clock.step(60)
    assert notice(client, past, next="/") == (303, "/")
    assert notice(client, gone, next="//evil.example") == (303, "/")
    status, page = notice(client, gone)
    assert status == 400
    assert "operator-1已经知道这个告警" in page
    assert notice(client, 99)[0] == 404
    for odd in ("", "x", "-1", "99999999999999999999"):
        fields = {"csrf_token": form_token(client, "/alarms"), "alarm": odd}
        assert client.post("/alarms/seen", data=fields).status_code == 400
    page = client.get("/alarms").text
    assert count(page) == ""
    open_, over = page.split("以往的告警")
    assert "失联" in open_
    assert "operator-1 11月16日 09:01:00 知道了" in open_
    assert "<button" not in open_.partition("<main")[2]
    assert "没有人听到一" in over
    acts = search_audit(stage.database, what="alarm_noticed")
    assert [(act.who, act.about) for act in acts] == [
        ("operator-1", f"告警 {gone}"),
        ("operator-1", f"告警 {past}"),
    ]


def test_a_viewer_sees_them_and_may_not_take_notice(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    number = put(stage, clock, "past:1", K.UNHEARD, "没有人听到一")
    token = form_token(client, "/alarms")
    enter(client, stage.database, Role.VIEWER, at=clock.now())
    page = client.get("/alarms").text
    assert "没有人听到一" in page
    assert "知道了" not in page
    refused = client.post("/alarms/seen", data={"csrf_token": token, "alarm": number})
    assert refused.status_code == 403
    with client.session_transaction() as cookie:
        cookie.clear()
    assert client.get("/alarms").status_code == 303
    assert client.get("/alarms.json").status_code == 401


def test_what_is_over_is_paged(client: FlaskClient, stage: Stage, clock: SteppedClock) -> None:
    ids = [put(stage, clock, f"held:{n}", K.HELD, f"第{n}个") for n in range(PAGE + 2)]
    end(stage, clock, *ids)
    first = client.get("/alarms").text
    assert len(re.findall(r"第\d+个", first)) == PAGE
    older = re.search(r'href="(/alarms\?before=\d+)"', first)
    assert older is not None
    second = client.get(older[1]).text
    assert re.findall(r"第\d+个", second) == ["第1个", "第0个"]
    assert "更早的" not in second
    assert "自行恢复" in second
    for odd in ("x", "-1", "99999999999999999999999"):
        assert client.get(f"/alarms?before={odd}").status_code == 200


def test_what_did_not_change_is_drawn_the_same_and_is_not_put_in_anew(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    def live(address: str) -> str:
        return client.get(address).text.partition('data-live="alarms">')[2].partition("</div>")[0]

    assert client.get("/alarms.json").get_json() == {"unseen": 0}
    number = put(stage, clock, "past:1", K.UNHEARD, "<b>一</b>")
    assert client.get("/alarms.json").get_json() == {"unseen": 1}
    for address in ("/", "/alarms"):
        drawn = live(address)
        clock.step(2)
        assert "&lt;b&gt;一&lt;/b&gt;" in drawn
        assert drawn == live(address)
    end(stage, clock, number)
    assert client.get("/alarms.json").get_json() == {"unseen": 0}


def test_an_engine_that_stands_still_is_told_though_it_raises_nothing(
    client: FlaskClient, stage: Stage, clock: SteppedClock, tmp_path: Path
) -> None:
    assert "播报引擎没有运行" not in client.get("/").text  # nobody has started one yet
    engine = studios.engine_of(studios.studio_of(stage.database, tmp_path), tmp_path)
    engine.tick(clock.now())
    clock.step(59)
    assert client.get("/alarms.json").get_json() == {"unseen": 0}
    clock.step(1)
    for address in ("/", "/alarms"):
        page = client.get(address).text
        assert "播报引擎没有运行</b>：11月16日 09:00:00 之后没有动静" in page
        assert count(page) == "1"
        assert "没有告警" not in page
        assert "没有等您处理的事" not in page
    engine.tick(clock.now())
    assert client.get("/alarms.json").get_json() == {"unseen": 0}
    clock.step(-3600)  # a demonstration begun anew
    engine.tick(clock.now())
    clock.step(70)
    assert "播报引擎没有运行" in client.get("/alarms").text


def test_a_page_left_open_does_not_keep_anybody_logged_in(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    idle = timedelta(minutes=stage.settings.session_minutes)
    until = clock.now() + idle + timedelta(minutes=1)
    while clock.now() < until:
        clock.step(20 * 60)
        asked = client.get("/alarms.json", headers={"Steward-Background": "1"}).status_code
    assert asked == 401
    enter(client, stage.database, Role.OPERATOR, at=clock.now())
    clock.step(idle.total_seconds() - 60)
    assert client.get("/alarms").status_code == 200  # somebody is there
    clock.step(idle.total_seconds() - 60)
    assert client.get("/alarms.json").status_code == 200

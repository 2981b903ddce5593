"""The players on the console: who is there, how each does; enrolled, renamed, moved, retired."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from steward.domain.accounts import Role
from steward.operations.keep_halls import add_hall
from steward.operations.show_players import show_players
from steward.storage.engine import Database
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support.accounts import DUTY, enter, submit
from tests.support.served import no_plans
from tests.support.stage import Stage, SteppedClock


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Stage:
    return Stage(sqlite_database, tmp_path / "var")


def note(client: FlaskClient, key: str = "player0001", **report: object) -> dict[str, object]:
    whole = {"player": key, "sound": "ready", **report}
    answer = client.post("/hall/main/players", json=whole)
    assert answer.status_code == 200, answer.text
    told: dict[str, object] = answer.get_json()
    return told


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def enrol(client: FlaskClient, title: str = "大厅主屏") -> dict[str, object]:
    code = note(client)["code"]
    status, onward = submit(client, "/players", code=str(code), title=title)
    assert (status, onward) == (303, "/players?done=1")
    return note(client)


def test_a_player_is_enrolled_by_what_its_screen_shows(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    told = enrol(client)
    assert told["enrolled"] is True
    now = clock.now().timestamp() * 1000
    note(client, secret=told["secret"], version="0.1.0", volume=70, clock=round(now) + 5000)
    page = words(client.get("/players?done=1").text)
    assert "播放点： 1 个都在线" in page
    assert "大厅主屏 指挥大厅 ● 在线 11月16日 09:00:00 能出声 70 快 5 秒 浏览器 0.1.0" in page
    clock.step(754)
    page = words(client.get("/players").text)
    assert "播放点： 1 个失联" in page
    assert "✕ 已 13 分钟没有报到" in page
    assert "没有登记的（一天之内来过） 没有" in page


def test_a_forged_note_or_receipt_is_refused_in_words(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    secret = enrol(client)["secret"]
    note(client, secret=secret)
    broadcast_id = stage.broadcast(clock.now())
    report = {"player": "player0001", "broadcast_id": broadcast_id, "event": "ended"}
    for path, body in (
        ("players", {"player": "player0001", "sound": "ready"}),
        ("players", {"player": "player0001", "sound": "ready", "secret": "x"}),
        ("receipts", report),
        ("receipts", report | {"secret": "x"}),
    ):
        answer = client.post(f"/hall/main/{path}", json=body)
        assert answer.status_code == 403
        assert answer.get_json()["place"] == "secret"
        assert "登记凭证不对" in answer.get_json()["error"]
    note(client, "player0002")
    assert client.post("/hall/main/receipts", json=report | {"secret": secret}).status_code == 201
    other = report | {"player": "player0002"}
    assert client.post("/hall/main/receipts", json=other).status_code == 201
    page = words(client.get(f"/broadcasts/{broadcast_id}").text)
    assert "播放点 大厅主屏 播完" in page
    assert "播放点 player（未登记） 播完" in page
    assert str(secret) not in client.get("/players").text


def test_a_player_is_renamed_moved_and_retired(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    add_hall(stage.database, "second", "二号厅", at=clock.now(), by=DUTY)
    secret = enrol(client)["secret"]
    assert submit(client, "/players/1", title="二号屏", hall="second")[0] == 303
    assert note(client, secret=secret)["hall"] == "second"
    assert "二号屏 二号厅" in words(client.get("/players").text)
    status, page = submit(client, "/players/1", title="<script>", hall="main")
    assert status == 400
    assert "标题应为 1 至 40 个字" in page
    assert 'value="&lt;script&gt;"' in page
    assert '<option value="main" selected>' in page
    assert submit(client, "/players/1", title="屏", hall="nowhere")[0] == 404
    csrf = re.findall(r'csrf_token" value="([^"]+)"', client.get("/players/1").text)[0]
    gone = client.post("/players/1/retire", data={"csrf_token": csrf})
    assert (gone.status_code, gone.location) == (303, "/players")
    assert client.get("/players/1").status_code == 404
    assert note(client, secret=secret)["enrolled"] is False


def test_a_wrong_code_is_refused_and_what_was_typed_stays(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    code = str(note(client)["code"])
    status, page = submit(client, "/players", code="XXXXXX", title="大厅主屏")
    assert status == 400
    assert "没有播放点正显示登记码“XXXXXX”" in page
    assert 'value="XXXXXX"' in page
    assert 'value="大厅主屏"' in page
    clock.step(900)
    assert submit(client, "/players", code=code, title="大厅主屏")[0] == 400
    assert show_players(stage.database, at=clock.now())[0].enrolled_at is None


def test_a_viewer_sees_the_players_and_nobody_sees_their_codes(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    code = str(note(client)["code"])
    for role in (Role.VIEWER, Role.ADMIN):
        enter(client, stage.database, role, at=clock.now())
        page = client.get("/players").text
        assert "player" in page
        assert code not in page
        assert ("登记一个播放点" in page) == (role is Role.ADMIN)


def test_how_long_is_too_long_is_a_setting(stage: Stage, clock: SteppedClock) -> None:
    settings = stage.settings.model_copy(update={"player_silent_s": 600.0})
    app = create_app(settings, stage.database, clock, no_plans)
    with app.test_client() as client:
        enter(client, stage.database, Role.OPERATOR, at=clock.now())
        enrol(client)
        for seconds, words_ in ((600, "1 个都在线"), (1, "已 10 分钟没有报到")):
            clock.step(seconds)
            assert words_ in words(client.get("/players").text)
    app.extensions[EXTENSION].tail.stop()


def test_in_a_demonstration_no_clock_is_wrong(stage: Stage, clock: SteppedClock) -> None:
    settings = stage.settings.model_copy(update={"demo_clock": "2021-11-16T09:00"})
    app = create_app(settings, stage.database, clock, no_plans)
    note(app.test_client(), clock=1)
    assert show_players(stage.database, at=clock.now())[0].clock_ms is None
    app.extensions[EXTENSION].tail.stop()

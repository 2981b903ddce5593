"""What players report: taken when it is right, refused with a sentence when it is not."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient

from steward.broadcasts.queries import airings, broadcasts, players, receipts
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import ReceiptEvent
from steward.web.factory import create_app
from tests.support.served import no_plans
from tests.support.stage import Stage, SteppedClock

PLAYER = "player0001"


@pytest.fixture
def client(stage: Stage, clock: SteppedClock) -> FlaskClient:
    return create_app(stage.settings, stage.database, clock, no_plans).test_client()


def test_a_receipt_is_on_record_with_its_player(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    broadcast_id = stage.broadcast(clock.now())
    for event, ordinal in (("started", None), ("clause", 0), ("clause", 1), ("ended", None)):
        at = clock.step(1)
        answer = client.post(
            "/hall/main/receipts",
            json={
                "player": PLAYER,
                "broadcast_id": broadcast_id,
                "event": event,
                "ordinal": ordinal,
            },
            headers={"User-Agent": "Chromium"},
        )
        assert answer.status_code == 201
    with stage.database.session() as session:
        rows = receipts.of_broadcast(session, broadcast_id)
        assert [(row.event, row.ordinal, key) for row, key in rows] == [
            ("started", None, PLAYER),
            ("clause", 0, PLAYER),
            ("clause", 1, PLAYER),
            ("ended", None, PLAYER),
        ]
        ended = receipts.first(session, broadcast_id, ReceiptEvent.ENDED)
        assert ended is not None
        assert ended.at == at
        (player,) = players.of_hall(session, stage.hall_id, at)
        assert (player.user_agent, player.sound) == ("Chromium", "unknown")


def test_a_player_tells_whether_it_can_be_heard(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    for sound in ("blocked", "ready"):
        answer = client.post("/hall/main/players", json={"player": PLAYER, "sound": sound})
        assert answer.status_code == 200
        with stage.database.session() as session:
            (player,) = players.of_hall(session, stage.hall_id, clock.now())
            assert player.sound == sound
        clock.step(30)
    broadcast_id = stage.broadcast(clock.now())
    report = {"player": PLAYER, "broadcast_id": broadcast_id, "event": "blocked"}
    assert client.post("/hall/main/receipts", json=report).status_code == 201
    with stage.database.session() as session:
        (player,) = players.of_hall(session, stage.hall_id, clock.now())
        assert player.sound == "blocked"


def test_two_first_reports_at_once_make_one_player(stage: Stage, clock: SteppedClock) -> None:
    app = create_app(stage.settings, stage.database, clock, no_plans)

    def report(_: int) -> int:
        body = {"player": PLAYER, "sound": "ready"}
        return app.test_client().post("/hall/main/players", json=body).status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(report, range(12))) == [200] * 12
    with stage.database.session() as session:
        assert len(players.of_hall(session, stage.hall_id, clock.now())) == 1


def test_an_interrupted_broadcast_goes_on_with_its_clause(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    broadcast_id = stage.broadcast(clock.now())
    stage.move(broadcast_id, S.PLAYING, clock.step(1))
    stage.move(broadcast_id, S.READY, clock.step(2), why="紧急播报")
    report = {
        "player": PLAYER,
        "broadcast_id": broadcast_id,
        "event": "interrupted",
        "ordinal": 2,
    }
    assert client.post("/hall/main/receipts", json=report).status_code == 201
    with stage.database.session(write=True) as session:
        row = broadcasts.get(session, broadcast_id)
        row.from_ordinal = airings.resume_ordinal(session, row, chime_ms=1500)
    stage.move(broadcast_id, S.PLAYING, clock.step(30))
    document = client.get(f"/hall/main/broadcasts/{broadcast_id}.json").get_json()
    assert document["from_ordinal"] == 2
    assert document["playing_since"] == clock.now().isoformat()


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"player": "短"}, 400, "播放点编号"),
        ({"player": "UPPERCASE1"}, 400, "播放点编号"),
        ({"player": "x" * 41}, 400, "播放点编号"),
        ({"player": None}, 400, "播放点编号"),
        ({"broadcast_id": "1"}, 400, "播报编号"),
        ({"broadcast_id": None}, 400, "播报编号"),
        ({"broadcast_id": True}, 400, "播报编号"),
        ({"broadcast_id": 2**63}, 400, "播报编号"),
        ({"broadcast_id": 4711}, 404, "没有编号为 4711 的播报"),
        ({"event": "sung"}, 400, "回执类型"),
        ({"event": ["ended"]}, 400, "回执类型"),
        ({"ordinal": -1}, 400, "分句序号"),
        ({"ordinal": 4}, 400, "没有第 5 句"),
        ({"detail": 5}, 400, "说明"),
    ],
)
def test_a_wrong_report_is_refused_and_leaves_nothing(
    client: FlaskClient,
    stage: Stage,
    clock: SteppedClock,
    change: dict[str, Any],
    status: int,
    sentence: str,
) -> None:
    broadcast_id = stage.broadcast(clock.now())
    report = {"player": PLAYER, "broadcast_id": broadcast_id, "event": "ended"} | change
    answer = client.post("/hall/main/receipts", json=report)
    assert answer.status_code == status
    assert sentence in answer.get_json()["error"]
    with stage.database.session() as session:
        assert receipts.of_broadcast(session, broadcast_id) == []
        assert players.of_hall(session, stage.hall_id, clock.now()) == []


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 15_000, "application/json", 400),
        (b"player=a", "application/x-www-form-urlencoded", 415),
        (b"{}" + b" " * 20_000, "application/json", 413),
    ],
)
def test_a_malformed_body_is_refused(
    client: FlaskClient, body: bytes, content_type: str, status: int
) -> None:
    answer = client.post("/hall/main/receipts", data=body, content_type=content_type)
    assert answer.status_code == status
    assert answer.get_json()["error"]


def test_what_no_database_keeps_of_a_detail_is_left_out(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    broadcast_id = stage.broadcast(clock.now())
    report = {"player": PLAYER, "broadcast_id": broadcast_id, "event": "ended"}
    sent = json.dumps(report | {"detail": "a\0b\ud800" + "c" * 300})
    answer = client.post("/hall/main/receipts", data=sent, content_type="application/json")
    assert answer.status_code == 201
    with stage.database.session() as session:
        ((row, _),) = receipts.of_broadcast(session, broadcast_id)
    assert row.detail == "ab" + "c" * 198


def test_a_hall_that_is_not_there(client: FlaskClient) -> None:
    for path in ("receipts", "players"):
        answer = client.post(f"/hall/nowhere/{path}", json={})
        assert answer.status_code == 404
        assert "nowhere" in answer.get_json()["error"]

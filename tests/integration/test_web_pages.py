"""The pages, their faults, their headers; on both databases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from steward.domain.broadcasts import BroadcastState as S
from steward.settings import Settings
from steward.storage.engine import Database
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support.served import no_plans
from tests.support.stage import SCRIPT, Stage, SteppedClock


def application(settings: Settings, database: Database, clock: SteppedClock) -> Flask:
    return create_app(settings, database, clock, no_plans)


@pytest.fixture
def client(stage: Stage, clock: SteppedClock) -> Iterator[FlaskClient]:
    app = application(stage.settings, stage.database, clock)
    with app.test_client() as client:
        yield client
    app.extensions[EXTENSION].tail.stop()


def test_the_way_in_leads_to_the_hall(client: FlaskClient) -> None:
    page = client.get("/").text
    assert 'href="/hall/main"' in page
    assert "指挥大厅" in page
    assert "还没有播完的播报" in page
    assert "2027 年的放假调休安排未知" in page
    assert "演示时钟" not in page


def test_a_hall_without_a_broadcast_shows_every_town_and_the_caption(client: FlaskClient) -> None:
    page = client.get("/hall/main").text
    assert len(re.findall(r'data-town="\d{9}"', page)) == 22
    assert "方格示意，位置为大致方位，不表示行政区域界线" in page


def test_nothing_comes_from_another_host_or_inline(client: FlaskClient) -> None:
    for address in ("/", "/hall/main"):
        answer = client.get(address)
        assert "//" not in re.sub(r"<!--.*?-->", "", answer.text).replace("http://www.w3.org", "")
        assert " style=" not in answer.text
        assert not re.search(r"<script[^>]*>[^<]", answer.text)
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_demonstration_says_so_on_every_page(
    stage: Stage, clock: SteppedClock, database: Database
) -> None:
    settings = stage.settings.model_copy(update={"demo_clock": "2021-11-16T08:59"})
    client = application(settings, database, clock).test_client()
    for address in ("/", "/hall/main", "/no-such-page"):
        assert "演示时钟 2021年11月16日" in client.get(address).text


def test_a_finished_broadcast_can_be_read_replayed_and_downloaded(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    broadcast_id = stage.broadcast(clock.now())
    stage.move(broadcast_id, S.PLAYING, clock.step(1))
    stage.move(broadcast_id, S.PLAYED, clock.step(9), why="播放点已播完")
    (stage.folder / "broadcasts").mkdir(parents=True)
    (stage.folder / "broadcasts" / f"{broadcast_id}.mp3").write_bytes(b"sound")
    page = client.get("/").text
    assert "".join(SCRIPT) in page
    assert f'href="/broadcasts/{broadcast_id}.mp3"' in page
    assert f"/broadcasts/{broadcast_id}.ogg" not in page
    own = client.get(f"/broadcasts/{broadcast_id}").text
    for words in (*SCRIPT, "播放点已播完", "第 1–4 句的声音已合成", "没有播放点报告过"):
        assert words in own


def test_figures_stand_with_the_number_of_rows_behind_them(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    board = client.get("/hall/main/board.json").get_json()["board"]
    assert board["counts"]["new_hazards"] == 0
    assert board["counts"]["closure_rate"] is None
    document = {"new_hazards": 28, "closure_rate": 68.7, "overdue_enterprises": 64}
    evidence = {"new_hazards": list(range(28)), "overdue_enterprises": list(range(64))}
    document |= {"week": "2021-W46", "town": None, "by_town": [], "as_of": "2021-11-16T09:00"}
    broadcast_id = stage.broadcast(clock.now(), figures=document, evidence=evidence)
    page = client.get(f"/broadcasts/{broadcast_id}").text
    assert "28 条隐患" in page
    assert "64 家企业" in page
    assert "68.7 %" in page


def test_what_a_player_needs_of_a_broadcast(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    broadcast_id = stage.broadcast(clock.now(), clips=2)
    stage.move(broadcast_id, S.PLAYING, clock.step(3))
    clock.step(2)
    document = client.get(f"/hall/main/broadcasts/{broadcast_id}.json").get_json()
    assert document["state"] == "playing"
    assert document["playing_since"] == "2021-11-16T01:00:03+00:00"
    assert document["now"] == "2021-11-16T01:00:05+00:00"
    assert document["from_ordinal"] == 0
    assert [clause["written"] for clause in document["clauses"]] == list(SCRIPT)
    assert document["clauses"][2]["clip"] is None
    for address in (document["clauses"][0]["clip"], *document["chime"].values()):
        assert client.get(address, buffered=True).mimetype in ("audio/wav", "audio/x-wav")


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/no-such-page", 404, "没有这个页面"),
        ("/hall/nowhere", 404, "没有名为“nowhere”的大厅"),
        ("/hall/nowhere/events", 404, "没有名为“nowhere”的大厅"),
        ("/hall/main/broadcasts/99.json", 404, "没有编号为 99 的播报"),
        ("/broadcasts/99", 404, "没有编号为 99 的播报"),
        ("/broadcasts/99.mp3", 404, "没有编号为 99 的播报"),
        ("/hall/main/events?last_id=first", 400, "应为非负整数"),
        ("/hall/main/receipts", 405, "不接受这种请求"),
    ],
)
def test_faults_have_a_sentence(
    client: FlaskClient, address: str, status: int, sentence: str
) -> None:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == status
    text = answer.get_json()["error"] if answer.is_json else answer.text
    assert sentence in text


def test_a_database_that_is_gone_is_told_and_not_a_crash(
    tmp_path: Path, clock: SteppedClock
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    client = application(Settings(data_dir=tmp_path), database, clock).test_client()
    answer = client.get("/")
    assert answer.status_code == 503
    assert "数据库暂时无法使用" in answer.text
    assert answer.headers["Retry-After"] == "5"
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert "steward database upgrade" in ready.get_json()["reason"]
    assert client.get("/healthz").get_json() == {"status": "ok"}
    database.dispose()


def test_an_unreachable_server_is_told(clock: SteppedClock, tmp_path: Path) -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:9/none?connect_timeout=2")
    client = application(Settings(data_dir=tmp_path), database, clock).test_client()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "数据库" in answer.get_json()["reason"]
    assert client.get("/hall/main").status_code == 503

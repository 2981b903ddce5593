"""The zones and halls on the console: the administrator arranges them, operators see them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from steward.domain.accounts import Role
from steward.domain.broadcasts import BroadcastState as S
from steward.operations.show_hall import find_hall
from steward.operations.show_places import show_places
from steward.storage.engine import Database
from tests.support.accounts import enter, form_token
from tests.support.stage import Stage, SteppedClock


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Stage:
    return Stage(sqlite_database, tmp_path / "var")


@pytest.fixture
def role() -> Role:
    return Role.ADMIN


def send(client: FlaskClient, address: str, **fields: str) -> tuple[int, str]:
    """One of the forms; its status, and the page or where to go on."""
    fields["csrf_token"] = form_token(client, "/places")
    answer = client.post(f"/places/{address}", data=fields)
    return answer.status_code, answer.location or answer.text


def tree(stage: Stage) -> list[tuple[str, str | None, list[str]]]:
    zones = show_places(stage.database).zones
    return [(zone.name, zone.parent, [hall.title for hall in zone.halls]) for zone in zones]


def test_the_tree_is_built_rearranged_and_taken_down(client: FlaskClient, stage: Stage) -> None:
    done = (303, "/places")
    assert send(client, "zones", name="south", title="南片", parent="") == done
    assert send(client, "zones", name="linpu", title="临浦", parent="south") == done
    assert send(client, "halls", name="canteen", title="食堂", kind="room", zone="linpu") == done
    town = next(one.code for one in show_places(stage.database).towns if one.name == "临浦镇")
    office = {"kind": "town_office", "town": town}
    assert send(client, "halls", name="办事处", title="临浦安监办", **office) == done
    assert send(client, "halls/办事处/move", zone="south") == done
    assert send(client, "halls/canteen", title="新食堂", kind="room") == done
    assert send(client, "zones/linpu", title="临浦片") == done
    assert tree(stage) == [("south", None, ["临浦安监办"]), ("linpu", "south", ["新食堂"])]
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get("/places").text))
    assert "▸ 南片 south 区域 临浦安监办 办事处 镇街安监办（临浦镇）" in page
    assert "▸ 临浦片 linpu 区域 新食堂 canteen 房间" in page
    assert send(client, "zones/linpu/move", parent="") == done
    assert send(client, "halls/canteen/remove") == done
    assert send(client, "zones/linpu/remove") == done
    assert tree(stage) == [("south", None, ["临浦安监办"])]
    assert client.get("/places/zones/linpu").status_code == 404
    assert client.get("/places/halls/canteen").status_code == 404


def test_a_refusal_says_why_and_what_was_typed_stays(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    send(client, "zones", name="south", title="南片")
    send(client, "zones", name="linpu", title="临浦", parent="south")
    send(client, "halls", name="canteen", title="食堂", kind="room", zone="linpu")
    stage.hall_id = find_hall(stage.database, "canteen").id
    stage.move(stage.broadcast(clock.now()), S.PLAYING, clock.now())
    for address, fields, sentence in (
        ("halls", {"name": "../x", "title": "甲", "kind": "hall"}, "名称应为 1 至 40 个字"),
        ("halls", {"name": "x", "title": "<script>", "kind": "hall"}, "标题应为 1 至 40 个字"),
        ("halls", {"name": "x", "title": "甲", "kind": "stage"}, "请选择类型"),
        ("halls", {"name": "x", "title": "甲", "kind": "town_office"}, "须指定镇街"),
        ("halls", {"name": "south", "title": "甲", "kind": "hall"}, "已经有名为“south”的区域"),
        ("zones", {"name": "main", "title": "甲"}, "已经有名为“main”的大厅"),
        ("zones", {"name": "a/b", "title": "甲"}, "名称应为"),
        ("zones/south/move", {"parent": "linpu"}, "区域“南片”不能放进“临浦”"),
        ("zones/linpu/remove", {}, "还有大厅“食堂”"),
        ("zones/south/remove", {}, "还有下级区域“临浦”"),
        ("halls/canteen/remove", {}, "大厅“食堂”正在播报“每周播报”，不能删除"),
        ("halls/main/remove", {}, "系统自带的，不能删除"),
    ):
        status, page = send(client, address, **fields)
        assert (status, sentence in page) == (400, True), (address, fields)
        if fields.get("title") == "<script>":
            assert 'value="&lt;script&gt;"' in page
            assert 'value="x"' in page
    before = tree(stage)
    assert before == [("south", None, []), ("linpu", "south", ["食堂"])]
    assert send(client, "halls/canteen/move", zone="nowhere")[0] == 404
    assert tree(stage) == before


def test_operators_see_the_tree_and_change_nothing(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    send(client, "zones", name="south", title="南片")
    enter(client, stage.database, Role.OPERATOR, at=clock.now())
    page = client.get("/places").text
    assert "南片" in page
    assert "<form" not in page.split("<main")[1]
    assert client.get("/places/zones/south").status_code == 403
    enter(client, stage.database, Role.VIEWER, at=clock.now())
    assert client.get("/places").status_code == 403

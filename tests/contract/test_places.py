"""Zones and halls as places: nested, moved, refused in plain words; on every database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from steward.broadcasts.queries import halls, plans, players, zones
from steward.broadcasts.tables import PlayerRow
from steward.domain.audit import Act
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import Priority
from steward.domain.halls import HallKind
from steward.domain.plans import DayRule, MissedRule
from steward.errors import NotFound, PlaceError
from steward.operations.keep_halls import add_hall, change_hall, move_hall, remove_hall
from steward.operations.keep_tokens import add_token, revoke_token
from steward.operations.keep_zones import add_zone, move_zone, remove_zone, rename_zone
from steward.operations.read_audit import search_audit
from steward.operations.show_places import show_places
from steward.storage.engine import Database
from tests.support.accounts import ROOT
from tests.support.stage import Stage

AT = datetime(2021, 11, 16, 1, 0, tzinfo=UTC)
NO_NAMES = ["../x", "a/b", "", " ", ".ssh", "<script>", "a b", "x" * 41, "a\x00b", "名\u202e称"]
NO_TITLES = ["", "  ", "<script>alert(1)</script>", "../../etc", "a\nb", "题" * 41, 'x" onload="']


@pytest.fixture
def stage(database: Database, tmp_path: Path) -> Stage:
    """Zones 全区 → 南片 → 临浦; halls in each, and one (main) in none."""
    stage = Stage(database, tmp_path)
    for name, parent in (("全区", None), ("南片", "全区"), ("临浦", "南片"), ("北片", "全区")):
        add_zone(database, name, f"{name}区域", parent=parent, at=AT, by=ROOT)
    add_hall(database, "会议室", "三楼会议室", kind=HallKind.ROOM, zone="全区", at=AT, by=ROOT)
    office = HallKind.TOWN_OFFICE
    add_hall(
        database, "linpu", "临浦镇安监办", kind=office, town="临浦镇", zone="临浦", at=AT, by=ROOT
    )
    add_hall(database, "Dock-1", "码头", zone="南片", at=AT, by=ROOT)
    return stage


def chosen(stage: Stage, *targets: str) -> list[str]:
    with stage.database.session() as session:
        return [hall.name for hall in zones.halls_of(session, targets)]


def test_a_zone_stands_for_the_halls_of_its_whole_subtree_each_once(stage: Stage) -> None:
    assert chosen(stage, "全区") == ["会议室", "linpu", "dock-1"]
    assert chosen(stage, "dock-1", "南片", "main") == ["main", "linpu", "dock-1"]
    assert chosen(stage, "北片") == []
    assert chosen(stage) == []
    with pytest.raises(NotFound, match="没有名为“东片”的大厅或区域"):
        chosen(stage, "main", "东片")
    move_zone(stage.database, "临浦", "北片", at=AT, by=ROOT)
    move_hall(stage.database, "dock-1", None, at=AT, by=ROOT)
    assert chosen(stage, "南片") == []
    assert chosen(stage, "全区") == ["会议室", "linpu"]


def test_the_tree_is_laid_out_from_the_top_down(stage: Stage) -> None:
    places = show_places(stage.database)
    assert [
        (zone.name, zone.depth, [hall.name for hall in zone.halls]) for zone in places.zones
    ] == [
        ("全区", 0, ["会议室"]),
        ("南片", 1, ["dock-1"]),
        ("临浦", 2, ["linpu"]),
        ("北片", 1, []),
    ]
    assert [hall.name for hall in places.outside] == ["main"]
    (office,) = places.zones[2].halls
    assert (office.kind, office.town_code) == (HallKind.TOWN_OFFICE, places_code(stage))


def places_code(stage: Stage) -> str:
    return next(t.code for t in show_places(stage.database).towns if t.name == "临浦镇")


def test_what_is_no_name_or_no_title_is_refused(stage: Stage) -> None:
    own, kind = stage.database, HallKind.HALL
    for name, add in product(NO_NAMES, (add_zone, add_hall)):
        with pytest.raises(PlaceError, match="名称应为"):
            add(own, name, "标题", at=AT, by=ROOT)
    for title in NO_TITLES:
        with pytest.raises(PlaceError, match="标题应为"):
            add_zone(own, "东片", title, at=AT, by=ROOT)
        with pytest.raises(PlaceError, match="标题应为"):
            rename_zone(own, "南片", title, at=AT, by=ROOT)
        with pytest.raises(PlaceError, match="标题应为"):
            change_hall(own, "main", title=title, kind=kind, at=AT, by=ROOT)


def test_a_hall_and_a_zone_never_share_a_name(stage: Stage) -> None:
    for name, add in product(["南片", "main", "MAIN", "dock-1"], (add_zone, add_hall)):
        with pytest.raises(PlaceError, match="已经有名为"):
            add(stage.database, name, "标题", at=AT, by=ROOT)


def test_a_zone_is_never_put_into_itself(stage: Stage) -> None:
    for into in ("全区", "南片", "临浦"):
        with pytest.raises(PlaceError, match="不能放进"):
            move_zone(stage.database, "全区", into, at=AT, by=ROOT)
    assert show_places(stage.database).zones[0].parent is None


def test_two_moves_at_once_make_no_ring(stage: Stage) -> None:
    def move(pair: tuple[str, str]) -> bool:
        try:
            move_zone(stage.database, *pair, at=AT, by=ROOT)
        except PlaceError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        for _ in range(5):
            for name in ("南片", "北片"):
                move_zone(stage.database, name, None, at=AT, by=ROOT)
            assert sorted(pool.map(move, [("南片", "北片"), ("北片", "南片")])) == [False, True]
    assert len(show_places(stage.database).zones) == 4


def test_only_an_empty_zone_is_removed(stage: Stage) -> None:
    with pytest.raises(PlaceError, match="还有大厅“三楼会议室”"):
        remove_zone(stage.database, "全区", at=AT, by=ROOT)
    move_hall(stage.database, "会议室", None, at=AT, by=ROOT)
    with pytest.raises(PlaceError, match="还有下级区域“南片区域”"):
        remove_zone(stage.database, "全区", at=AT, by=ROOT)
    remove_zone(stage.database, "北片", at=AT, by=ROOT)
    assert "北片" not in [zone.name for zone in show_places(stage.database).zones]
    with pytest.raises(NotFound, match="没有名为“北片”的区域"):
        remove_zone(stage.database, "北片", at=AT, by=ROOT)


def test_a_hall_that_plays_or_has_a_history_is_not_removed(stage: Stage) -> None:
    with pytest.raises(PlaceError, match="系统自带的"):
        remove_hall(stage.database, "main", at=AT, by=ROOT)
    with stage.database.session() as session:
        stage.hall_id = halls.to_control(session, "dock-1").id
    broadcast_id = stage.broadcast(AT)
    stage.move(broadcast_id, S.PLAYING, AT)
    with pytest.raises(PlaceError, match="大厅“码头”正在播报“每周播报”，不能删除"):
        remove_hall(stage.database, "dock-1", at=AT, by=ROOT)
    stage.move(broadcast_id, S.PLAYED, AT)
    with pytest.raises(PlaceError, match="有播报“每周播报”，记录要保留"):
        remove_hall(stage.database, "dock-1", at=AT, by=ROOT)


def test_a_hall_with_plans_tokens_or_players_is_not_removed(stage: Stage) -> None:
    def remove() -> None:
        remove_hall(stage.database, "linpu", at=AT, by=ROOT)

    add_token(stage.database, "临浦屏", hall="linpu", at=AT, by=ROOT)
    with pytest.raises(PlaceError, match="令牌“临浦屏”还用于"):
        remove()
    revoke_token(stage.database, "临浦屏", at=AT, by=ROOT)
    with stage.database.session(write=True) as session:
        hall_id = halls.to_control(session, "linpu").id
        player = players.seen(session, key="player0001", hall_id=hall_id, at=AT)
        player.title, player.enrolled_at = "前台音箱", AT
    with pytest.raises(PlaceError, match="有播放点“前台音箱”，先把它移走或注销"):
        remove()
    with stage.database.session(write=True) as session:
        session.get_one(PlayerRow, player.id).enrolled_at = None
    remove()
    assert "linpu" not in [hall.name for hall in show_places(stage.database).halls]
    add_hall(stage.database, "linpu", "临浦", at=AT, by=ROOT)
    with stage.database.session(write=True) as session:
        plan = plans.add(
            session,
            title="每日",
            template="daily",
            town_code=None,
            hall_id=halls.to_control(session, "linpu").id,
            when="0 9 * * *",
            day_rule=DayRule.EVERY_DAY,
            missed_rule=MissedRule.SKIP,
            late_minutes=0,
            priority=Priority.ROUTINE,
            at=AT,
        )
        plans.remove(session, plan.id, at=AT)
    with pytest.raises(PlaceError, match="有计划“每日”"):
        remove()


def test_a_town_office_has_a_town_and_nothing_else_has(stage: Stage) -> None:
    for kind, town, sentence in (
        (HallKind.TOWN_OFFICE, None, "须指定镇街"),
        (HallKind.TOWN_OFFICE, "东海镇", "没有名称或代码为“东海镇”的镇街"),
        (HallKind.ROOM, "临浦镇", "只有镇街安监办"),
    ):
        with pytest.raises(PlaceError, match=sentence):
            add_hall(stage.database, "x", "标题", kind=kind, town=town, at=AT, by=ROOT)
        with pytest.raises(PlaceError, match=sentence):
            change_hall(stage.database, "main", title="标题", kind=kind, town=town, at=AT, by=ROOT)


def test_every_act_is_on_record_with_what_was_before(stage: Stage) -> None:
    change_hall(stage.database, "dock-1", title="新码头", kind=HallKind.ROOM, at=AT, by=ROOT)
    move_hall(stage.database, "dock-1", "北片", at=AT, by=ROOT)
    remove_hall(stage.database, "dock-1", at=AT, by=ROOT)
    rename_zone(stage.database, "北片", "沿江", at=AT, by=ROOT)
    move_zone(stage.database, "北片", None, at=AT, by=ROOT)
    remove_zone(stage.database, "北片", at=AT, by=ROOT)
    acts = [(one.what, one.about, one.before, one.after) for one in search_audit(stage.database)][
        :6
    ]
    assert [act for act, *_ in reversed(acts)] == [
        Act.HALL_CHANGED,
        Act.HALL_CHANGED,
        Act.HALL_REMOVED,
        Act.ZONE_CHANGED,
        Act.ZONE_CHANGED,
        Act.ZONE_REMOVED,
    ]
    assert '"zone":"南片"' in acts[4][2]
    assert '"zone":"北片"' in acts[4][3]

"""A hall's page on the console: what it shows, what staff do there, what is refused."""

from __future__ import annotations

import re
from datetime import timedelta

from flask.testing import FlaskClient

from steward.broadcasts.queries import alarms
from steward.broadcasts.tables import AnnouncementRow
from steward.domain.accounts import Role
from steward.domain.alarms import AlarmKind, Wrong
from steward.domain.audit import Act
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import Priority
from steward.operations.hold_hall import pause_hall
from steward.operations.read_audit import search_audit
from steward.operations.show_controls import Controls, controls_of
from tests.support.accounts import DUTY, enter, form_token
from tests.support.stage import Stage, SteppedClock


def act(client: FlaskClient, what: str, **fields: str) -> tuple[int, str]:
    """Send one of the page's forms."""
    fields["csrf_token"] = form_token(client, "/halls/main")
    answer = client.post(f"/halls/main/{what}", data=fields)
    return answer.status_code, answer.location or answer.text


def controls(stage: Stage, clock: SteppedClock) -> Controls:
    return controls_of(stage.database, stage.hall_id, at=clock.now())


def done(stage: Stage) -> list[str]:
    """What the log of acts tells of halls, oldest first."""
    entries = search_audit(stage.database, what=Act.HALL_CONTROLLED.value)
    return [re.findall(r'"what":"([^"]+)"', one.after)[0] for one in reversed(entries)]


def playing(stage: Stage, clock: SteppedClock, priority: Priority = Priority.ROUTINE) -> int:
    number = stage.broadcast(clock.now(), priority=priority)
    stage.move(number, S.PLAYING, clock.step(1))
    return number


def test_it_shows_what_plays_and_what_waits_in_its_order(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    stage.broadcast(clock.now(), title="先来的常规")
    stage.broadcast(
        clock.now() + timedelta(minutes=1), title="后来的重要", priority=Priority.IMPORTANT
    )
    number = playing(stage, clock)
    page = client.get("/halls/main").text
    assert "正在播报" in page
    assert f'href="/broadcasts/{number}"' in page
    assert page.index("后来的重要") < page.index("先来的常规")
    index = client.get("/").text
    assert "● 正在播报：每周播报" in index
    assert "等着播的 2 个" in index
    assert 'href="/halls/main"' in index


def test_pause_and_resume(client: FlaskClient, stage: Stage, clock: SteppedClock) -> None:
    number = playing(stage, clock)
    assert act(client, "pause") == (303, "/halls/main")
    assert stage.row(number).state == "ready"
    page = client.get("/halls/main").text
    assert "由operator-1暂停" in page
    assert "接着播" in page
    assert "❚❚ 已暂停" in client.get("/").text
    code, told = act(client, "pause")
    assert (code, "大厅已经暂停了" in told) == (400, True)
    assert act(client, "resume") == (303, "/halls/main")
    assert controls(stage, clock).paused_at is None
    assert done(stage) == ["暂停播报，紧急播报除外", "继续播报"]


def test_skipping_needs_what_was_seen_and_a_word_for_an_emergency(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    assert "disabled" in client.get("/halls/main").text
    assert "现在没有在播报" in act(client, "skip")[1]
    number = playing(stage, clock, Priority.EMERGENCY)
    code, told = act(client, "skip", broadcast=str(number + 1))
    assert (code, "现在播的已是另一个" in told) == (400, True)
    code, told = act(client, "skip", broadcast=str(number))
    assert (code, "是紧急播报" in told) == (400, True)
    assert stage.row(number).state == "playing"
    assert 'name="emergencies"' in told
    assert act(client, "skip", broadcast=str(number), emergencies="1")[0] == 303
    assert stage.row(number).state == "cancelled"


def test_stopping_all_is_asked_once_more_and_spares_emergencies(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    number = playing(stage, clock)
    urgent = stage.broadcast(clock.now(), title="撤离", priority=Priority.EMERGENCY)
    page = client.get("/halls/main/stop").text
    assert "下面 2 个" in page
    assert "撤离" in page
    assert stage.row(number).state == "playing"
    fields = {"csrf_token": form_token(client, "/halls/main/stop")}
    assert client.post("/halls/main/stop", data=fields).location == "/halls/main"
    assert (stage.row(number).state, stage.row(urgent).state) == ("cancelled", "ready")
    client.post("/halls/main/stop", data=fields | {"emergencies": "1"})
    assert stage.row(urgent).state == "cancelled"
    assert "全部停止：取消 1 个" in client.get("/halls/main").text


def test_volumes_are_set_where_they_differ(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    assert act(client, "volume", hall="80", important="100")[0] == 303
    set_ = controls(stage, clock)
    assert (set_.volume, dict(set_.own)) == (80, {"important": 100})
    assert act(client, "volume", hall="80", important="")[0] == 303
    assert dict(controls(stage, clock).own) == {}
    assert len(done(stage)) == 3


def test_a_volume_that_makes_no_sense_sets_nothing_and_stays_typed(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    refused: list[tuple[dict[str, str], str]] = [
        ({"hall": "101"}, "音量应为 0–100"),
        ({"hall": ""}, "没有写明音量"),
        ({"hall": "70", "emergency": "59"}, "紧急播报的音量应为 60–100"),
        ({"hall": "70", "notice": "-1"}, "0–100 的整数"),
        ({"hall": "70", "notice": "１２"}, "0–100 的整数"),
        ({"hall": "9" * 5000}, "0–100 的整数"),
        ({"hall": '"><script>alert(1)</script>'}, "0–100 的整数"),
        ({"hall": "7\x000"}, "0–100 的整数"),
    ]
    for fields, sentence in refused:
        code, page = act(client, "volume", **fields)
        assert code == 400
        assert sentence in page
        assert "<script>alert" not in page
        if fields["hall"] == "70":
            assert 'name="hall" type="number" min="0" max="100" value="70"' in page
    assert controls(stage, clock).volume == 100
    assert done(stage) == []


def test_quiet_hours_are_set_and_ended(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    assert act(client, "quiet", quiet="8:00-10:00")[0] == 303
    assert controls(stage, clock).quiet == "08:00-10:00"
    assert "安静时段</b>到 2021年11月16日 星期二 10:00" in client.get("/halls/main").text
    assert act(client, "quiet", quiet="")[0] == 303
    assert controls(stage, clock).quiet == ""


def test_malformed_quiet_hours_are_refused_and_stay_typed(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    for text, sentence in [
        ("noon", "“noon”不是时段"),
        ("00:00-12:00,12:00-24:00", "不能占满全天"),
        ("<script>alert(1)</script>", "不是时段"),
        ("12:00\x00-13:00", "不是时段"),
        (",".join(f"{n:02d}:{m}0-{n:02d}:{m}5" for n in range(10) for m in (1, 3)), "太多"),
    ]:
        code, page = act(client, "quiet", quiet=text)
        assert code == 400
        assert sentence in page
        assert "<script>alert" not in page
        if text == "noon":
            assert 'value="noon"' in page
    assert controls(stage, clock).quiet == ""


def test_a_megabyte_an_unknown_hall_and_a_strange_form_are_refused(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    assert act(client, "quiet", quiet="a" * 1_000_000)[0] == 413
    assert client.get("/halls/nowhere").status_code == 404
    token = form_token(client, "/halls/main")
    for address in ("/halls/nowhere/pause", "/halls/nowhere/stop", "/halls/nowhere/volume"):
        assert client.post(address, data={"csrf_token": token}).status_code == 404
    assert client.post("/halls/main/explode", data={"csrf_token": token}).status_code == 404
    assert client.post("/halls/main/pause").status_code == 403
    assert controls(stage, clock).paused_at is None


def test_a_viewer_sees_and_does_nothing(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    enter(client, stage.database, Role.VIEWER, at=clock.now())
    page = client.get("/halls/main").text
    assert "请播报员以上的帐号登录" in page
    assert "/halls/main/pause" not in page
    assert client.get("/halls/main/stop").status_code == 403


def test_the_first_page_tells_what_waits_for_staff(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    assert "没有等您处理的事" in client.get("/").text
    at = clock.now()
    with stage.database.session(write=True) as session:
        alarms.raise_(session, Wrong("x:1", AlarmKind.UNHEARD, "<b>没有</b>播放点"), at=at)
        session.add(
            AnnouncementRow(
                kind="adhoc",
                state="awaiting_approval",
                author="张三",
                title="停电通知",
                text="停电",
                priority="important",
                created_at=at,
                updated_at=at,
            )
        )
    page = client.get("/").text
    assert "没有等您处理的事" not in page
    assert "等审批的播报单：1 份" in page
    assert "&lt;b&gt;没有&lt;/b&gt;播放点" in page


def test_a_page_that_looks_by_itself_does_not_prolong_a_log_in(
    client: FlaskClient, stage: Stage, clock: SteppedClock
) -> None:
    pause_hall(stage.database, "main", at=clock.now(), by=DUTY)
    idle = stage.settings.session_minutes * 60
    clock.step(idle - 30)
    looks = {"Steward-Background": "1"}
    assert client.get("/halls/main", headers=looks).status_code == 200
    clock.step(60)
    assert client.get("/halls/main", headers=looks).location.startswith("/login")

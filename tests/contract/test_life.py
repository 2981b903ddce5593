"""A broadcast's life as its page tells it: from the draft to the ear, in order of time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from steward.accounts.queries import audit
from steward.broadcasts.queries import alarms, broadcasts, players
from steward.broadcasts.tables import AnnouncementRow
from steward.domain.alarms import RETRY
from steward.domain.audit import Act
from steward.domain.broadcasts import Priority as P
from steward.domain.broadcasts import ReceiptEvent as R
from steward.domain.life import Moment
from steward.operations.list_broadcasts import find_broadcast
from steward.operations.notice_alarm import notice_alarm
from steward.storage.engine import Database
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support.accounts import DUTY
from tests.support.desk import SECOND, Desk
from tests.support.served import no_plans
from tests.support.stage import Stage, SteppedClock
from tests.support.studios import SLOT

MINUTE = timedelta(minutes=1)


@pytest.fixture
def both(database: Database, tmp_path: Path) -> Desk:
    """On either database."""
    return Desk.open(database, tmp_path)


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path) -> Desk:
    return Desk.open(sqlite_database, tmp_path)


def life(desk: Desk, number: int) -> list[Moment]:
    return list(find_broadcast(desk.database, number).life)


def approve(desk: Desk, number: int, *, digest: str = "d" * 64) -> int:
    """The broadcast is said for an announcement that was written, sent back and approved."""
    begun = SLOT - 10 * MINUTE
    with desk.database.session(write=True) as session:
        sheet = AnnouncementRow(
            kind="adhoc", state="sent", version=3, author="张三", title="通知", text="请注意",
            priority="routine", created_at=begun, updated_at=begun, submitted_at=begun + MINUTE,
            reason="急", decided_by="李四", decided_at=begun + 3 * MINUTE, decision="批准",
            digest="d" * 64,
        )  # fmt: skip
        session.add(sheet)
        session.flush()
        row = broadcasts.get(session, number)
        row.announcement_id, row.approved = sheet.id, digest
        return sheet.id


def test_announcement_states_players_and_alarms_stand_in_one_line_of_time(both: Desk) -> None:
    made = both.say(P.ROUTINE, SLOT)
    sheet = approve(both, made)
    with both.database.session(write=True) as session:
        about = f"播报单 {sheet}"
        at = SLOT - 8 * MINUTE
        back = {"reason": "写错了"}
        audit.record(session, Act.HALL_CONTROLLED, at=at, by=DUTY, about=about, after=back)
        audit.record(session, Act.HALL_CONTROLLED, at=at, by=DUTY, about=f"{about}0")
        player = players.seen(session, key="screen0001", hall_id=1, at=SLOT - 60 * MINUTE)
        player.title, player.enrolled_at = "东门屏", SLOT - 60 * MINUTE
    for number, (event, ordinal) in enumerate(
        [(R.FETCHED, None), (R.STARTED, None), (R.CLAUSE, 0), (R.CLAUSE, 1), (R.MUTED, 1)]
    ):
        both.report(made, event, SLOT + number * SECOND, ordinal, player="screen0001")
    both.report(made, R.ENDED, SLOT + 9 * SECOND, player="passer0001")
    both.look(SLOT + MINUTE)
    both.look(SLOT + MINUTE + 11 * SECOND)
    with both.database.session() as session:
        (alarm,) = alarms.of_broadcast(session, made)
    notice_alarm(both.database, alarm.id, at=SLOT + 2 * MINUTE, by=DUTY)

    told = life(both, made)
    assert [one.at for one in told] == sorted(one.at for one in told)
    said = [(one.kind, one.what, one.who, one.why) for one in told]
    assert said[:2] == [
        ("announcement", f"写播报单 {sheet}", "张三", "改过 2 次"),
        ("announcement", "操作大厅", DUTY.name, "写错了"),
    ]
    assert ("broadcast", "第 1–4 句的声音已合成", "播报引擎", "") in said
    (screen,) = [one for one in told if one.who == "东门屏"]
    assert screen.what == ("取到 09:00:00 → 开始 09:00:01 → 第 1–2 句（共 4 句） → 已静音")
    assert screen.bad
    (other,) = [one for one in told if one.kind == "player" and one is not screen]
    assert (other.who, other.what) == ("passer（未登记）", "播完 09:00:09")
    assert [(one.what, one.who) for one in told if one.kind == "alarm"] == [
        ("告警：没有人听到", ""),
        ("知道了告警", DUTY.name),
    ]
    found = find_broadcast(both.database, made).proof
    assert (found.heard, found.enrolled, found.as_approved) == (False, True, True)


def test_without_entries_the_announcement_tells_its_own_steps(desk: Desk) -> None:
    made = desk.say(P.ROUTINE, SLOT)
    approve(desk, made, digest="e" * 64)
    said = [(one.what[:2], one.who, one.why) for one in life(desk, made)[:3]]
    assert said == [("写播", "张三", "改过 2 次"), ("提交", "张三", "急"), ("下达", "李四", "批准")]
    assert find_broadcast(desk.database, made).proof.as_approved is False


def test_each_airing_has_a_line_of_its_own_for_each_player(desk: Desk) -> None:
    routine = desk.say(P.ROUTINE, SLOT)
    desk.report(routine, R.CLAUSE, SLOT + SECOND, 0)
    urgent = desk.say(P.EMERGENCY, SLOT + 2 * SECOND)
    desk.report(routine, R.INTERRUPTED, SLOT + 2 * SECOND, 0)
    desk.ended(urgent, SLOT + 20 * SECOND)
    desk.report(routine, R.CLAUSE, SLOT + 21 * SECOND, 0)
    desk.ended(routine, SLOT + 30 * SECOND)
    first, second = [one.what for one in life(desk, routine) if one.kind == "player"]
    assert first == "开始 09:00:01 → 第 1 句（共 4 句） → 被打断 09:00:02"
    assert second == "开始 09:00:21 → 第 1 句（共 4 句） → 播完 09:00:30"
    assert find_broadcast(desk.database, routine).proof.as_approved


def test_the_page_tells_it_and_leads_to_the_retry(
    sqlite_database: Database, tmp_path: Path
) -> None:
    clock, stage = SteppedClock(), Stage(sqlite_database, tmp_path / "var")
    first, again = stage.broadcast(clock.now()), stage.broadcast(clock.now())
    with sqlite_database.session(write=True) as session:
        row = broadcasts.get(session, again)
        row.refers_to, row.relation, row.status = first, RETRY, "exercise"
    made = stage.broadcast(clock.now(), title="更正")
    with sqlite_database.session(write=True) as session:
        row = broadcasts.get(session, made)
        row.refers_to, row.relation = first, "correction"
    app = create_app(stage.settings, sqlite_database, clock, no_plans)
    client: FlaskClient = app.test_client()
    assert find_broadcast(sqlite_database, first).proof.as_approved is None
    page = client.get(f"/broadcasts/{first}").text
    assert f'href="/broadcasts/{again}">没有人听到，再播一次：播报 {again}</a>' in page
    assert f'href="/broadcasts/{made}">更正：播报 {made}</a>' in page
    assert "这个大厅没有登记的播放点，以任何播放点的回执为准" in page
    page = client.get(f"/broadcasts/{again}").text
    assert f'没有人听到<a href="/broadcasts/{first}">播报 {first}</a>，按规则再播一次' in page
    assert '<span class="mark">演练</span>' in page
    app.extensions[EXTENSION].tail.stop()

"""What is said in the halls goes out as CAP, on both databases: once, and as it was said."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from steward.broadcasts.queries import alerts, broadcasts
from steward.broadcasts.tables import AlertRow
from steward.cap.read import read_alert
from steward.cap.write import instant_text
from steward.domain.alarms import RETRY
from steward.domain.alerts import Alert, Issuer
from steward.domain.announcements import Draft, Kind, Status
from steward.domain.broadcasts import Priority, ReceiptEvent
from steward.narration.lexicon import built_in
from steward.operations.compose import save_draft
from steward.operations.decide_announcement import submit
from steward.operations.issue_alerts import NEWS, issue_alerts
from steward.operations.keep_halls import add_hall
from steward.operations.keep_zones import add_zone
from steward.storage.engine import Database
from tests.support.accounts import DUTY
from tests.support.desk import Desk
from tests.support.studios import SLOT

MINUTE = timedelta(minutes=1)
ISSUER = Issuer("a.example.gov.cn", "萧山区应急管理局")
DRAFT = Draft("火情通知", "请从2号楼梯撤离。", Priority.EMERGENCY, ("main",))


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path) -> Desk:
    return Desk.open(sqlite_database, tmp_path)


@pytest.fixture
def both(database: Database, tmp_path: Path) -> Desk:
    """Once on each kind of database."""
    return Desk.open(database, tmp_path)


def rows(desk: Desk) -> list[AlertRow]:
    """Ours, oldest first."""
    with desk.database.session() as session:
        return list(reversed(alerts.recent(session, incoming=False)))


def issued(desk: Desk) -> list[Alert]:
    return [read_alert(row.xml.encode()) for row in rows(desk) if row.outcome == "issued"]


def announce(desk: Desk, draft: Draft, at: datetime = SLOT) -> list[int]:
    """Send it and let the engine look; its broadcasts."""
    number, version = save_draft(desk.database, draft, lexicon=built_in(), at=at, by=DUTY)
    made = submit(desk.database, number, version=version, rules={}, at=at, by=DUTY)
    desk.look(at)
    return list(made.broadcasts)


def test_an_emergency_goes_out_when_it_begins_to_air_and_once(both: Desk) -> None:
    both.say(Priority.IMPORTANT, SLOT)
    assert rows(both) == []
    made = both.say(Priority.EMERGENCY, SLOT + MINUTE)
    (row,) = rows(both)
    (alert,) = issued(both)
    assert row.broadcast_id == made
    assert alert.identifier == f"20211116090100-A{row.announcement_id}"
    assert (alert.status, alert.msg_type, alert.scope) == ("Actual", "Alert", "Restricted")
    assert alert.sent == SLOT + MINUTE
    assert "+08:00</sent>" in row.xml
    (info,) = alert.infos
    assert info.description == "".join(one["written"] for one in both.row(made).clauses)
    assert info.headline == both.row(made).title
    assert (info.language, info.event, info.areas) == ("zh-CN", "安全提示", ("指挥大厅",))
    assert info.expires == SLOT + MINUTE + timedelta(hours=12)
    assert not info.resources
    both.look(SLOT + 2 * MINUTE)
    both.ended(made, SLOT + 3 * MINUTE)
    assert [one.xml for one in rows(both)] == [row.xml]


def test_one_announcement_is_one_alert_for_all_its_halls_and_repeats(desk: Desk) -> None:
    add_zone(desk.database, "east", "东片", at=SLOT, by=DUTY)
    add_hall(desk.database, "second", "二号厅", zone="east", at=SLOT, by=DUTY)
    draft = replace(
        DRAFT,
        targets=("main", "east"),
        repeats=2,
        interval_minutes=5,
        expires_at=SLOT + timedelta(hours=2),
    )
    made = announce(desk, draft)
    for one in made[:2]:
        desk.ended(one, SLOT + MINUTE)
    desk.look(SLOT + 5 * MINUTE)
    assert desk.state(made[2]) == "playing"
    (alert,) = issued(desk)
    assert alert.infos[0].areas == ("指挥大厅", "东片 二号厅")
    assert alert.infos[0].expires == SLOT + timedelta(hours=2)


def test_what_is_said_once_more_because_nobody_heard_it_is_no_second_alert(desk: Desk) -> None:
    (first,) = announce(desk, DRAFT)
    desk.ended(first, SLOT + MINUTE)
    retry = replace(DRAFT, refers_to=first, relation=RETRY)
    (again,) = announce(desk, retry, SLOT + 2 * MINUTE)
    assert desk.state(again) == "playing"
    assert [row.broadcast_id for row in rows(desk)] == [first]


@pytest.mark.parametrize(("status", "said"), [("exercise", "Exercise"), ("test", "Test")])
def test_an_exercise_is_no_actual_alert(desk: Desk, status: str, said: str) -> None:
    announce(desk, replace(DRAFT, status=Status(status)))
    (alert,) = issued(desk)
    assert alert.status == said
    assert "不是真实情况" in alert.note
    assert alert.infos[0].description.count("演练" if status == "exercise" else "测试") == 5


def test_a_correction_updates_and_an_all_clear_cancels_what_went_out(both: Desk) -> None:
    (first,) = announce(both, DRAFT)
    both.ended(first, SLOT + MINUTE)
    fixed = replace(
        DRAFT,
        text="更正：请从3号楼梯撤离。",
        kind=Kind.CORRECTION,
        refers_to=first,
        relation="correction",
    )
    (second,) = announce(both, fixed, SLOT + 2 * MINUTE)
    both.ended(second, SLOT + 3 * MINUTE)
    over = replace(
        DRAFT,
        text="险情已经解除。",
        priority=Priority.ROUTINE,
        kind=Kind.ALL_CLEAR,
        refers_to=first,
        relation="all_clear",
    )
    announce(both, over, SLOT + 4 * MINUTE)
    alert, update, cancel = issued(both)
    assert [update.msg_type, cancel.msg_type] == ["Update", "Cancel"]
    name = f"{alert.sender},{alert.identifier},{instant_text(alert.sent)}"
    assert [str(one) for one in update.references] == [name]
    assert [str(one) for one in cancel.references] == [
        name,
        f"{update.sender},{update.identifier},{instant_text(update.sent)}",
    ]
    assert cancel.infos[0].responses == ("AllClear",)
    assert cancel.infos[0].urgency == "Past"


def test_what_ends_something_nobody_was_told_of_is_told_to_nobody(desk: Desk) -> None:
    made = desk.say(Priority.ROUTINE, SLOT)
    desk.ended(made, SLOT + MINUTE)
    over = replace(
        DRAFT, priority=Priority.ROUTINE, kind=Kind.ALL_CLEAR, refers_to=made, relation="all_clear"
    )
    announce(desk, over, SLOT + 2 * MINUTE)
    assert rows(desk) == []


def test_a_coloured_warning_is_not_issued_in_our_name(desk: Desk) -> None:
    (made,) = announce(desk, replace(DRAFT, text="现发布红色预警，请撤离。"))
    assert desk.state(made) == "playing"
    (row,) = rows(desk)
    assert row.outcome == "refused"
    assert "红色预警" in row.reason
    assert "县级以上政府" in row.reason
    assert issued(desk) == []
    desk.look(SLOT + MINUTE)
    assert len(rows(desk)) == 1


def test_what_is_passed_on_from_others_is_not_issued_again(desk: Desk) -> None:
    announce(desk, replace(DRAFT, kind=Kind.ALERT, source="cap"))
    assert rows(desk) == []


def test_what_was_on_the_air_long_ago_is_not_news(desk: Desk) -> None:
    desk.engine.studio = replace(desk.engine.studio, issuer=ISSUER)
    made = desk.say(Priority.EMERGENCY, SLOT)
    (row,) = rows(desk)
    assert row.sender == "a.example.gov.cn"
    with desk.database.session(write=True) as session:
        session.delete(alerts.get(session, row.id))
    assert issue_alerts(desk.database, ISSUER, now=SLOT + NEWS + MINUTE) == []
    assert issue_alerts(desk.database, ISSUER, now=SLOT + NEWS) == [row.identifier]
    assert desk.state(made) == "playing"


def test_two_engines_issue_one(both: Desk) -> None:
    made = both.say(Priority.EMERGENCY, SLOT)
    both.report(made, ReceiptEvent.STARTED, SLOT)
    with both.database.session(write=True) as session:
        for row in alerts.recent(session, incoming=False):
            session.delete(row)
    ready = threading.Barrier(4)
    found: list[str] = []

    def issue() -> None:
        ready.wait()
        found.extend(issue_alerts(both.database, ISSUER, now=SLOT))

    threads = [threading.Thread(target=issue) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1
    assert len(rows(both)) == 1


def test_the_sound_is_named_where_others_can_reach_it(desk: Desk) -> None:
    made = desk.say(Priority.EMERGENCY, SLOT)
    with desk.database.session(write=True) as session:
        for row in alerts.recent(session, incoming=False):
            session.delete(row)
    public = replace(ISSUER, address="https://bobao.example.gov.cn", scope="Public")
    (identifier,) = issue_alerts(desk.database, public, now=SLOT)
    (alert,) = issued(desk)
    (resource,) = alert.infos[0].resources
    assert resource.uri == f"https://bobao.example.gov.cn/cap/{identifier}.mp3"
    assert (alert.scope, alert.restriction) == ("Public", "")
    with desk.database.session() as session:
        assert alerts.of_broadcast(session, broadcasts.get(session, made)) is not None

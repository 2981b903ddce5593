"""Alerts of others on both databases: refused with a reason, shown for approval, or aired."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from steward.accounts.queries import audit
from steward.broadcasts.queries import alarms, alerts, announcements
from steward.broadcasts.tables import AlertRow, AnnouncementRow, BroadcastRow
from steward.cap.read import read_alert
from steward.cap.say import said_of
from steward.cap.write import instant_text
from steward.domain.accounts import Actor
from steward.domain.alerts import Outcome
from steward.domain.announcements import AnnouncementState, approval_rules
from steward.narration.lexicon import built_in
from steward.operations.announce_alert import OTHERS, Intake
from steward.operations.check_alert import check_alert
from steward.operations.decide_announcement import approve
from steward.operations.furnish import furnish
from steward.operations.keep_halls import add_hall
from steward.operations.keep_zones import add_zone
from steward.operations.take_alert import Taken, take_alert
from steward.operations.watch_alarms import watch_alarms
from steward.storage.engine import Database
from tests.support import studios
from tests.support.accounts import DUTY
from tests.support.cap import INFO, SENDER, document, reference
from tests.support.studios import BEFORE, SLOT

MINUTE = timedelta(minutes=1)
CHIEF = Actor("周科长", "approver", "10.0.0.6")
ASKED = Intake(rules=approval_rules("alert.*=approver"))
TRUSTED = replace(ASKED, trusted=frozenset({SENDER}))
SECOND = reference("A1")


@pytest.fixture(autouse=True)
def _furnished(request: pytest.FixtureRequest) -> None:
    name = "database" if "database" in request.fixturenames else "sqlite_database"
    furnish(request.getfixturevalue(name), at=BEFORE)


def take(
    database: Database,
    content: bytes,
    intake: Intake = ASKED,
    *,
    at: datetime = SLOT,
    by: Actor | None = None,
    again: bool = False,
) -> Taken:
    return take_alert(
        database, content, intake, lexicon=built_in(), source="测试", at=at, by=by, again=again
    )


def rows(database: Database) -> list[AlertRow]:
    """Theirs, oldest first."""
    with database.session() as session:
        return list(reversed(alerts.recent(session, incoming=True)))


def announcement(database: Database, taken: Taken) -> AnnouncementRow:
    assert taken.announcement is not None, taken.reason
    with database.session() as session:
        return announcements.get(session, taken.announcement)


def broadcasts_of(database: Database, taken: Taken) -> list[BroadcastRow]:
    assert taken.announcement is not None
    with database.session() as session:
        return list(announcements.broadcasts_of(session, taken.announcement))


def test_one_from_outside_is_shown_for_approval_and_said_in_chinese(database: Database) -> None:
    taken = take(database, document())
    assert (taken.outcome, taken.reason) == ("waiting", "发布单位不在信任名单里")
    row = announcement(database, taken)
    assert (row.kind, row.state, row.priority) == ("alert", "awaiting_approval", "emergency")
    assert (row.author, row.source, row.status) == (OTHERS, "cap", "actual")
    assert row.title == "暴雨红色预警"
    assert row.text == (
        "杭州市气象台发布：暴雨红色预警。预计未来3小时降雨量将达100毫米以上。"
        "请停止户外作业，低洼处人员立即转移。涉及区域：萧山区。有效至11月16日18时。"
    )
    assert row.expires_at == SLOT + timedelta(hours=9)
    spoken = "".join(clause["spoken"] for clause in row.clauses)
    assert "未来三小时降雨量将达一百毫米以上" in spoken
    (kept,) = rows(database)
    assert kept.xml.encode() == document()
    assert kept.sent == SLOT
    with database.session() as session:
        digest = announcements.digest_of(session, announcements.get(session, row.id))
    approve(database, row.id, digest=digest, at=SLOT + MINUTE, by=CHIEF)
    assert [one.priority for one in broadcasts_of(database, taken)] == ["emergency"]


def test_one_that_waits_is_an_alarm_until_somebody_decides(
    database: Database, tmp_path: Path
) -> None:
    studio = studios.studio_of(database, tmp_path)
    number = announcement(database, take(database, document())).id
    take(database, document("A2", info=INFO.replace("Severe", "Minor")))
    (alarm,) = watch_alarms(studio, now=SLOT)
    assert alarm.text == f"紧急：“暴雨红色预警”（{SENDER}）等审批，还没有播"
    assert watch_alarms(studio, now=SLOT) == []
    with database.session() as session:
        digest = announcements.digest_of(session, announcements.get(session, number))
    approve(database, number, digest=digest, at=SLOT, by=CHIEF)
    watch_alarms(studio, now=SLOT)
    with database.session() as session:
        assert alarms.every_open(session) == []


def test_a_source_that_has_failed_for_long_is_an_alarm_until_it_is_good(
    database: Database, tmp_path: Path
) -> None:
    studio = studios.studio_of(database, tmp_path)

    def note(minutes: int, fault: str = "") -> list[str]:
        at = SLOT + minutes * MINUTE
        with database.session(write=True) as session:
            alerts.note_feed(session, "http://a.example/feed", at=at, fault=fault)
        return [one.text for one in watch_alarms(studio, now=at)]

    assert note(0) == []
    assert note(5, "连不上") == []
    assert note(11, "连不上") == ["http://a.example/feed 有问题，收不到警报：连不上"]
    assert note(12) == []
    with database.session() as session:
        assert alarms.every_open(session) == []
    assert len(note(30, "连不上")) == 1
    watch_alarms(studio, now=SLOT + 91 * MINUTE)  # nobody asks it any more
    with database.session() as session:
        assert alarms.every_open(session) == []


def test_a_trusted_sender_is_heard_at_once_and_a_rule_lets_anybody(
    sqlite_database: Database,
) -> None:
    taken = take(sqlite_database, document(), TRUSTED)
    assert taken.outcome == "aired"
    assert announcement(sqlite_database, taken).state == "sent"
    assert len(broadcasts_of(sqlite_database, taken)) == 1
    free = replace(ASKED, rules=approval_rules("alert.*=none"))
    taken = take(sqlite_database, document("A2"), free)
    assert (taken.outcome, taken.reason) == ("aired", "")
    duty = replace(ASKED, rules=approval_rules("alert.emergency=duty"))
    assert take(sqlite_database, document("A3"), duty).outcome == "waiting"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (document(scope="Restricted"), "Restricted"),
        (document(msg_type="Update", references=reference("A0")), "没有收到过"),
        (document(info=INFO.replace("暴雨红色", "演练：暴雨红色")), "文字里却有“演练”"),
        (
            document(
                info=INFO.replace("暴雨红色预警", "Rainstorm")
                .replace("预计未来3小时降雨量将达100毫米以上。", "Heavy rain is expected.")
                .replace("请停止户外作业，低洼处人员立即转移。", "Stay inside.")
            ),
            "不是中文",
        ),
    ],
)
def test_what_is_in_doubt_is_looked_at_whoever_sends_it(
    sqlite_database: Database, content: bytes, why: str
) -> None:
    taken = take(sqlite_database, content, TRUSTED)
    assert taken.outcome == "waiting"
    assert why in taken.reason


PAST = instant_text(SLOT - timedelta(hours=25))
ENDLESS = INFO.replace("    <expires>2021-11-16T18:00:00+08:00</expires>\n", "")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (document(info=INFO.replace("T18:00", "T08:59")), "已过有效期：有效至 2021-11-16 08:59"),
        (document(sent=PAST, info=ENDLESS), "已超过 24 小时"),
        (document(sent=instant_text(SLOT + 11 * MINUTE)), "发布时间在将来：2021-11-16 09:11"),
        (document(msg_type="Ack", references=SECOND), "回执（Ack）"),
        (document(msg_type="Error", references=SECOND), "退错（Error）"),
        (document(status="System"), "System"),
        (document(status="Draft"), "Draft"),
        (document(scope="Private"), "Private"),
        (document(info=""), "没有内容"),
        (document(msg_type="Cancel", references=reference("A0")), "没有收到过"),
        (document().replace(b"<status>", b"<stat>"), "XML"),
        (document(status="Real"), "status"),
        (b"\x00\xff not xml \x00", "XML"),
        (b"x" * (1024 * 1024 + 1), "太大"),
    ],
)
def test_what_is_refused_is_on_record_with_its_reason(
    sqlite_database: Database, content: bytes, sentence: str
) -> None:
    taken = take(sqlite_database, content, TRUSTED)
    assert taken.outcome == "refused"
    assert sentence in taken.reason
    (row,) = rows(sqlite_database)
    assert (row.outcome, row.reason) == ("refused", taken.reason)
    assert row.announcement_id is None
    with sqlite_database.session() as session:
        assert not announcements.in_state(session, *AnnouncementState)


def test_what_cannot_be_read_is_kept_on_both_databases(database: Database) -> None:
    for content in (b"\x00\xff\xfe", document(sent="x" * 500), document("y" * 5000)):
        assert take(database, content).outcome == "refused"
    assert len(rows(database)) == 3


def test_a_duplicate_is_refused_and_on_record_however_many_come_at_once(
    database: Database,
) -> None:
    ready = threading.Barrier(4)
    found: list[str] = []

    def bring() -> None:
        ready.wait()
        found.append(take(database, document()).outcome.value)

    threads = [threading.Thread(target=bring) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["refused", "refused", "refused", "waiting"]
    assert [row.reason for row in rows(database) if row.outcome == "refused"] == [
        "重复：同一发布单位的这个编号已经收到过"
    ] * 3
    with database.session() as session:
        assert announcements.awaited(session) == 1
    assert take(database, document(sender="b.example")).outcome == "waiting"


def test_what_went_out_from_here_is_not_taken_when_it_comes_back(
    sqlite_database: Database,
) -> None:
    with sqlite_database.session(write=True) as session:
        alerts.put(
            session,
            read_alert(document()),
            xml="",
            digest="",
            incoming=False,
            outcome=Outcome.ISSUED,
            at=SLOT,
        )
    taken = take(sqlite_database, document(), TRUSTED)
    assert taken.outcome == "refused"
    assert "本系统自己发出的" in taken.reason


def test_one_that_was_refused_may_come_again(sqlite_database: Database) -> None:
    early = take(sqlite_database, document(), at=SLOT - timedelta(hours=1))
    assert early.outcome == "refused"
    assert take(sqlite_database, document()).outcome == "waiting"


def test_an_exercise_is_said_as_one(sqlite_database: Database) -> None:
    taken = take(sqlite_database, document(status="Exercise"))
    row = announcement(sqlite_database, taken)
    assert (row.status, row.title) == ("exercise", "【演练】暴雨红色预警")
    assert row.clauses[0]["written"].startswith("演练")


def test_a_cancellation_of_what_was_said_is_an_all_clear(database: Database) -> None:
    first = take(database, document(), TRUSTED)
    (said,) = broadcasts_of(database, first)
    over = document("A2", msg_type="Cancel", references=SECOND, info="")
    forged = take(database, over.replace(SENDER.encode(), b"b.example", 1), TRUSTED)
    assert forged.outcome == "refused"
    assert "只有原发布单位能解除" in forged.reason
    taken = take(database, over, TRUSTED, at=SLOT + MINUTE)
    assert taken.outcome == "aired"
    row = announcement(database, taken)
    assert (row.kind, row.relation, row.refers_to) == ("all_clear", "all_clear", said.id)
    assert (row.title, row.priority) == ("解除：暴雨红色预警", "important")
    assert row.text == f"{SENDER}发布：暴雨红色预警，现已解除。"
    (cleared,) = broadcasts_of(database, taken)
    assert (cleared.relation, cleared.refers_to) == ("all_clear", said.id)


def test_an_untrusted_cancellation_waits_although_an_all_clear_of_ours_need_not(
    sqlite_database: Database,
) -> None:
    take(sqlite_database, document(), TRUSTED)
    over = document("A2", msg_type="Cancel", references=SECOND)
    taken = take(sqlite_database, over, ASKED)
    assert taken.outcome == "waiting"
    assert announcement(sqlite_database, taken).state == "awaiting_approval"


def test_an_update_takes_the_place_of_what_still_waits_and_a_cancellation_settles_it(
    database: Database,
) -> None:
    first = take(database, document())
    news = document("A2", msg_type="Update", references=SECOND)
    second = take(database, news, at=SLOT + MINUTE)
    assert second.outcome == "waiting"
    assert announcement(database, first).state == "cancelled"
    assert "更新" in announcement(database, first).decision
    assert announcement(database, second).text.startswith("杭州市气象台更新：")
    over = document("A3", msg_type="Cancel", references=f"{SECOND} {reference('A2')}")
    third = take(database, over, at=SLOT + 2 * MINUTE)
    assert (third.outcome, third.announcement) == ("settled", second.announcement)
    assert announcement(database, second).state == "cancelled"
    assert [row.outcome for row in rows(database)] == ["settled"] * 3
    with database.session() as session:
        assert announcements.awaited(session) == 0


def test_an_update_of_what_was_said_refers_to_it(sqlite_database: Database) -> None:
    first = take(sqlite_database, document(), TRUSTED)
    (said,) = broadcasts_of(sqlite_database, first)
    news = document("A2", msg_type="Update", references=SECOND)
    taken = take(sqlite_database, news, TRUSTED)
    row = announcement(sqlite_database, taken)
    assert (row.kind, row.relation, row.refers_to) == ("alert", "update", said.id)
    assert row.title == "更新：暴雨红色预警"


def test_it_is_said_in_every_hall_or_where_the_setting_says(sqlite_database: Database) -> None:
    add_zone(sqlite_database, "east", "东片", at=SLOT, by=DUTY)
    add_hall(sqlite_database, "second", "二号厅", zone="east", at=SLOT, by=DUTY)
    taken = take(sqlite_database, document())
    assert announcement(sqlite_database, taken).targets == ["east", "main"]
    there = take(sqlite_database, document("A2"), replace(ASKED, targets=("second",)))
    assert announcement(sqlite_database, there).targets == ["second"]
    gone = take(sqlite_database, document("A3"), replace(ASKED, targets=("west",)))
    assert gone.outcome == "refused"
    assert "没有名为“west”的大厅或区域" in gone.reason
    with sqlite_database.session() as session:
        assert announcements.awaited(session) == 2


def test_whoever_brings_one_is_put_down_and_does_not_approve_it(
    sqlite_database: Database,
) -> None:
    taken = take(sqlite_database, document(), by=CHIEF)
    take(sqlite_database, document(), by=CHIEF)
    assert announcement(sqlite_database, taken).author == CHIEF.name
    with sqlite_database.session() as session:
        brought = [one for one in audit.walk(session) if one.what == "alert_brought"]
    assert [one.who for one in brought] == [CHIEF.name] * 2
    assert "重复" in brought[1].after


def test_somebody_who_was_cut_off_goes_on_where_he_was(sqlite_database: Database) -> None:
    first = take(sqlite_database, document())
    assert take(sqlite_database, document(), again=True) == first
    assert len(rows(sqlite_database)) == 1


def test_a_check_keeps_nothing(sqlite_database: Database) -> None:
    alert, said = check_alert(document(), now=SLOT)
    assert (alert.identifier, said.title) == ("A1", "暴雨红色预警")
    assert rows(sqlite_database) == []


def test_of_several_languages_chinese_is_said_and_a_long_text_is_cut_after_a_sentence() -> None:
    english = (
        INFO.replace("zh-CN", "en-US")
        .replace("暴雨红色预警", "Rainstorm red warning")
        .replace("预计未来3小时降雨量将达100毫米以上。", "Heavy rain is expected.")
        .replace("请停止户外作业，低洼处人员立即转移。", "Stay inside.")
    )
    alert, said = check_alert(document(info=english + INFO), now=SLOT)
    assert "Rainstorm" not in said.text
    assert said.chinese
    long = INFO.replace("100毫米以上。", "100毫米以上。" + "请注意防范。" * 500)
    alert, said = check_alert(document(info=long), now=SLOT)
    assert len(said.text) <= 1900
    assert said.text.endswith("请注意防范。以下内容从略，详见原文。")
    bare = INFO.replace("    <headline>暴雨红色预警</headline>\n", "")
    alert, said = check_alert(document(info=bare), now=SLOT)
    assert said.text.startswith("杭州市气象台发布：暴雨，严重，立即应对。预计")
    marked = INFO.replace("100毫米", "[100|ni3]\n  毫米")
    alert, said = check_alert(document(info=marked), now=SLOT)
    assert "|" not in said.text
    assert said_of(alert, now=SLOT) == said

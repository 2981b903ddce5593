"""The towns' weeks are issued with the district's, from one ledger, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from steward.broadcasts.queries import announcements, broadcasts, halls, plans
from steward.broadcasts.tables import AnnouncementRow, BroadcastRow
from steward.domain.accounts import Actor
from steward.domain.announcements import AnnouncementState, Draft, Status, approval_rules
from steward.domain.broadcasts import BroadcastState, Priority
from steward.domain.offices import Matter
from steward.domain.plans import DayRule, MissedRule
from steward.domain.weeks import Week
from steward.narration.lexicon import built_in
from steward.offices.queries import issues
from steward.offices.tables import BriefingRow
from steward.operations.compare_with_ledger import Rules
from steward.operations.compose import save_draft
from steward.operations.decide_announcement import approve, submit
from steward.operations.freeze_week import freeze_week
from steward.operations.stop_broadcasts import stop_all
from steward.operations.weekly_figures import figures_document, read_figures, weekly_figures
from steward.operations.write_correction import write_correction
from steward.scheduler.engine import Engine
from steward.storage.engine import Database
from tests.support import studios
from tests.support.accounts import DUTY
from tests.support.ledgers import TOWNS, fill
from tests.support.said import (
    LATE,
    THREE,
    after,
    engine_that_said_the_week,
    play,
    take,
    void,
)
from tests.support.studios import SLOT

CHIEF = Actor("周科长", "approver", "10.0.0.6")
COUNTED = (
    "new_hazards",
    "due_soon_enterprises",
    "overdue_enterprises",
    "closed_hazards",
    "monitored",
    "closed_total",
    "open_major",
)


def issued(database: Database) -> list[BriefingRow]:
    """All briefings, oldest first."""
    with database.session() as session:
        found = [
            issues.briefing(session, one.id)
            for code in TOWNS
            for one in issues.of_town(session, Matter.BRIEFING, code)
        ]
    return sorted(found, key=lambda row: row.id)


def of(database: Database, code: str) -> list[BriefingRow]:
    return [row for row in issued(database) if row.town_code == code]


def said(database: Database, broadcast_id: int = 1) -> BroadcastRow:
    with database.session() as session:
        return broadcasts.get(session, broadcast_id)


def assert_agrees(rows: list[BriefingRow], figures: dict[str, Any] | None) -> None:
    """What the towns were given is what the district's figures say of them."""
    assert figures is not None
    shares = {share["key"]: share for share in figures["by_town"]}
    assert [row.town_code for row in rows] == sorted(shares)
    for row in rows:
        share = shares[row.town_code]
        assert row.figures["town"]["name"] == share["name"]
        assert [row.figures[name] for name in COUNTED] == [share[name] for name in COUNTED]
        assert len(row.figures["lists"]["overdue"]) == share["overdue_enterprises"]
        assert len(row.figures["lists"]["due_soon"]) == share["due_soon_enterprises"]
        assert len(row.figures["lists"]["open_major"]) == share["open_major"]
        assert len(row.evidence["new_hazards"]) == share["new_hazards"]


@pytest.fixture
def engine(database: Database, tmp_path: Path) -> Engine:
    return engine_that_said_the_week(database, tmp_path)


def test_every_town_is_given_its_week_with_the_district(database: Database, engine: Engine) -> None:
    rows = issued(database)
    assert_agrees(rows, said(database).figures)
    assert {(row.week, row.number, row.broadcast_id, row.as_of) for row in rows} == {
        ("2021-W46", 1, 1, SLOT)
    }
    one = of(database, TOWNS[1])[0]
    assert one.title == "镇2每周隐患简报（2021年第46周）"
    assert (one.sound, one.papers, one.made_at) == ("waiting", "waiting", SLOT)
    alone = weekly_figures(database, as_of=SLOT, town=TOWNS[1], evidence=True)
    document = figures_document(alone)
    assert one.evidence == document.pop("evidence")
    lists = one.figures["lists"]
    assert one.figures == document | {"due_soon_days": 7, "lists": lists}
    assert read_figures(one.figures) == alone
    (firm,) = lists["due_soon"]
    assert (firm["name"], firm["hazards"], firm["deadline"], firm["days"]) == (
        "企业2",
        2,
        "2021-11-20",
        4,
    )
    assert [(one["enterprise"], one["deadline"]) for one in lists["open_major"]] == [
        ("企业2", "2021-11-21")
    ]
    (late,) = of(database, TOWNS[0])[0].figures["lists"]["overdue"]
    assert (late["name"], late["days"]) == ("企业1", -1)


def test_what_came_between_the_slot_and_its_freezing_is_in_both(
    database: Database, tmp_path: Path
) -> None:
    studios.plan_for(database)
    with database.session(write=True) as session:
        fill(session, [])
    take(database, tmp_path, THREE, -60)
    engine = studios.engine_of(studios.studio_of(database, tmp_path), tmp_path, prepare_ahead_s=0)
    take(database, tmp_path, LATE, 0.1)  # of yesterday, handed in late
    play(engine, 0.2)
    rows = issued(database)
    assert_agrees(rows, said(database).figures)
    assert rows[0].figures["new_hazards"] == 2
    take(database, tmp_path, LATE.replace("L1", "L2"), 1)
    assert_agrees(issued(database), said(database).figures)


@contextmanager
def between_statements(database: Database, act: Any) -> Iterator[None]:
    """Do something elsewhere after each statement that this database is asked."""

    def follow(*_: Any) -> None:
        act()

    event.listen(database.engine, "after_cursor_execute", follow)
    try:
        yield
    finally:
        event.remove(database.engine, "after_cursor_execute", follow)


def test_a_ledger_that_changes_while_it_is_read_is_read_as_one(
    database: Database, engine: Engine, tmp_path: Path
) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    elsewhere = Database(url)
    taken = []

    def one_more() -> None:
        if len(taken) < 12:
            taken.append(None)
            row = LATE.replace("L1", f"M{len(taken)}").replace("一般", "重大")
            take(elsewhere, tmp_path, row, 10 + len(taken))

    with between_statements(database, one_more):
        week = freeze_week(database, as_of=SLOT, due_soon_days=7)
    elsewhere.dispose()
    assert len(taken) == 12
    shares = {share.key: share.counts for share in week.district.by_town}
    for town in week.towns:
        assert read_figures(town.figures).counts == shares[town.code]
        assert len(town.figures["lists"]["open_major"]) == shares[town.code].open_major
    again = freeze_week(database, as_of=SLOT, due_soon_days=7)
    assert again.district.counts.new_hazards == 15


def plan_again(database: Database, hall: str, when: str, template: str = "weekly") -> None:
    with database.session(write=True) as session:
        plans.add(
            session,
            title=f"{hall}的计划",
            template=template,
            town_code=None,
            hall_id=halls.ensure(session, hall, hall).id,
            when=when,
            day_rule=DayRule.EVERY_DAY,
            missed_rule=MissedRule.PLAY_LATE,
            late_minutes=30,
            priority=Priority.ROUTINE,
            at=studios.BEFORE,
        )


def test_several_halls_and_later_broadcasts_of_the_week_give_one_briefing_a_town(
    sqlite_database: Database, tmp_path: Path
) -> None:
    database = sqlite_database
    plan_again(database, "second", "2021-11-16T09:00")
    plan_again(database, "second", "2021-11-16T09:20")
    plan_again(database, "second", "2021-11-16T08:50", template="daily")
    engine = engine_that_said_the_week(database, tmp_path)
    void(database, 1, 10)
    play(engine, 20)
    assert studios.states(database) == ["played"] * 4
    assert [row.number for row in issued(database)] == [1, 1, 1]
    assert {row.as_of for row in issued(database)} == {SLOT}


def test_a_broadcast_in_place_of_one_never_heard_issues_what_has_changed(
    sqlite_database: Database, tmp_path: Path
) -> None:
    database = sqlite_database
    plan_again(database, "main", "2021-11-16T09:20")
    studios.plan_for(database)
    with database.session(write=True) as session:
        fill(session, [])
    take(database, tmp_path, THREE, -60)
    engine = studios.engine_of(studios.studio_of(database, tmp_path), tmp_path, prepare_ahead_s=0)
    play(engine, 0, to=BroadcastState.READY)
    stop_all(database, "main", at=after(1), by=DUTY)
    void(database, 1, 10)
    play(engine, 20)
    assert [row.number for row in issued(database)] == [1, 1, 1, 2]
    again = issued(database)[-1]
    assert (again.town_code, again.as_of) == (TOWNS[0], after(20))
    assert again.reason.startswith("原来的全区每周播报没有播出")
    assert again.changes[0] == {
        "name": "镇1本周新增隐患",
        "said": "1条",
        "now": "无",
        "aloud": True,
    }


def test_an_exercise_gives_no_town_anything(sqlite_database: Database, tmp_path: Path) -> None:
    database = sqlite_database
    engine = engine_that_said_the_week(database, tmp_path)
    draft = Draft("本周情况", "本周新增隐患3条。", targets=("main",), status=Status.EXERCISE)
    number, version = save_draft(
        database,
        draft,
        lexicon=built_in(),
        at=SLOT,
        by=DUTY,
        figures=said(database).figures,
        as_of=SLOT,
    )
    submit(database, number, version=version, rules=approval_rules(""), at=after(5), by=DUTY)
    play(engine, 5)
    assert {row.broadcast_id for row in issued(database)} == {1}


def test_what_an_approver_lets_pass_later_is_as_of_its_slot(
    database: Database, tmp_path: Path
) -> None:
    studios.plan_for(database)
    with database.session(write=True) as session:
        fill(session, [])
    take(database, tmp_path, THREE, -60)
    rules = approval_rules("plan.routine=approver")
    studio = replace(studios.studio_of(database, tmp_path), approvals=rules)
    engine = studios.engine_of(studio, tmp_path, prepare_ahead_s=0)
    engine.tick(SLOT)
    assert issued(database) == []  # nobody has said yes
    take(database, tmp_path, LATE, 5)
    studios.work_off(engine, after(6))
    with database.session() as session:
        (row,) = announcements.in_state(session, AnnouncementState.AWAITING_APPROVAL)
        digest = announcements.digest_of(session, row)
    approve(database, row.id, digest=digest, at=after(10), by=CHIEF)
    play(engine, 10)
    assert_agrees(issued(database), said(database).figures)
    assert issued(database)[0].figures["new_hazards"] == 1
    play(engine, 11)
    assert len(issued(database)) == 3


def correct(database: Database, minutes: float) -> AnnouncementRow:
    number, _ = write_correction(
        database,
        1,
        rules=Rules(),
        district="萧山区",
        lexicon=built_in(),
        at=after(minutes),
        by=DUTY,
    )
    with database.session() as session:
        return announcements.get(session, number)


def send(database: Database, row: AnnouncementRow, minutes: float) -> None:
    rules = approval_rules("")
    submit(database, row.id, version=row.version, rules=rules, at=after(minutes), by=DUTY)


def test_a_correction_is_issued_to_the_towns_it_concerns_and_keeps_what_was(
    database: Database, engine: Engine, tmp_path: Path
) -> None:
    before = {row.id: row.figures for row in issued(database)}
    void(database, 1, 30)
    draft = correct(database, 40)
    assert len(issued(database)) == 3  # nothing was sent
    take(database, tmp_path, LATE, 41)  # nobody has seen it yet who sends the draft
    send(database, draft, 42)
    play(engine, 42)
    rows = issued(database)
    assert [(row.town_code, row.number) for row in rows[3:]] == [(TOWNS[0], 2)]
    assert {row.id: row.figures for row in rows[:3]} == before
    again = rows[3]
    assert (again.as_of, again.made_at, again.broadcast_id) == (SLOT, after(42), 2)
    assert again.title == "镇1每周隐患简报（2021年第46周，更正第1次）"
    assert again.reason == f"全区每周播报已更正，本镇街有 {len(again.changes)} 处变化"
    told = {one["name"]: (one["said"], one["now"]) for one in again.changes}
    assert told["镇1本周新增隐患"] == ("1条", "无")
    assert told["镇1超期预警企业"] == ("1家", "无")
    assert told["类别“消防安全”新增隐患"] == ("1条", "无")
    assert told["超期预警企业名单"] == ("列有企业1", "没有列出")
    assert not any("镇2" in name for name in told)
    holding = {row.town_code: row for row in rows}
    assert_agrees([holding[code] for code in sorted(holding)], said(database, 2).figures)
    with database.session() as session:
        held = issues.of_period(session, Matter.BRIEFING, str(Week.containing(SLOT)))
    assert [(one.town_code, one.number) for one in held] == [
        (TOWNS[0], 2),
        (TOWNS[2], 1),
        (TOWNS[1], 1),
    ]


def test_a_second_correction_speaks_of_what_was_said_last(
    database: Database, engine: Engine, tmp_path: Path
) -> None:
    void(database, 1, 30)
    send(database, correct(database, 31), 31)
    play(engine, 31)
    take(database, tmp_path, LATE, 40)
    send(database, correct(database, 41), 42)
    play(engine, 42)
    rows = of(database, TOWNS[0])
    assert [row.number for row in rows] == [1, 2, 3]
    assert rows[2].changes[0]["said"] == "无"
    assert rows[2].changes[0]["now"] == "1条"
    assert len(of(database, TOWNS[1])) == 1

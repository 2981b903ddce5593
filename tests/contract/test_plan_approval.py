"""A plan whose broadcasts an approver must let pass, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from steward.accounts.queries import audit
from steward.broadcasts.queries import announcements, broadcasts, slots
from steward.broadcasts.tables import AnnouncementRow
from steward.domain.accounts import Actor
from steward.domain.announcements import AnnouncementState, approval_rules
from steward.domain.broadcasts import Priority
from steward.domain.plans import MissedRule
from steward.operations.compose import draft_of, save_draft
from steward.operations.decide_announcement import approve, return_to_author, submit
from steward.operations.settle_readings import lexicon_in_force
from steward.operations.show_announcement import mine
from steward.operations.studio import Studio
from steward.scheduler.engine import Engine
from steward.storage.engine import Database
from tests.support import studios
from tests.support.accounts import DUTY
from tests.support.studios import SLOT

MINUTE = timedelta(minutes=1)
CHIEF = Actor("周科长", "approver", "10.0.0.6")
RULES = approval_rules("plan.routine=approver")


@pytest.fixture(autouse=True)
def _ledger(database: Database) -> None:
    studios.ledger(database)


@pytest.fixture
def studio(database: Database, tmp_path: Path) -> Studio:
    return replace(studios.studio_of(database, tmp_path), approvals=RULES)


@pytest.fixture
def engine(studio: Studio, tmp_path: Path) -> Engine:
    return studios.engine_of(studio, tmp_path, prepare_ahead_s=0)


def waiting(database: Database) -> AnnouncementRow:
    with database.session() as session:
        (row,) = announcements.in_state(session, AnnouncementState.AWAITING_APPROVAL)
        return row


def digest(database: Database, number: int) -> str:
    with database.session() as session:
        return announcements.digest_of(session, announcements.get(session, number))


def test_its_figures_are_those_of_the_slot_however_late_it_is_approved(
    database: Database, engine: Engine
) -> None:
    studios.plan_for(database)
    engine.tick(SLOT)
    assert studios.states(database) == []
    row = waiting(database)
    assert (row.kind, row.author, row.as_of) == ("plan", "计划 计划", SLOT)
    assert row.expires_at == SLOT + 30 * MINUTE
    assert row.targets == ["main"]
    assert row.figures is not None
    assert row.figures["new_hazards"] == 2
    assert row.evidence == row.evidence | {"new_hazards": [1, 2]}  # type: ignore[operator]
    studios.work_off(engine, SLOT)
    later = SLOT + 20 * MINUTE
    approve(database, row.id, digest=digest(database, row.id), at=later, by=CHIEF)
    engine.tick(later)
    made = studios.only_broadcast(database)
    assert (made.as_of, made.slot_at, made.template) == (SLOT, later, "weekly")
    assert (made.figures, made.evidence) == (row.figures, row.evidence)
    assert made.clauses == row.clauses
    studios.work_off(engine, later)
    engine.tick(later)
    assert studios.states(database) == ["playing"]
    with database.session() as session:
        acts = [entry.what for entry in audit.walk(session)]
        outcomes = {slot.outcome for slot in slots.recent(session)}
    assert acts[-2:] == ["announcement_submitted", "announcement_approved"]
    assert "submitted" in outcomes
    engine.tick(later + MINUTE)
    with database.session() as session:
        assert len(broadcasts.recent(session)) == 1


def test_a_month_is_put_before_the_approver_like_a_week(database: Database, engine: Engine) -> None:
    studios.plan_for(database, template="monthly")
    engine.tick(SLOT)
    row = waiting(database)
    assert row.figures is not None
    assert row.figures["month"] == "2021-10"
    assert "没有2021年10月的数据" in row.text
    studios.work_off(engine, SLOT)
    approve(database, row.id, digest=digest(database, row.id), at=SLOT + MINUTE, by=CHIEF)
    engine.tick(SLOT + MINUTE)
    assert studios.only_broadcast(database).figures == row.figures


def test_nobody_approves_in_time_and_it_expires(database: Database, engine: Engine) -> None:
    studios.plan_for(database, late_minutes=10)
    engine.tick(SLOT)
    row = waiting(database)
    engine.tick(SLOT + 9 * MINUTE)
    assert waiting(database).id == row.id
    engine.tick(SLOT + 10 * MINUTE)
    with database.session() as session:
        assert announcements.get(session, row.id).state == "expired"
    assert studios.states(database) == []


def test_returned_to_no_person_it_is_every_operators_draft(
    database: Database, engine: Engine
) -> None:
    studios.plan_for(database)
    engine.tick(SLOT)
    row = waiting(database)
    return_to_author(database, row.id, reason="先核实", at=SLOT, by=CHIEF)
    (found,) = mine(database, DUTY.name)
    assert "先核实" in found.decision
    with database.session() as session:
        draft = draft_of(announcements.get(session, row.id))
    number, version = save_draft(
        database,
        replace(draft, text="经核实，" + draft.text),
        lexicon=lexicon_in_force(database, None),
        at=SLOT,
        by=DUTY,
        number=row.id,
        version=found_version(database, row.id),
    )
    with database.session() as session:
        kept = announcements.get(session, number)
        assert (kept.author, kept.as_of) == (DUTY.name, SLOT)
        assert kept.figures is not None
    done = submit(database, number, version=version, rules=RULES, at=SLOT, by=DUTY)
    assert done.state == "awaiting_approval"


def found_version(database: Database, number: int) -> int:
    with database.session() as session:
        return announcements.get(session, number).version


def test_a_missed_one_follows_its_rule(database: Database, engine: Engine) -> None:
    late = SLOT + 20 * MINUTE
    studios.plan_for(database, missed=MissedRule.SKIP)
    engine.tick(late)
    with database.session() as session:
        assert announcements.awaited(session) == 0
    studios.plan_for(database, "2021-11-16T09:05", missed=MissedRule.ASK, late_minutes=5)
    engine.tick(late)
    row = waiting(database)
    assert row.expires_at == late + 5 * MINUTE
    assert "按计划等待确认" in row.reason


def test_what_cannot_be_written_is_a_failure_on_record(
    database: Database, studio: Studio, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "weekly-bad.j2").write_text("{{ nothing }}", encoding="utf-8")
    engine = studios.engine_of(replace(studio, own_templates=own), tmp_path, prepare_ahead_s=0)
    studios.plan_for(database, template="weekly-bad")
    engine.tick(SLOT)
    made = studios.only_broadcast(database)
    assert made.state == "failed"
    assert "nothing" in made.fault
    engine.tick(SLOT + MINUTE)
    assert studios.states(database) == ["failed"]


def test_another_priority_needs_nobody(database: Database, engine: Engine) -> None:
    studios.plan_for(database, priority=Priority.IMPORTANT)
    engine.tick(SLOT)
    assert studios.states(database) == ["rendering"]

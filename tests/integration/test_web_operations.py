"""What the pages are told: the board of the minute, what comes, whether all is ready."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from steward.broadcasts.queries import halls, plans
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import Priority
from steward.domain.plans import DayRule, MissedRule
from steward.errors import StorageError
from steward.ledger.tables import EnterpriseRow, HazardRow
from steward.ledger.tally import HazardFacts, apply
from steward.operations.board import LiveBoard
from steward.operations.check_readiness import check_readiness
from steward.operations.list_broadcasts import coming, heard, on_air
from steward.operations.schedule import Outlook
from steward.storage import migrate
from steward.storage.engine import Database
from tests.support.served import NoPlans
from tests.support.stage import Stage, SteppedClock


def add_hazard(database: Database, found_at: datetime) -> None:
    with database.session(write=True) as session:
        enterprise = EnterpriseRow(name="某厂", town_id=1, created_at=found_at)
        session.add(enterprise)
        session.flush()
        session.add(
            HazardRow(
                source="grid_patrol",
                external_id=str(enterprise.id),
                enterprise_id=enterprise.id,
                town_id=1,
                category="消防",
                level="general",
                found_at=found_at,
                deadline=found_at.date() - timedelta(days=1),
                status="rectifying",
                created_at=found_at,
            )
        )
        fact = HazardFacts(1, "grid_patrol", None, "消防", found_at, None, None)
        apply(session, [], [fact])


def test_the_board_is_of_the_running_minute(stage: Stage, clock: SteppedClock) -> None:
    board = LiveBoard(stage.database, due_soon_days=7)
    first = board.at(clock.now())
    assert first["scope"] == "全区"
    assert (first["monday"], first["sunday"]) == ("2021-11-15", "2021-11-21")
    assert first["as_of"] == "2021-11-16T09:00:00+08:00"
    add_hazard(stage.database, clock.now() - timedelta(minutes=5))
    assert board.at(clock.step(59)) is first
    second = board.at(clock.step(1))
    assert second["counts"]["new_hazards"] == 1
    assert second["counts"]["overdue_enterprises"] == 1
    assert second["as_of"] == "2021-11-16T09:01:00+08:00"
    town = next(town for town in second["towns"] if town["open_hazards"])
    assert (town["name"], town["overdue_enterprises"]) == ("城厢街道", 1)


def test_what_comes_is_made_or_planned_and_named_once(stage: Stage, clock: SteppedClock) -> None:
    soon, later = clock.now() + timedelta(minutes=5), clock.now() + timedelta(days=7)
    with stage.database.session(write=True) as session:
        plans.add(
            session,
            title="每周播报",
            template="weekly",
            town_code=None,
            hall_id=stage.hall_id,
            when="0 9 * * 1",
            day_rule=DayRule.SHIFT,
            missed_rule=MissedRule.PLAY_LATE,
            late_minutes=30,
            priority=Priority.ROUTINE,
            at=clock.now(),
        )
    stage.broadcast(soon)

    class Twice(NoPlans):
        def outlook(self, plans: object, after: datetime) -> Outlook:
            assert isinstance(plans, list)
            slots = [(plan, at) for plan in plans for at in (soon, later) if at > after]
            return Outlook(slots, ["2027 年的放假调休安排未知"])

    told, warnings = coming(stage.database, Twice(), at=clock.now())
    assert [(one.at, one.state) for one in told] == [(soon, "ready"), (later, None)]
    assert warnings == ["2027 年的放假调休安排未知"]


def test_what_plays_and_what_was_heard(stage: Stage, clock: SteppedClock) -> None:
    first, second = stage.broadcast(clock.now()), stage.broadcast(clock.now())
    stage.move(first, S.PLAYING, clock.step(1))
    assert on_air(stage.database)[stage.hall_id].id == first
    stage.move(first, S.PLAYED, clock.step(9))
    stage.move(second, S.PLAYING, clock.step(1))
    stage.move(second, S.CANCELLED, clock.step(1))
    assert on_air(stage.database) == {}
    assert [one.id for one in heard(stage.database)] == [first]
    assert heard(stage.database, hall_id=stage.hall_id + 1) == []


def test_ready_is_a_schema_of_this_program_and_a_hall(database_url: str) -> None:
    database = Database(database_url)
    try:
        with pytest.raises(StorageError, match="steward database upgrade"):
            check_readiness(database)
        migrate.upgrade(database)
        assert check_readiness(database) == "还没有任何大厅"
        with database.session(write=True) as session:
            halls.ensure(session, "main", "指挥大厅")
        assert check_readiness(database) == ""
    finally:
        database.dispose()

"""The warning lists: exactly whom the figures count; who comes in, who leaves, who is escalated."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from steward.domain.hazards import Status
from steward.domain.warning_lists import Escalation, Lists, WarningKind
from steward.errors import FiguresError, LedgerError
from steward.ledger.queries import acts
from steward.operations.export_warnings import warnings_document
from steward.operations.follow_warnings import (
    WarningWatch,
    follow_warnings,
    show_warnings,
    wrong_with_warnings,
)
from steward.operations.take_warning import past_warnings, take_warning
from steward.operations.weekly_figures import weekly_figures
from steward.storage.engine import Database
from tests.contract.test_foresight import DAY, NOW, case, due
from tests.support.accounts import DUTY
from tests.support.ledgers import fill

RULES = Escalation(unanswered_days=5, overdue_days=30)
CASES = (
    case(40, enterprise=1, deadlines=due(date(2021, 11, 10))),
    case(40, enterprise=1, deadlines=due(date(2021, 11, 12))),
    case(40, enterprise=1, deadlines=due(date(2021, 11, 20))),  # in both lists
    case(40, enterprise=2, deadlines=due(date(2021, 11, 16))),  # its last day
    case(40, enterprise=3, deadlines=due(date(2021, 11, 23))),  # the last day of the window
    case(40, enterprise=3, deadlines=due(date(2021, 11, 24))),
)


@pytest.fixture
def ledger(database: Database) -> Database:
    with database.session(write=True) as session:
        fill(session, CASES)
    return database


def lists(database: Database, as_of: datetime = NOW, town: str | None = None) -> Lists:
    return show_warnings(database, as_of=as_of, due_soon_days=7, town=town, now=as_of)


def look(database: Database, now: datetime) -> list[str]:
    found = follow_warnings(database, due_soon_days=7, rules=RULES, now=now)
    return [f"{one.enterprise} {one.escalated_why or RULES.reason(one, now)}" for one in found]


def names(found: Lists, kind: WarningKind) -> list[tuple[str, int, int]]:
    return [
        (one.entry.warned.name, one.entry.warned.hazards, one.entry.warned.days)
        for one in found.of(kind)
    ]


def test_the_lists_are_whom_the_figures_count(ledger: Database) -> None:
    for as_of in (NOW - 30 * DAY, NOW - 5 * DAY, NOW, NOW + 6 * DAY, NOW + 20 * DAY):
        figures = weekly_figures(ledger, as_of=as_of)
        found = lists(ledger, as_of)
        assert len(found.due_soon) == figures.counts.due_soon_enterprises
        assert len(found.overdue) == figures.counts.overdue_enterprises
    found = lists(ledger)
    assert names(found, WarningKind.OVERDUE) == [("企业1", 2, -6)]
    assert names(found, WarningKind.DUE_SOON) == [("企业2", 1, 0), ("企业1", 1, 4), ("企业3", 1, 7)]
    document = warnings_document(lists(ledger, town="330109113"))
    assert [one["name"] for one in document["due_soon"]] == ["企业2"]
    assert document["overdue"] == []
    with pytest.raises(FiguresError, match="没有这个镇街"):
        lists(ledger, town="没有")


def test_an_entry_is_followed_from_its_first_day_to_its_last(ledger: Database) -> None:
    assert look(ledger, NOW) == []
    (overdue,) = lists(ledger).overdue
    assert overdue.case is not None
    assert (overdue.case.opened_at, overdue.case.hazards) == (NOW, 2)
    with ledger.session(write=True) as session:
        for hazard_id in (1, 2):
            acts.move(session, hazard_id, Status.RECTIFYING, at=NOW)
            acts.move(session, hazard_id, Status.AWAITING_REVIEW, at=NOW)
        acts.move(session, 1, Status.CLOSED, at=NOW + DAY)
    look(ledger, NOW + DAY)
    overdue, other = lists(ledger, NOW + DAY).overdue
    assert other.entry.warned.name == "企业2"  # its last day is over
    assert overdue.case is not None
    assert (overdue.case.hazards, overdue.case.deadline) == (1, date(2021, 11, 12))
    with ledger.session(write=True) as session:
        acts.move(session, 2, Status.CLOSED, at=NOW + 2 * DAY)
    look(ledger, NOW + 2 * DAY)
    assert names(lists(ledger, NOW + 2 * DAY), WarningKind.OVERDUE) == [("企业2", 1, -2)]
    (gone,) = [one for one in past_warnings(ledger) if one.kind is WarningKind.OVERDUE]
    assert (gone.enterprise, gone.closed_at) == ("企业1", NOW + 2 * DAY)
    assert past_warnings(ledger, town="330109113") == [
        one for one in past_warnings(ledger) if one.enterprise == "企业2"
    ]


def test_what_nobody_takes_up_is_escalated_once(ledger: Database) -> None:
    look(ledger, NOW)
    assert look(ledger, NOW + 5 * DAY) == []
    assert look(ledger, NOW + 6 * DAY) == ["企业1 6 天没有人签收"]
    assert look(ledger, NOW + 11 * DAY) == ["企业2 6 天没有人签收"]  # first seen five days in
    with ledger.session() as session:
        (alarm,) = wrong_with_warnings(session)
    assert "企业1" in alarm.text
    assert "企业2" in alarm.text
    for listed in lists(ledger, NOW + 11 * DAY).overdue:
        assert listed.case is not None
        take_warning(
            ledger, listed.case.id, responsible="王五", note="", at=NOW + 11 * DAY, by=DUTY
        )
    with ledger.session() as session:
        assert wrong_with_warnings(session) == []


def test_what_is_taken_up_is_escalated_when_it_is_far_too_late(ledger: Database) -> None:
    look(ledger, NOW)
    (overdue,) = lists(ledger).overdue
    assert overdue.case is not None
    taken = take_warning(
        ledger, overdue.case.id, responsible=" 李四 ", note="已约谈", at=NOW, by=DUTY
    )
    assert (taken.responsible, taken.acknowledged_by) == ("李四", DUTY.name)
    assert "企业1" not in str(look(ledger, NOW + 20 * DAY))
    assert "企业1 超期 31 天" in look(ledger, NOW + 25 * DAY)


def test_a_warning_is_not_taken_up_without_a_name_or_when_it_is_over(ledger: Database) -> None:
    look(ledger, NOW)
    (overdue,) = lists(ledger).overdue
    assert overdue.case is not None
    with pytest.raises(LedgerError) as caught:
        take_warning(ledger, overdue.case.id, responsible=" ", note="", at=NOW, by=DUTY)
    assert caught.value.place == "责任人"
    with ledger.session(write=True) as session:
        for hazard_id in (1, 2):
            acts.void(session, hazard_id, at=NOW + DAY, reason="误登")
    look(ledger, NOW + DAY)
    with pytest.raises(LedgerError, match="已经解除"):
        take_warning(ledger, overdue.case.id, responsible="王五", note="", at=NOW, by=DUTY)


def test_nobody_looks_again_while_nothing_has_changed(ledger: Database) -> None:
    watch = WarningWatch(ledger, due_soon_days=7, rules=RULES)
    assert watch.due(NOW)
    watch.look(NOW)
    assert not watch.due(NOW + timedelta(minutes=9))
    assert watch.due(NOW + timedelta(minutes=10))
    with ledger.session(write=True) as session:
        acts.void(session, 4, at=NOW + timedelta(minutes=5), reason="误登")
    watch.look(NOW + timedelta(minutes=10))
    assert [one.enterprise for one in past_warnings(ledger)] == ["企业2"]
    assert datetime(2021, 11, 16, 1, 10, tzinfo=UTC) == past_warnings(ledger)[0].closed_at

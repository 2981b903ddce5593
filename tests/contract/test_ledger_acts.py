"""The lifecycle's table and the acts on a hazard, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from steward.analysis.weekly import weekly
from steward.domain.figures import Counts
from steward.domain.hazards import Status
from steward.domain.weeks import Week
from steward.errors import LedgerError, TransitionRefused
from steward.ledger import lifecycle
from steward.ledger.queries import acts
from steward.ledger.tables import ExtensionRow, HazardChangeRow, HazardRow
from steward.storage.engine import Database
from tests.support.ledgers import Case, fill

FOUND = datetime(2021, 11, 15, 2, 0, tzinfo=UTC)
DEADLINE = date(2021, 11, 20)
WEEK = Week(2021, 46)
HOUR = timedelta(hours=1)


def case(number: int = 1, **changes: object) -> Case:
    values: dict[str, object] = {
        "enterprise": 1,
        "town": 2,
        "source": "enforcement",
        "industry": "化工",
        "category": "消防通道",
        "level": "general",
        "found_at": FOUND + number * HOUR,
        "closed_at": None,
        "voided_at": None,
        "deadlines": ((FOUND, DEADLINE),),
    }
    return Case(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def ledger(database: Database) -> Database:
    with database.session(write=True) as session:
        fill(session, [case(1), case(2), case(3, enterprise=4)])
    return database


def counts(database: Database, at: datetime) -> Counts:
    with database.session() as session:
        return weekly(session, week=WEEK, as_of=at).counts


@pytest.mark.parametrize("from_", list(Status))
@pytest.mark.parametrize("to", list(Status))
def test_only_the_tables_steps_are_allowed(from_: Status, to: Status) -> None:
    allowed = {
        ("registered", "rectifying"),
        ("rectifying", "awaiting_review"),
        ("awaiting_review", "closed"),
        ("awaiting_review", "rectifying"),
        ("registered", "voided"),
        ("rectifying", "voided"),
        ("awaiting_review", "voided"),
        ("closed", "voided"),
    }
    if (from_.value, to.value) in allowed:
        lifecycle.require(from_, to)
    else:
        with pytest.raises(TransitionRefused, match="不能从"):
            lifecycle.require(from_, to)


def test_a_life_from_found_to_closed_with_a_failed_review(ledger: Database) -> None:
    steps = [
        Status.RECTIFYING,
        Status.AWAITING_REVIEW,
        Status.RECTIFYING,
        Status.AWAITING_REVIEW,
        Status.CLOSED,
    ]
    for number, status in enumerate(steps, start=2):
        with ledger.session(write=True) as session:
            acts.move(session, 1, status, at=FOUND + number * HOUR)
    with ledger.session() as session:
        row = acts.hazard(session, 1)
        assert (row.rectified_at, row.closed_at) == (FOUND + 5 * HOUR, FOUND + 6 * HOUR)
        history = session.scalars(select(HazardChangeRow).order_by(HazardChangeRow.id)).all()
        assert [change.after for change in history] == steps
    assert counts(ledger, FOUND + 5 * HOUR).closed_hazards == 0
    assert counts(ledger, FOUND + 6 * HOUR).closed_hazards == 1


def test_a_step_the_table_does_not_have_changes_nothing(ledger: Database) -> None:
    with ledger.session(write=True) as session, pytest.raises(TransitionRefused):
        acts.move(session, 1, Status.CLOSED, at=FOUND + 2 * HOUR)
    assert counts(ledger, FOUND + 9 * HOUR).open_hazards == 3


def test_a_void_counts_from_its_instant_and_deletes_nothing(ledger: Database) -> None:
    with ledger.session(write=True) as session:
        acts.void(session, 1, at=FOUND + 4 * HOUR, reason="重复登记")
    assert counts(ledger, FOUND + 3 * HOUR).new_hazards == 3
    after = counts(ledger, FOUND + 4 * HOUR)
    assert (after.new_hazards, after.monitored) == (2, 2)
    with ledger.session() as session:
        assert acts.hazard(session, 1).status == Status.VOIDED


def test_an_extension_replaces_the_deadline_from_its_instant(ledger: Database) -> None:
    at = datetime(2021, 11, 19, 1, 0, tzinfo=UTC)
    for hazard_id in (1, 2, 3):
        with ledger.session(write=True) as session:
            acts.extend(session, hazard_id, date(2021, 12, 30), at=at, reason="停产改造")
    assert counts(ledger, at - HOUR).due_soon_enterprises == 2
    assert counts(ledger, at).due_soon_enterprises == 0
    with ledger.session() as session:
        row = session.scalars(select(ExtensionRow)).first()
        assert row is not None
        assert (row.old_deadline, row.new_deadline) == (DEADLINE, date(2021, 12, 30))


@pytest.mark.parametrize("deadline", [DEADLINE, date(2021, 11, 1)])
def test_an_extension_must_be_later(ledger: Database, deadline: date) -> None:
    with ledger.session(write=True) as session, pytest.raises(LedgerError, match="应晚于"):
        acts.extend(session, 1, deadline, at=FOUND + 2 * HOUR)


def test_after_a_merge_it_counts_once_under_the_first(ledger: Database) -> None:
    with ledger.session(write=True) as session:
        acts.merge(session, 2, 1, at=FOUND + 5 * HOUR)
    assert counts(ledger, FOUND + 5 * HOUR).new_hazards == 2
    with ledger.session() as session:
        assert session.get_one(HazardRow, 2).merged_into_id == 1


@pytest.mark.parametrize(
    ("duplicate", "into", "sentence"),
    [(1, 2, "先发现"), (3, 1, "同一企业"), (1, 1, "自身")],
)
def test_a_wrong_merge_is_refused(
    ledger: Database, duplicate: int, into: int, sentence: str
) -> None:
    with ledger.session(write=True) as session, pytest.raises(LedgerError, match=sentence):
        acts.merge(session, duplicate, into, at=FOUND + 9 * HOUR)


def test_an_unknown_hazard_is_named(ledger: Database) -> None:
    with ledger.session(write=True) as session, pytest.raises(LedgerError, match="没有这条隐患"):
        acts.void(session, 99, at=FOUND, reason="")


def act(ledger: Database, at: datetime, *steps: Status) -> None:
    for number, status in enumerate(steps):
        with ledger.session(write=True) as session:
            acts.move(session, 1, status, at=at + number * HOUR)


def test_a_closing_taken_back_counts_from_no_instant_on(ledger: Database) -> None:
    at = FOUND + 4 * HOUR
    act(ledger, at, Status.RECTIFYING, Status.AWAITING_REVIEW, Status.CLOSED)
    assert counts(ledger, at + 2 * HOUR).closed_hazards == 1
    with ledger.session(write=True) as session:
        acts.reopen(session, 1, at=at + 3 * HOUR, reason="点错了", by="值班员")
    assert counts(ledger, at + 2 * HOUR).closed_hazards == 0
    assert counts(ledger, at + 4 * HOUR).open_hazards == 3
    with ledger.session() as session:
        row = acts.hazard(session, 1)
        assert (row.status, row.closed_at) == (Status.AWAITING_REVIEW, None)
        last = session.scalars(select(HazardChangeRow).order_by(HazardChangeRow.id.desc())).first()
        assert last is not None
        assert (last.before, last.after, last.by) == ("closed", "awaiting_review", "值班员")
    act(ledger, at + 5 * HOUR, Status.CLOSED)  # and it can be closed again
    assert counts(ledger, at + 5 * HOUR).closed_hazards == 1


def test_a_void_taken_back_stands_where_it_stood_merge_and_all(ledger: Database) -> None:
    at = FOUND + 5 * HOUR
    with ledger.session(write=True) as session:
        acts.merge(session, 2, 1, at=at)
    with ledger.session(write=True) as session:
        acts.restore(session, 2, at=at + HOUR, reason="两回事")
    assert counts(ledger, at + HOUR).new_hazards == 3
    with ledger.session() as session:
        row = session.get_one(HazardRow, 2)
        assert (row.status, row.voided_at, row.merged_into_id) == ("registered", None, None)


@pytest.mark.parametrize("take_back", [acts.reopen, acts.restore])
def test_what_was_not_done_cannot_be_taken_back(
    ledger: Database, take_back: Callable[..., None]
) -> None:
    with ledger.session(write=True) as session, pytest.raises(TransitionRefused, match="才能撤销"):
        take_back(session, 1, at=FOUND + 9 * HOUR, reason="错")


def test_every_change_and_every_extension_is_another_version(ledger: Database) -> None:
    with ledger.session(write=True) as session:
        acts.hold(session, 1)
        seen = [acts.version(session, 1)]
        acts.move(session, 1, Status.RECTIFYING, at=FOUND + 2 * HOUR)
        seen.append(acts.version(session, 1))
        acts.extend(session, 1, date(2021, 12, 30), at=FOUND + 3 * HOUR)
        seen.append(acts.version(session, 1))
    assert len(set(seen)) == 3

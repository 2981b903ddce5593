"""Accident early warning over a ledger: the records at an instant, the fallback, what is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from steward.analysis.points_table import read_points
from steward.analysis.risk_queries import happened, records
from steward.domain.accidents import NEVER_DAYS, Method, Record
from steward.domain.incidents import IncidentKind
from steward.errors import LedgerError
from steward.ledger.queries import foresights, incidents
from steward.ledger.queries.intake import add_inspections
from steward.operations.foresee_accidents import (
    ForesightWatch,
    foresee_accidents,
    show_foresight,
)
from steward.operations.keep_incidents import NewIncident, record_incident, void_incident
from steward.storage.engine import Database
from tests.support.accounts import DUTY
from tests.support.ledgers import Case, fill

NOW = datetime(2021, 11, 16, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def case(
    found_days: int,
    *,
    enterprise: int = 1,
    category: str = "电气线路",
    level: str = "general",
    closed_days: int | None = None,
    voided_days: int | None = None,
    deadlines: tuple[tuple[datetime, date | None], ...] = ((NOW - 900 * DAY, None),),
) -> Case:
    """A hazard of so many days before NOW."""
    return Case(
        enterprise=enterprise,
        town=enterprise,
        source="third_party",
        industry="化工",
        category=category,
        level=level,
        found_at=NOW - found_days * DAY,
        closed_at=None if closed_days is None else NOW - closed_days * DAY,
        voided_at=None if voided_days is None else NOW - voided_days * DAY,
        deadlines=deadlines,
    )


def due(day: date) -> tuple[tuple[datetime, date | None], ...]:
    return ((NOW - 900 * DAY, day),)


CASES = (
    case(10, deadlines=due(date(2021, 11, 6))),  # ten days overdue
    case(20, level="major", deadlines=due(date(2021, 12, 1))),
    case(30, category="消防通道", closed_days=5),
    # Extended two days ago: until then it was overdue.
    case(
        40,
        deadlines=(
            (NOW - 900 * DAY, date(2021, 11, 1)),
            (NOW - 2 * DAY, date(2021, 12, 20)),
        ),
    ),
    case(50, voided_days=3),
    case(400, closed_days=1),
    case(5, enterprise=2, category="气瓶管理"),
)


@pytest.fixture
def ledger(database: Database) -> Database:
    with database.session(write=True) as session:
        fill(session, CASES)
        add_inspections(
            session,
            [
                (1, "enforcement", date(2021, 11, 1), NOW - 15 * DAY),
                (1, "enforcement", date(2020, 1, 1), NOW - 685 * DAY),
            ],
        )
    return database


def test_a_record_is_what_stood_at_that_instant(ledger: Database) -> None:
    one = NewIncident("SG-1", "企业1", IncidentKind.FIRE, NOW - 100 * DAY, injured=1)
    record_incident(ledger, one, at=NOW - 90 * DAY, by=DUTY)
    with ledger.session() as session:
        now = records(session, NOW)
        before = records(session, NOW - 4 * DAY)
        long_before = records(session, NOW - 95 * DAY)
    assert now[1] == Record(
        found=4, open=3, open_major=1, overdue=1, overdue_days=10, repeats=2,
        inspections=1, uninspected_days=15, incidents=1, sources=1,
    )  # fmt: skip
    assert now[2] == Record(found=1, open=1, sources=1, uninspected_days=NEVER_DAYS)
    # Four days ago: the voided one still counted, the extended one was overdue, two were open.
    assert before[1].found == 5
    assert (before[1].open, before[1].overdue, before[1].overdue_days) == (5, 2, 6 + 11)
    assert long_before[1].incidents == 0  # not recorded yet
    assert long_before[1].open == 1


def test_too_little_history_falls_back_on_the_points_and_says_so(ledger: Database) -> None:
    kept = foresee_accidents(ledger, rules=None, now=NOW)
    assert kept.method is Method.POINTS
    assert "不满一年零三个月" in kept.why
    shown = show_foresight(ledger)
    assert [(one.rank, one.risk.enterprise.name) for one in shown.places] == [
        (1, "企业1"),
        (2, "企业2"),
    ]
    first = shown.places[0].risk
    assert first.chance is None
    with ledger.session() as session:
        table = read_points()[0]
        assert first.points == table.points(records(session, NOW)[1]) > 0
    assert [
        one.risk.enterprise.name for one in show_foresight(ledger, town="330109113").places
    ] == ["企业2"]
    assert show_foresight(ledger, after=1).places[0].rank == 2
    assert show_foresight(ledger, limit=1).more


def test_older_foresights_keep_their_judgement_without_their_rows(ledger: Database) -> None:
    ids = [foresee_accidents(ledger, rules=None, now=NOW + n * DAY).id for n in range(4)]
    with ledger.session() as session:
        assert [bool(foresights.places(session, id_)) for id_ in ids] == [False, False, True, True]
        latest = foresights.latest(session)
    assert latest is not None
    assert latest.id == ids[-1]


def test_it_is_reckoned_once_a_day_after_three(ledger: Database) -> None:
    watch = ForesightWatch(ledger, None)
    assert not watch.due(datetime(2021, 11, 15, 18, 59, tzinfo=UTC))  # 02:59 in the district
    assert watch.due(NOW)
    assert watch.look(NOW) is not None
    assert not watch.due(NOW + timedelta(hours=1))
    assert watch.due(NOW + DAY)
    other = ForesightWatch(ledger, None)
    assert other.due(NOW)
    assert other.look(NOW) is None  # somebody has


def test_incidents_are_refused_with_their_place_and_voided_with_a_reason(ledger: Database) -> None:
    good = NewIncident("SG-9", "企业1", IncidentKind.FALL, NOW - DAY)
    id_ = record_incident(ledger, good, at=NOW, by=DUTY)
    for wrong, place in (
        (good, "事故编号"),
        (NewIncident("SG-10", "企业9", IncidentKind.FALL, NOW - DAY), "“企业9”"),
        (NewIncident("SG-11", "企业1", IncidentKind.FALL, NOW + DAY), "发生时间"),
        (NewIncident("", "企业1", IncidentKind.FALL, NOW - DAY), "事故编号"),
        (NewIncident("SG-12", "企业1", IncidentKind.FALL, NOW - DAY, deaths=-1), "死亡人数"),
    ):
        with pytest.raises(LedgerError) as caught:
            record_incident(ledger, wrong, at=NOW, by=DUTY)
        assert caught.value.place == place
    with pytest.raises(LedgerError, match="原因"):
        void_incident(ledger, id_, reason=" ", at=NOW, by=DUTY)
    void_incident(ledger, id_, reason="登错企业", at=NOW, by=DUTY)
    with pytest.raises(LedgerError, match="已经作废"):
        void_incident(ledger, id_, reason="再来", at=NOW, by=DUTY)
    with ledger.session() as session:
        assert happened(session, NOW - 2 * DAY, NOW, known_at=NOW - timedelta(seconds=1)) == {}
        assert happened(session, NOW - 2 * DAY, NOW, known_at=NOW) == {}
        assert incidents.latest(session)[0].void_reason == "登错企业"

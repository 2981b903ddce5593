"""The figures against a plain reading of their definitions, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from steward.analysis.weekly import weekly, weekly_by_town
from steward.domain.figures import Figures
from steward.domain.hazards import Source
from steward.domain.weeks import Week, local_date, start_of
from steward.errors import FiguresError
from steward.ledger import tally
from steward.ledger.tables import HazardTallyRow
from steward.storage.base import Base
from steward.storage.engine import Database, Session
from tests.support.ledgers import Case, fill, read_plainly

NOON = datetime(2021, 11, 16, 4, 0, tzinfo=UTC)
WEEK = Week(2021, 46)
BOUNDARIES = [
    WEEK.start,
    WEEK.start - timedelta(microseconds=1),
    WEEK.previous().start,
    WEEK.end - timedelta(microseconds=1),
    start_of(local_date(NOON)),
    start_of(local_date(NOON)) - timedelta(microseconds=1),
    start_of(local_date(NOON).replace(day=1)),
    NOON,
]

instants = st.sampled_from(BOUNDARIES) | st.integers(-40 * 24 * 60, 12 * 24 * 60).map(
    lambda minutes: NOON + timedelta(minutes=minutes)
)
days = st.none() | st.integers(-12, 12).map(lambda n: local_date(NOON) + timedelta(days=n))
lags = st.sampled_from([timedelta(0), timedelta(hours=5)]) | st.integers(1, 30).map(
    lambda n: timedelta(days=n, minutes=n)
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    enterprise = draw(st.integers(1, 6))
    found_at = draw(instants)
    closed_at = found_at + draw(lags) if draw(st.booleans()) else None
    last = closed_at or found_at
    voided_at = last + draw(lags) if draw(st.integers(0, 3)) == 0 else None
    replaced = sorted(draw(st.lists(lags, max_size=2)))
    deadlines = [(found_at, draw(days))]
    deadlines += [
        (found_at + lag + timedelta(seconds=n + 1), draw(days)) for n, lag in enumerate(replaced)
    ]
    return Case(
        enterprise=enterprise,
        town=1 + enterprise % 3,
        source=draw(st.sampled_from([Source.SELF_INSPECTION.value, Source.ENFORCEMENT.value])),
        industry=draw(st.sampled_from([None, "化工", "电子"])),
        category=draw(st.sampled_from(["电气线路", "消防通道"])),
        level=draw(st.sampled_from(["general", "major"])),
        found_at=found_at,
        closed_at=closed_at,
        voided_at=voided_at,
        deadlines=tuple(deadlines),
    )


ledgers = st.lists(cases(), max_size=14)


@contextmanager
def emptied(database: Database) -> Iterator[None]:
    try:
        yield
    finally:
        with database.session(write=True) as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(delete(table))


def check_towns(
    session: Session, district: Figures, alone: Figures, week: Week, as_of: datetime
) -> None:
    """The towns from one reading, a town by itself, and the district's rows are one."""
    towns = weekly_by_town(session, week=week, as_of=as_of, evidence=True)
    assert [one.counts for one in towns] == [share.counts for share in district.by_town]
    known_at = as_of + timedelta(days=2)
    put_right = weekly_by_town(session, week=week, as_of=as_of, known_at=known_at)
    for figures, mine in (
        (towns, alone),
        (put_right, weekly(session, week=week, as_of=as_of, town="镇2", known_at=known_at)),
    ):
        assert figures[2] == mine
        assert figures[2].evidence == mine.evidence


def compare(database: Database, ledger: list[Case], as_of: datetime) -> None:
    week = Week.containing(as_of)
    with emptied(database):
        with database.session(write=True) as session:
            fill(session, ledger)
        with database.session() as session:
            district = weekly(session, week=week, as_of=as_of, evidence=True)
            town = weekly(session, week=week, as_of=as_of, town="镇2", evidence=True)
            check_towns(session, district, town, week, as_of)
            tallied = set(session.execute(select(HazardTallyRow.__table__)).all())
        with database.session(write=True) as session:
            tally.rebuild(session)
            assert tallied == set(session.execute(select(HazardTallyRow.__table__)).all())
    before = week.previous()
    assert district.counts == read_plainly(ledger, week, as_of)
    assert district.last_week == read_plainly(ledger, before, before.last_instant)
    assert town.counts == read_plainly([c for c in ledger if c.town == 2], week, as_of)
    for share, number in zip(district.by_town, (1, 3, 2), strict=True):
        assert share.counts == read_plainly([c for c in ledger if c.town == number], week, as_of)
    for shares, name in (
        (district.by_source, "source"),
        (district.by_industry, "industry"),
        (district.by_category, "category"),
    ):
        for share in shares:
            part = [case for case in ledger if (getattr(case, name) or "") == share.key]
            assert share.counts == read_plainly(part, week, as_of)
        assert sum(s.counts.monitored for s in shares) == district.counts.monitored
    evidence = district.evidence
    assert evidence is not None
    assert len(evidence.new_hazards) == district.counts.new_hazards
    assert len(evidence.new_major) == district.counts.new_major
    assert len(evidence.closed_hazards) == district.counts.closed_hazards
    assert len(evidence.open_major) == district.counts.open_major
    assert len(evidence.without_deadline) == district.counts.without_deadline
    assert len(evidence.due_soon_enterprises) == district.counts.due_soon_enterprises
    assert len(evidence.overdue_enterprises) == district.counts.overdue_enterprises


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ledger=ledgers, as_of=instants)
def test_every_figure_is_its_definition(
    sqlite_database: Database, ledger: list[Case], as_of: datetime
) -> None:
    compare(sqlite_database, ledger, as_of)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ledger=ledgers, as_of=instants)
def test_every_figure_is_its_definition_on_both(
    database: Database, ledger: list[Case], as_of: datetime
) -> None:
    compare(database, ledger, as_of)


def test_taking_facts_out_again_leaves_nothing(database: Database) -> None:
    facts = tally.HazardFacts(1, "enforcement", None, "电气线路", NOON, NOON, None)
    with database.session(write=True) as session:
        tally.apply(session, [], [facts, facts])
        tally.apply(session, [facts, facts], [])
        rows = session.scalars(select(HazardTallyRow)).all()
        assert rows
        assert {(r.found, r.voided, r.closed, r.closed_voided) for r in rows} == {(0, 0, 0, 0)}


def test_an_empty_ledger_has_no_rate(sqlite_database: Database) -> None:
    with sqlite_database.session() as session:
        figures = weekly(session, week=WEEK, as_of=NOON)
    assert figures.counts.closure_rate is None
    assert figures.inspection_rate is None
    assert figures.change("new_hazards").percentage is None


def test_an_instant_before_the_week_is_refused(sqlite_database: Database) -> None:
    with sqlite_database.session() as session, pytest.raises(FiguresError, match="早于"):
        weekly(session, week=WEEK, as_of=WEEK.start - timedelta(seconds=1))


def test_an_unknown_town_is_refused_with_its_neighbours(sqlite_database: Database) -> None:
    with sqlite_database.session(write=True) as session:
        fill(session, [])
    with sqlite_database.session() as session, pytest.raises(FiguresError, match="没有这个镇街"):
        weekly(session, week=WEEK, as_of=NOON, town="临浦")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ledger=ledgers, as_of=instants, later=lags)
def test_as_is_known_later_nothing_counts_that_was_voided_meanwhile(
    sqlite_database: Database, ledger: list[Case], as_of: datetime, later: timedelta
) -> None:
    week, known_at = Week.containing(as_of), as_of + later
    kept = [c for c in ledger if not (c.voided_at and as_of < c.voided_at <= known_at)]
    with emptied(sqlite_database):
        with sqlite_database.session(write=True) as session:
            fill(session, ledger)
        with sqlite_database.session() as session:
            known = weekly(session, week=week, as_of=as_of, evidence=True, known_at=known_at)
    before = week.previous()
    assert known.counts == read_plainly(kept, week, as_of)
    assert known.last_week == read_plainly(kept, before, before.last_instant)
    assert known.evidence is not None
    assert len(known.evidence.new_hazards) == known.counts.new_hazards
    assert len(known.evidence.closed_hazards) == known.counts.closed_hazards
    assert len(known.evidence.overdue_enterprises) == known.counts.overdue_enterprises

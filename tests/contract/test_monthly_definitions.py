"""The monthly figures against a plain reading of their definitions, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from steward.analysis.monthly import figures_of, monthly, read_month
from steward.domain.hazards import Source
from steward.domain.monthly import MonthlyFigures
from steward.domain.months import Month
from steward.domain.weeks import local_date, start_of
from steward.errors import FiguresError
from steward.ledger.tables import EnterpriseRow, InspectionRow, TownRow
from steward.storage.engine import Database
from tests.contract.test_figures_definitions import emptied
from tests.support.ledgers import LONG_AGO, TOWNS, Case, fill
from tests.support.months import Visits, read_month_plainly, repeats_plainly

MONTH = Month(2021, 10)
MIDDLE = datetime(2021, 10, 16, 4, 0, tzinfo=UTC)
BOUNDARIES = [
    MONTH.start,
    MONTH.start - timedelta(microseconds=1),
    MONTH.last_instant,
    MONTH.previous().start,
    MONTH.back(11).start,
    MONTH.back(11).start - timedelta(microseconds=1),
    MONTH.back(12).last_instant,
    start_of(local_date(MIDDLE)),
    MIDDLE,
]
instants = st.sampled_from(BOUNDARIES) | st.integers(-400, 25).map(
    lambda days: MIDDLE + timedelta(days=days, minutes=17 * days)
)
days = st.none() | st.integers(-40, 30).map(lambda n: local_date(MIDDLE) + timedelta(days=n))
lags = st.sampled_from([timedelta(0), timedelta(hours=5)]) | st.integers(1, 60).map(
    lambda n: timedelta(days=n, minutes=n)
)
as_ofs = st.sampled_from([MONTH.last_instant, MONTH.start, MIDDLE])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    enterprise = draw(st.integers(1, 5))
    found_at = draw(instants)
    closed_at = found_at + draw(lags) if draw(st.booleans()) else None
    voided_at = (closed_at or found_at) + draw(lags) if draw(st.integers(0, 3)) == 0 else None
    deadlines = [(found_at, draw(days))]
    if draw(st.booleans()):
        deadlines.append((found_at + draw(lags) + timedelta(seconds=1), draw(days)))
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


ledgers = st.lists(cases(), min_size=1, max_size=12)
visits = st.lists(st.tuples(st.integers(1, 5), instants), max_size=6)


def write(session: Session, ledger: Sequence[Case], seen: Visits) -> None:
    fill(session, ledger)
    known = {case.enterprise for case in ledger}
    for number in sorted(set(range(1, 6)) - known):
        session.add(
            EnterpriseRow(
                id=number, name=f"企业{number}", town_id=1 + number % 3, created_at=LONG_AGO
            )
        )
    session.flush()
    first: dict[tuple[int, object], datetime] = {}
    for enterprise, at in seen:
        key = (enterprise, local_date(at))
        first[key] = min(at, first.get(key, at))
    for (enterprise, day), at in first.items():
        session.add(
            InspectionRow(enterprise_id=enterprise, source="enforcement", day=day, inspected_at=at)
        )


def check(
    figures: MonthlyFigures,
    ledger: Sequence[Case],
    seen: Visits,
    firms: int,
    everything: MonthlyFigures,
) -> None:
    as_of, begun = figures.as_of, figures.begun

    def plainly(month: Month, at: datetime, part: Sequence[Case] = ledger) -> object:
        return read_month_plainly(part, seen, firms, month, at)

    before, year = MONTH.previous(), MONTH.back(12)
    assert figures.counts == plainly(MONTH, as_of)
    assert figures.last_month == (plainly(before, before.last_instant) if before >= begun else None)
    assert figures.last_year == (plainly(year, year.last_instant) if year >= begun else None)
    assert figures.district in (None, everything.counts)
    assert figures.trend[0].month == max(begun, MONTH.back(11))
    assert figures.trend[-1].month == MONTH
    for one in figures.trend:
        then = read_month_plainly(ledger, (), 0, one.month, min(as_of, one.month.last_instant))
        assert (one.new_hazards, one.closed_hazards, one.monitored, one.closed_total) == (
            then.new_hazards, then.closed_hazards, then.monitored, then.closed_total
        )  # fmt: skip
        assert one.closure_rate == then.closure_rate
    for shares, name in (
        (figures.by_source, "source"),
        (figures.by_industry, "industry"),
        (figures.by_category, "category"),
    ):
        for share in shares:
            part = [case for case in ledger if (getattr(case, name) or "") == share.key]
            assert share.counts == read_month_plainly(part, (), 0, MONTH, as_of)
            if share.last_new is not None:
                then = read_month_plainly(part, (), 0, before, before.last_instant)
                assert share.last_new == then.new_hazards
        assert sum(s.counts.monitored for s in shares) == figures.counts.monitored
    found = {(one.enterprise_id, one.category): one.times for one in figures.repeats}
    assert found == repeats_plainly(ledger, MONTH, as_of)
    check_lists(figures, ledger)


def check_lists(figures: MonthlyFigures, ledger: Sequence[Case]) -> None:
    counts, today = figures.counts, local_date(figures.as_of)
    assert len(figures.overdue) == counts.overdue_hazards
    assert len(figures.majors) == counts.open_major
    assert len({h.enterprise_id for h in figures.overdue}) == counts.overdue_enterprises
    assert len({h.enterprise_id for h in figures.due_soon}) == counts.due_soon_enterprises
    for hazard in (*figures.overdue, *figures.due_soon, *figures.majors):
        assert hazard.enterprise == f"企业{hazard.enterprise_id}"
        deadline = hazard.deadline
        assert hazard.days == (None if deadline is None else (deadline - today).days)
    assert all(h.days is not None and h.days < 0 for h in figures.overdue)
    assert all(h.days is not None and 0 <= h.days <= 7 for h in figures.due_soon)


def compare(database: Database, ledger: list[Case], seen: Visits, as_of: datetime) -> None:
    with emptied(database):
        with database.session(write=True) as session:
            write(session, ledger, seen)
        with database.session() as session:
            if min(Month.containing(case.found_at) for case in ledger) > MONTH:
                with pytest.raises(FiguresError, match="台账自"):
                    read_month(session, MONTH, as_of=as_of)
                return
            of_all = read_month(session, MONTH, as_of=as_of)
            figures = figures_of(session, of_all, [None, 1, 2, 3])
            alone = monthly(session, MONTH, as_of=as_of, town=TOWNS[1])
    assert figures[2] == alone
    check(figures[None], ledger, seen, 5, figures[None])
    for town in (1, 2, 3):
        firms = [number for number in range(1, 6) if 1 + number % 3 == town]
        part = [case for case in ledger if case.town == town]
        there = [one for one in seen if one[0] in firms]
        check(figures[town], part, there, len(firms), figures[None])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ledger=ledgers, seen=visits, as_of=as_ofs)
def test_every_figure_is_its_definition(
    sqlite_database: Database, ledger: list[Case], seen: Visits, as_of: datetime
) -> None:
    compare(sqlite_database, ledger, seen, as_of)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ledger=ledgers, seen=visits, as_of=as_ofs)
def test_every_figure_is_its_definition_on_both(
    database: Database, ledger: list[Case], seen: Visits, as_of: datetime
) -> None:
    compare(database, ledger, seen, as_of)


def test_an_empty_ledger_is_refused(sqlite_database: Database) -> None:
    with sqlite_database.session() as session, pytest.raises(FiguresError, match="还没有隐患"):
        monthly(session, MONTH)


def test_an_instant_before_the_month_and_an_unknown_town_are_refused(
    sqlite_database: Database,
) -> None:
    with sqlite_database.session(write=True) as session:
        fill(session, [case_at(MONTH.start)])
    with sqlite_database.session() as session:
        with pytest.raises(FiguresError, match="早于"):
            monthly(session, MONTH, as_of=MONTH.start - timedelta(seconds=1))
        with pytest.raises(FiguresError, match="没有这个镇街"):
            monthly(session, MONTH, town="无此镇")
        with pytest.raises(FiguresError, match="台账自2021年10月起，没有2021年9月的数据"):
            monthly(session, MONTH.previous())


def test_a_town_with_nothing_has_no_rates_and_no_comparison_before_the_ledger(
    sqlite_database: Database,
) -> None:
    with sqlite_database.session(write=True) as session:
        fill(session, [case_at(MIDDLE)])
        session.add(TownRow(id=9, code="330109999", name="空镇", column=9, row=9))
    with sqlite_database.session() as session:
        figures = monthly(session, MONTH, town="空镇")
    assert figures.counts.closure_rate is None
    assert figures.counts.inspection_rate is None
    assert figures.counts.rectification_rate is None
    assert figures.counts.overdue_share is None
    assert figures.last_month is figures.last_year is None
    assert [one.new_hazards for one in figures.trend] == [0]
    assert figures.overdue == figures.due_soon == figures.repeats == ()


def case_at(instant: datetime) -> Case:
    return Case(
        1, 1, "enforcement", None, "电气线路", "general", instant, None, None, ((instant, None),)
    )

"""An analysis against a plain reading of the same hazards, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from steward.domain.hazards import Level
from steward.domain.inquiry import Analysis
from steward.domain.months import Month
from steward.domain.periods import Period, Span
from steward.domain.weeks import local_date
from steward.errors import FiguresError
from steward.ledger.queries import acts
from steward.operations.analyse import Analyses, analyse, offered
from steward.storage.base import Base
from steward.storage.engine import Database
from tests.support.analysed import NOW, cases, found
from tests.support.ledgers import TOWNS, Case, fill
from tests.support.schemas import fresh_schema

EVERY = cases()
QUESTIONS = [
    ("2021-10", None),
    ("2021-W45", None),
    ("2021-W46", None),  # it runs
    ("2021-10", "镇2"),
    ("2021-W45", TOWNS[0]),
    ("2020-04", None),  # the ledger had just begun
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ledger(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """One that nobody changes."""
    if request.param == "sqlite":
        yield from _filled(f"sqlite:///{tmp_path_factory.mktemp('analysis') / 'steward.db'}")
    else:
        with fresh_schema(request.getfixturevalue("postgres_url")) as url:
            yield from _filled(url)


def _filled(url: str) -> Iterator[Database]:
    database = Database(url)
    Base.metadata.create_all(database.engine)
    with database.session(write=True) as session:
        fill(session, EVERY)
    yield database
    database.dispose()


def of(scope: str | None) -> list[Case]:
    numbers = {None: (1, 2, 3), "镇2": (2,), TOWNS[0]: (1,)}[scope]
    return [case for case in EVERY if case.town in numbers]


@pytest.mark.parametrize(("period", "town"), QUESTIONS)
def test_every_number_is_that_of_a_plain_reading(
    ledger: Database, period: str, town: str | None
) -> None:
    one, asked = analyse(ledger, Period.parse(period), now=NOW, town=town), Period.parse(period)
    here = of(town)
    in_it = found(here, asked.first, asked.last)
    assert len(in_it) > 0
    assert one.found.now == len(in_it)
    assert one.major.now == sum(case.level == Level.MAJOR for case in in_it)
    assert one.still_open == sum(case.closed_at is None for case in in_it)
    assert one.closed_in.now == closed(here, asked)
    for other, number, ended in (
        (one.before, one.found.before, one.closed_in.before),
        (one.year_before, one.found.year_before, one.closed_in.year_before),
    ):
        if other is None or other.last < date(2020, 3, 1):
            assert (number, ended) == (None, None)
        else:
            assert number == len(found(here, other.first, other.last))
            assert ended == closed(here, other)
    check_breakdowns(one, in_it, here)
    check_trends(one, here)
    check_heat(one, here, in_it)
    check_times(one, here)


def closed(here: list[Case], period: Period) -> int:
    days = [local_date(c.closed_at) for c in here if c.closed_at and c.voided_at is None]
    return sum(period.first <= day <= period.last for day in days)


def check_breakdowns(one: Analysis, in_it: list[Case], here: list[Case]) -> None:
    fields = [found_.field for found_ in one.breakdowns]
    assert fields == ["category", "industry", "source", "level", *(["town"] * (one.town is None))]
    for breakdown in one.breakdowns:
        counted = Counter(key(case, breakdown.field) for case in in_it)
        then = Counter(
            key(case, breakdown.field) for case in found(here, one.before.first, one.before.last)
        )
        lines = {line.key: line.counts.now for line in breakdown.lines}
        expected = counted if breakdown.field != "category" else dict(counted.most_common(10))
        assert sum(lines.values()) == sum(expected.values())
        assert all(number == counted[name] for name, number in lines.items())
        if one.found.before is not None:
            assert all(line.counts.before == then[line.key] for line in breakdown.lines)
        if breakdown.field != "category":
            assert counted.keys() <= lines.keys()


def key(case: Case, field: str) -> str:
    if field == "town":
        return TOWNS[case.town - 1]
    return str(getattr(case, field) or "")


def check_trends(one: Analysis, here: list[Case]) -> None:
    last_day = one.days.last
    for trend, length in ((one.by_week, 12), (one.by_month, 12)):
        assert trend.points[-1].period.first <= last_day <= trend.points[-1].period.last
        assert len(trend.points) == length or trend.points[0].period.first <= date(2020, 3, 1)
        for point in trend.points:
            assert point.now == len(found(here, point.days.first, point.days.last))
            if point.before_days is not None:
                then = found(here, point.before_days.first, point.before_days.last)
                assert point.before == len(then)
    assert {p.period.is_week for p in one.by_week.points} == {True}


def check_heat(one: Analysis, here: list[Case], in_it: list[Case]) -> None:
    for row in one.heat.rows:
        mine = [
            case
            for case in found(here, row.days.first, row.days.last)
            if row.key in ("", key(case, "town"))
        ]
        assert row.total == len(mine)
        assert row.cells == tuple(
            sum(case.category == name for case in mine) for name in one.heat.columns
        )
    if one.town is None:
        assert sum(row.total for row in one.heat.rows) == len(in_it)


def check_times(one: Analysis, here: list[Case]) -> None:
    days = one.closures.days
    assert days.last == one.days.last
    assert (
        days.first == max(Month(2020, 3), Month(days.last.year, days.last.month).back(11)).first_day
    )
    for group in one.closures.groups:
        mine = [
            case
            for case in found(here, days.first, days.last)
            if not group.field or key(case, group.field) == group.key
        ]
        assert group.hazards == len(mine)
        assert group.still_open == sum(case.closed_at is None for case in mine)
        assert group.median.words == plain_median(mine)
    pairs = Counter(
        (case.enterprise, case.category)
        for case in found(here, one.repeats.days.first, one.repeats.days.last)
    )
    often = {pair: times for pair, times in pairs.items() if times >= 2}
    assert one.repeats.number == len(often)
    shown = {(row.enterprise_id, row.category): row.times for row in one.repeats.rows}
    assert shown.items() <= often.items()
    assert len(shown) == min(50, len(often))
    assert [row.times for row in one.repeats.rows] == sorted(shown.values(), reverse=True)


def plain_median(mine: list[Case]) -> str:
    """Kaplan and Meier's product, step by step."""
    watched = sorted(
        ((case.closed_at or NOW) - case.found_at, case.closed_at is None) for case in mine
    )
    left = 1.0
    for n, (lasted, still) in enumerate(watched):
        if not still:
            left *= 1 - 1 / (len(watched) - n)
        if left <= 0.5 + 1e-9:
            return f"{round(lasted / timedelta(days=1) + 1e-9, 1):.1f} 天"
    return f"超过 {watched[-1][0].days} 天（尚未过半）"


def test_words_only_where_both_periods_are_whole(ledger: Database) -> None:
    month = analyse(ledger, Period.parse("2021-10"), now=NOW)
    running = analyse(ledger, Period.parse("2021-11"), now=NOW)
    first = analyse(ledger, Period.parse("2020-03"), now=NOW)
    assert month.found.word in ("上升", "下降", "基本持平")
    assert (running.found.word, first.found.word) == ("", "")
    assert (running.whole, month.whole) == (False, True)
    assert running.days == Span(date(2021, 11, 1), date(2021, 11, 16))


@pytest.mark.parametrize(
    ("period", "town", "weeks", "said"),
    [
        ("2021-12", None, 12, "这个月还没有开始"),
        ("2021-W47", None, 12, "这一周还没有开始"),
        ("2020-02", None, 12, "台账自2020年3月起"),
        ("1950-01", None, 12, "台账自2020年3月起"),
        ("2021-10", "没有", 12, "没有这个镇街"),
        ("2021-10", None, 11, "12 到 26 周"),
        ("2021-10", None, 27, "12 到 26 周"),
    ],
)
def test_a_wrong_question_is_refused_in_words(
    ledger: Database, period: str, town: str | None, weeks: int, said: str
) -> None:
    with pytest.raises(FiguresError, match=said):
        analyse(ledger, Period.parse(period), now=NOW, town=town, weeks=weeks)


def test_an_empty_ledger_is_said(sqlite_database: Database) -> None:
    with pytest.raises(FiguresError, match="还没有隐患"):
        analyse(sqlite_database, Period.parse("2021-10"), now=NOW)
    assert str(offered(sqlite_database, NOW).usual) == "2021-11"


def test_what_is_offered_begins_with_the_ledger(ledger: Database) -> None:
    known = offered(ledger, NOW)
    assert str(known.usual) == "2021-10"
    assert (str(known.months[0]), str(known.months[-1])) == ("2021-11", "2020-03")
    assert (str(known.weeks[0]), len(known.weeks)) == ("2021-W46", 53)


def test_the_same_is_read_once_until_the_ledger_changes(sqlite_database: Database) -> None:
    with sqlite_database.session(write=True) as session:
        fill(session, EVERY[:200])
    analyses, period = Analyses(sqlite_database), Period.parse("2021-10")

    def ask(now: datetime) -> Analysis:
        return analyses.of(period, now=now, town=None, weeks=12)

    first = ask(NOW)
    assert ask(NOW + timedelta(minutes=5)) is first
    assert ask(NOW + timedelta(hours=1)) is not first
    number = next(
        n
        for n, case in enumerate(EVERY[:200], 1)
        if case in found(EVERY, first.days.first, first.days.last) and case.closed_at is None
    )
    with sqlite_database.session(write=True) as session:
        acts.void(session, number, at=NOW, reason="录入有误", by="张三")
    assert ask(NOW + timedelta(minutes=6)).found.now == first.found.now - 1

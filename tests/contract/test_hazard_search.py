"""Finding hazards and enterprises: the filters word for word, and pages that lose nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta

import pytest

from steward.domain.hazards import Level, Source, Status
from steward.domain.search import (
    Counted,
    Days,
    EnterpriseFilter,
    HazardFilter,
    Mark,
    Order,
    Sort,
    Standing,
)
from steward.domain.weeks import local_date
from steward.ledger.queries import search, search_enterprises
from steward.ledger.tables import EnterpriseRow, HazardRow, TownRow
from steward.operations.find_hazards import (
    count_enterprises,
    count_hazards,
    enterprise_page,
    hazard_page,
    walk_hazards,
)
from steward.storage.base import Base
from steward.storage.engine import Database, Session
from tests.support.schemas import fresh_schema

TODAY = date(2021, 11, 16)
START = datetime(2021, 10, 1, tzinfo=UTC)
ALL = HazardFilter(TODAY)
TOWNS = ("330109101", "330109102", "330109103")
SIZE = 120


def add_hazard(session: Session, chance: random.Random, id_: int) -> None:
    found = START + timedelta(hours=chance.randrange(60) * 18)  # many at the same instant
    status = chance.choice([*Status])
    closed = status == Status.CLOSED
    session.add(
        HazardRow(
            id=id_,
            source=chance.choice([*Source]).value,
            external_id=f"XS-{id_}",
            enterprise_id=(enterprise := chance.randrange(1, 9)),
            town_id=1 + enterprise % 3,
            industry=chance.choice([None, "化工", "机械"]),
            category=chance.choice(["消防通道", "电气线路"]),
            level=chance.choice([*Level]).value,
            description=chance.choice([None, "配电箱无漏电保护", "通道100%堵塞", "Boiler_2 泄漏"]),
            found_at=found,
            deadline=chance.choice([None, local_date(found) + timedelta(chance.randrange(60))]),
            rectified_at=found if closed else None,
            closed_at=found + timedelta(days=2) if closed else None,
            voided_at=found + timedelta(days=1) if status == Status.VOIDED else None,
            status=status.value,
            created_at=found,
        )
    )


@pytest.fixture
def ledger(database: Database) -> Database:
    fill(database)
    return database


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def still(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A ledger that nobody changes, for what only reads."""
    if request.param == "sqlite":
        urls = nullcontext(f"sqlite:///{tmp_path_factory.mktemp('still') / 'steward.db'}")
    else:
        urls = fresh_schema(request.getfixturevalue("postgres_url"))
    with urls as url:
        database = Database(url)
        Base.metadata.create_all(database.engine)
        fill(database)
        yield database
        database.dispose()


def fill(database: Database) -> None:
    chance = random.Random(7)
    with database.session(write=True) as session:
        for id_, code in enumerate(TOWNS, 1):
            session.add(TownRow(id=id_, code=code, name=f"镇{id_}", column=id_, row=0))
        session.flush()
        for id_ in range(1, 9):
            session.add(
                EnterpriseRow(
                    id=id_,
                    name=f"云岚{'化工' if id_ % 2 else '机械'}{id_}厂",
                    credit_code=f"91330109MA00000{id_:02}X" if id_ > 4 else None,
                    town_id=1 + id_ % 3,
                    industry="化工" if id_ % 2 else "机械",
                    created_at=START,
                )
            )
        session.flush()
        for id_ in range(1, SIZE + 1):
            add_hazard(session, chance, id_)


def plainly(database: Database, asked: HazardFilter) -> set[int]:
    """The filter's docstring over a list."""
    with database.session() as session:
        rows = search.of_ids(session, range(1, SIZE + 1))

    def lies(day: date | None, days: Days) -> bool:
        if not days:
            return True
        return (
            day is not None
            and (days.first is None or days.first <= day)
            and (days.last is None or day <= days.last)
        )

    def stands(left: int | None, open_: bool) -> bool:
        return {
            None: True,
            Standing.OPEN: open_,
            Standing.OVERDUE: left is not None and left < 0,
            Standing.DUE_SOON: left is not None and 0 <= left <= asked.due_soon_days,
            Standing.WITHOUT_DEADLINE: open_ and left is None,
        }[asked.standing]

    return {
        one.id
        for one in rows
        if (not asked.towns or one.town_code in asked.towns)
        and asked.source in (None, one.source)
        and asked.industry in ("", one.industry)
        and asked.category in ("", one.category)
        and asked.level in (None, one.level)
        and asked.status in (None, one.status)
        and stands(one.days_left(TODAY), one.is_open)
        and lies(local_date(one.found_at), asked.found)
        and lies(one.deadline, asked.deadline)
        and lies(one.closed_at and local_date(one.closed_at), asked.closed)
        and (
            asked.text in one.enterprise
            or asked.text.upper() == one.credit_code
            or asked.text == one.external_id
        )
        and asked.words.lower() in (one.description or "").lower()
        and asked.enterprise_id in (None, one.enterprise_id)
        and (asked.ids is None or one.id in asked.ids)
        and not (asked.valid and one.voided_at)
    }


@pytest.mark.parametrize(
    "narrower",
    [
        {},
        {"towns": frozenset(TOWNS[:1])},
        {"towns": frozenset(TOWNS[1:])},
        {"towns": frozenset({"没有"})},
        {"source": Source.GRID_PATROL},
        {"industry": "化工", "category": "消防通道"},
        {"level": Level.MAJOR},
        *({"status": status} for status in Status),
        *({"standing": standing} for standing in Standing),
        {"standing": Standing.DUE_SOON, "due_soon_days": 0},
        {"found": Days(date(2021, 10, 10), date(2021, 10, 12))},
        {"deadline": Days(None, date(2021, 11, 1))},
        {"closed": Days(date(2021, 11, 1), None), "source": Source.ENFORCEMENT},
        {"text": "化工"},
        {"text": "91330109ma0000005x"},
        {"text": "XS-17"},
        {"words": "0%堵"},
        {"words": "boiler_2"},
        {"words": "boiler-2"},
        {"enterprise_id": 3, "standing": Standing.OPEN},
        {"ids": (5, 9, 1, 9999)},
        {"ids": ()},
        {"valid": True},
        {"valid": True, "towns": frozenset(TOWNS[:1]), "category": "电气线路"},
    ],
    ids=str,
)
def test_a_filter_finds_what_its_words_say(still: Database, narrower: dict[str, object]) -> None:
    asked = HazardFilter(TODAY, **narrower)  # type: ignore[arg-type]
    expected = plainly(still, asked)
    found = hazard_page(still, asked, Order(), limit=SIZE)
    assert sorted(one.id for one in found.rows) == sorted(expected)
    assert (found.back, found.on, found.stopped) == (None, None, False)
    assert count_hazards(still, asked) == Counted(len(expected))
    assert [one.id for one in walk_hazards(still, asked)] == sorted(expected)


ORDERS = [Order(by, descending) for by in Sort for descending in (True, False)]


def in_order(database: Database, order: Order) -> list[int]:
    with database.session() as session:
        rows = search.of_ids(session, range(1, SIZE + 1))
    dated = rows if order.by != Sort.DEADLINE else [one for one in rows if one.deadline]
    value = {
        Sort.FOUND: lambda one: (one.found_at, one.id),
        Sort.DEADLINE: lambda one: (one.deadline, one.id),
        Sort.ID: lambda one: one.id,
    }[order.by]
    undated = sorted((one for one in rows if one not in dated), key=lambda one: one.id)
    if order.descending:
        undated.reverse()
    ordered = sorted(dated, key=value, reverse=order.descending)
    return [one.id for one in [*ordered, *undated]]


NARROWED: list[dict[str, object]] = [
    {},
    {"category": "消防通道"},
    {"towns": frozenset(TOWNS[:1])},
    {"standing": Standing.OPEN, "towns": frozenset(TOWNS[1:])},
    {"words": "堵塞", "level": Level.MAJOR},
    {"status": Status.CLOSED, "source": Source.GRID_PATROL},
]


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("reach", [None, 10])
def test_pages_are_one_list_in_both_directions_while_others_insert(
    ledger: Database, order: Order, reach: int | None
) -> None:
    """`reach` 10: pages that stop early because too much had to be tested go on where they were."""
    asked = HazardFilter(TODAY, **NARROWED[ORDERS.index(order)])  # type: ignore[arg-type]
    wanted = plainly(ledger, asked)
    expected = [one for one in in_order(ledger, order) if one in wanted]
    chance, next_id = random.Random(11), SIZE
    forth: list[int] = []
    mark: Mark | None = None
    while True:
        with ledger.session(write=True) as session:
            page = search.page(session, asked, order, limit=7, after=mark, reach=reach)
            next_id += 1
            add_hazard(session, chance, next_id)
        forth += [one.id for one in page.rows]
        mark = page.on
        if mark is None:
            break
        assert Mark.parse(str(mark), order.by) == mark
    assert len(forth) == len(set(forth))
    assert [one for one in forth if one <= SIZE] == expected
    back: list[int] = []
    with ledger.session() as session:
        whole = search.page(session, asked, order, limit=10 * SIZE).rows
        last = whole[-1]
        value = {Sort.FOUND: last.found_at, Sort.DEADLINE: last.deadline, Sort.ID: None}[order.by]
        mark = Mark(value, last.id)
        while mark is not None:
            page = search.page(session, asked, order, limit=7, before=mark, reach=reach)
            back = [one.id for one in page.rows] + back
            assert page.on is not None
            mark = page.back
    assert [*back, last.id] == [one.id for one in whole]


def test_a_count_that_would_take_too_long_says_so(still: Database) -> None:
    asked = HazardFilter(TODAY, words="堵塞")
    with still.session() as session:
        some = search.count(session, asked, reach=20)
        every = search.count(session, asked)
    assert some.more
    assert 0 < some.number < every.number
    assert not every.more


@pytest.mark.parametrize(
    "narrower",
    [
        {},
        {"towns": frozenset(TOWNS[:2])},
        {"industry": "机械"},
        {"text": "机械"},
        {"text": "91330109MA0000006x"},
        {"standing": Standing.OVERDUE},
        {"major": True},
        {"ids": (2, 4)},
    ],
    ids=str,
)
def test_enterprises_are_found_with_what_is_open(
    still: Database, narrower: dict[str, object]
) -> None:
    asked = EnterpriseFilter(TODAY, **narrower)  # type: ignore[arg-type]
    hazards = [one for one in walk_hazards(still, ALL) if one.voided_at is None]
    found = list(enterprise_page(still, asked, limit=50).rows)
    assert count_enterprises(still, asked) == Counted(len(found))
    assert found
    for one in found:
        own = [hazard for hazard in hazards if hazard.enterprise_id == one.id]
        left = [hazard.days_left(TODAY) for hazard in own]
        assert one.hazards == len(own)
        assert one.open == sum(hazard.is_open for hazard in own)
        assert one.overdue == sum(days is not None and days < 0 for days in left)
        assert one.open_major == sum(h.is_open and h.level == Level.MAJOR for h in own)
    ids = {one.id for one in found}
    for hazard in hazards:
        overdue = (hazard.days_left(TODAY) or 0) < 0
        if asked.standing == Standing.OVERDUE and overdue:
            assert hazard.enterprise_id in ids
    with still.session() as session:
        first = search_enterprises.page(session, asked, limit=1)
        seen = list(first.rows)
        mark = first.on
        while mark is not None:
            page = search_enterprises.page(session, asked, limit=1, after=mark)
            back = search_enterprises.page(session, asked, limit=1, before=page.back)
            assert list(back.rows) == [seen[-1]]
            seen += page.rows
            mark = page.on
    assert seen == found

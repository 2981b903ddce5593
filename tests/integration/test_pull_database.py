"""Pulling from another database: a real second PostgreSQL, and SQLite; into both of our own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from steward.domain.sources import Pulled
from steward.errors import StewardError
from steward.ledger import tally
from steward.ledger.tables import (
    HazardChangeRow,
    HazardRow,
    HazardTallyRow,
    InspectionRow,
    IntakeRunRow,
)
from steward.operations.pull_source import again_at, pull_source
from steward.operations.settle_town import settle_town
from steward.sources.queries import rejections, sources
from steward.sources.shapes import DatabaseSource
from steward.sources.tables import SourceRow, SourceRunRow
from steward.storage.engine import Database
from tests.support.accounts import DUTY
from tests.support.upstream import (
    DAY,
    NOW,
    QUERY,
    Upstream,
    case,
    cases,
    declare,
    declared,
    means,
    sqlite_upstream,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def upstream(
    database: Database, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Upstream]:
    """The other side is of the other kind than ours: each kind is on each side."""
    if not database.is_sqlite:
        with sqlite_upstream(tmp_path) as own:
            yield own
        return
    own = request.getfixturevalue("second")
    yield own
    own.do("DELETE FROM cases")


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Upstream]:
    """The other side of each kind, for what does not depend on ours."""
    if request.param == "sqlite":
        with sqlite_upstream(tmp_path) as own:
            yield own
        return
    own = request.getfixturevalue("second")
    yield own
    own.do("DELETE FROM cases")


def pulled(database: Database, source: DatabaseSource, now: datetime = NOW) -> Pulled:
    found = pull_source(database, source, means(now))
    assert found is not None
    return found


def ledger(database: Database) -> list[tuple[str, str, str | None]]:
    with database.session() as session:
        rows = session.execute(
            select(HazardRow.external_id, HazardRow.status, HazardRow.description).order_by(
                HazardRow.external_id
            )
        )
        return [(id_, status, text) for id_, status, text in rows]


def waits(database: Database) -> dict[str, str]:
    with database.session() as session:
        row = sources.declared(session)[0]
        return {one.key: one.reason for one in rejections.waiting(session, row.id)}


def watermark(database: Database) -> str:
    with database.session() as session:
        return str(sources.watermark_of(sources.declared(session)[0].watermark))


def test_rows_come_in_batch_by_batch_as_those_of_a_file_do(
    database: Database, upstream: Upstream
) -> None:
    upstream.put(*cases(range(25)))
    source = declared(upstream.url)
    declare(database, source)
    first = pulled(database, source)
    assert (first.error, first.rows_read, first.rows_new, first.rows_rejected) == ("", 25, 25, 0)
    assert first.next_at == NOW + 10 * MINUTE
    assert len(ledger(database)) == 25
    assert watermark(database).replace("T", " ") == "2021-11-15 08:24:00"
    with database.session() as session:
        hazard = session.scalars(select(HazardRow).order_by(HazardRow.external_id)).first()
        assert hazard is not None
        assert hazard.source == "enforcement"
        assert hazard.found_at.isoformat() == "2021-11-15T01:30:00+00:00"
        assert hazard.extra is None  # the watermark is no column of ours
        (run,) = session.scalars(select(IntakeRunRow))
        assert (run.rows_read, run.rows_new, run.file_name) == (25, 25, "数据来源 执法平台")
        assert session.scalar(select(func.count()).select_from(InspectionRow)) == 7
        row = sources.declared(session)[0]
        assert row.claimed_by is None


def test_the_same_again_changes_nothing_and_what_changed_keeps_its_history(
    database: Database, upstream: Upstream
) -> None:
    upstream.put(*cases(range(12)))
    source = declared(upstream.url)
    declare(database, source)
    pulled(database, source)
    again = pulled(database, source, NOW + MINUTE)
    # Ten minutes are read again, and the rows of the very last instant.
    assert (again.rows_read, again.rows_new, again.rows_unchanged) == (11, 0, 11)
    upstream.put(case(3, note="已清理一半", changed=datetime(2021, 11, 15, 20)))  # noqa: DTZ001
    third = pulled(database, source, NOW + 2 * MINUTE)
    assert (third.rows_updated, third.rows_new) == (1, 0)
    with database.session() as session:
        (change,) = session.scalars(select(HazardChangeRow))
        assert (change.before, change.after) == ("通道堆放杂物3", "已清理一半")


def test_rows_of_one_instant_are_all_taken_whatever_batch_they_are_in(
    database: Database, upstream: Upstream
) -> None:
    same = datetime(2021, 11, 15, 12)  # noqa: DTZ001
    source = declared(upstream.url, batch=4, overlap=0)
    declare(database, source)
    upstream.put(*[case(n, changed=same) for n in range(10)])
    assert pulled(database, source).rows_new == 10
    # More of the same instant come later: that instant is read again.
    upstream.put(*[case(n, changed=same) for n in range(10, 15)])
    later = pulled(database, source, NOW + MINUTE)
    assert (later.rows_new, later.rows_unchanged) == (5, 10)


def test_rows_in_no_order_are_taken_in_the_watermarks(
    database: Database, upstream: Upstream
) -> None:
    upstream.put(*reversed(cases(range(25))))
    source = declared(upstream.url, query=f"{QUERY} ORDER BY case_no DESC")
    declare(database, source)
    # It ends after the first batch: what was not read is not passed over by the watermark.
    stopped = pull_source(database, source, means(stopping=lambda: True))
    assert stopped is not None
    assert (stopped.error, stopped.rows_new) == ("正在停止，下次接着拉", 10)
    assert watermark(database).replace("T", " ") == "2021-11-15 08:09:00"
    assert pulled(database, source, NOW + MINUTE).rows_new == 15


def test_a_transaction_that_ended_late_is_found_by_the_overlap(
    sqlite_database: Database, either: Upstream
) -> None:
    either.put(case(30))
    source = declared(either.url)
    declare(sqlite_database, source)
    pulled(sqlite_database, source)
    either.put(case(25), case(1))  # five minutes older than what was read, and half an hour
    assert pulled(sqlite_database, source, NOW + MINUTE).rows_new == 1
    wider = declared(either.url, overlap=60)
    assert pulled(sqlite_database, wider, NOW + 2 * MINUTE).rows_new == 1


def test_a_row_of_the_future_does_not_hide_what_comes_before_it(
    sqlite_database: Database, either: Upstream
) -> None:
    source = declared(either.url)
    declare(sqlite_database, source)
    either.put(case(1, changed=datetime(2099, 1, 1)))  # noqa: DTZ001
    assert pulled(sqlite_database, source).rows_new == 1
    assert watermark(sqlite_database).replace("T", " ") == "2021-11-16 09:00:00"
    either.put(case(2, changed=datetime(2021, 11, 16, 9, 1)))  # noqa: DTZ001
    assert pulled(sqlite_database, source, NOW + 5 * MINUTE).rows_new == 1


def test_an_unknown_town_waits_until_its_name_is_settled(
    database: Database, upstream: Upstream
) -> None:
    upstream.put(case(1), case(2, place="临浦"), case(3, place="火星镇"))
    source = declared(upstream.url, overlap=0)
    declare(database, source)
    first = pulled(database, source)
    assert (first.rows_new, first.rows_rejected) == (1, 2)
    assert waits(database) == {
        "=ZF00002": "所属镇街“临浦”不认识，是不是“临浦镇”？",
        "=ZF00003": "所属镇街“火星镇”不认识",
    }
    settle_town(database, "临浦", "临浦镇", source="执法平台", at=NOW, by=DUTY)
    second = pulled(database, source, NOW + MINUTE)
    assert second.rows_retried == 1
    assert list(waits(database)) == ["=ZF00003"]
    assert [id_ for id_, *_ in ledger(database)] == ["ZF00001", "ZF00002"]


def test_a_newer_version_settles_what_waits(database: Database, upstream: Upstream) -> None:
    source = declared(upstream.url)
    declare(database, source)
    upstream.put(case(1, grade="特大"))
    assert pulled(database, source).rows_rejected == 1
    assert waits(database) == {"=ZF00001": "隐患等级“特大”不认识"}
    upstream.put(case(1, grade="重大", changed=datetime(2021, 11, 15, 20)))  # noqa: DTZ001
    assert pulled(database, source, NOW + MINUTE).rows_new == 1
    assert waits(database) == {}


def test_new_columns_are_kept_aside_and_named(sqlite_database: Database, either: Upstream) -> None:
    either.put(case(1))
    query = "SELECT cases.*, '张三' AS inspector FROM cases WHERE changed >= :watermark;"
    source = declared(either.url, query=query)
    declare(sqlite_database, source)
    assert pulled(sqlite_database, source).unknown_columns == ("inspector",)
    with sqlite_database.session() as session:
        assert session.scalars(select(HazardRow.extra)).one() == {"inspector": "张三"}


def test_a_column_that_is_gone_fails_the_run_and_says_which(
    sqlite_database: Database, either: Upstream
) -> None:
    either.put(case(1))
    query = (
        "SELECT case_no, company, place, kind, seen_at, changed FROM cases"
        " WHERE changed >= :watermark"
    )
    source = declared(either.url, query=query)
    declare(sqlite_database, source)
    run = pulled(sqlite_database, source)
    assert run.error == "缺少必需的列：隐患等级；对应表里的列 closed、grade、note 没有了"
    assert ledger(sqlite_database) == []


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT * FROM nowhere WHERE changed >= :watermark", "数据库拒绝了查询"),
        ("SELECT case_no FROM cases WHERE changed >= :watermark", "数据库"),
    ],
)
def test_a_query_that_is_wrong_is_told(
    sqlite_database: Database, either: Upstream, query: str, why: str
) -> None:
    source = declared(either.url, query=query)
    declare(sqlite_database, source)
    assert pulled(sqlite_database, source).error.startswith(why)


def test_nothing_can_be_written_even_by_a_query_that_passed(
    sqlite_database: Database, second: Upstream
) -> None:
    # SQLite has no function that writes.
    second.do("CREATE SEQUENCE IF NOT EXISTS counted")
    query = "SELECT cases.*, nextval('counted') AS n FROM cases WHERE changed >= :watermark"
    second.put(case(1))
    source = declared(second.url, query=query)
    declare(sqlite_database, source)
    assert "read-only" in pulled(sqlite_database, source).error
    second.do("DELETE FROM cases")


def test_a_query_that_takes_too_long_is_cut(sqlite_database: Database, either: Upstream) -> None:
    slow = (
        "SELECT cases.*, (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " WHERE i < 2000000000) SELECT max(i) FROM n) AS m FROM cases WHERE changed >= :watermark"
    )
    either.put(case(1))
    source = declared(either.url, query=slow, limit_s=0.2)
    declare(sqlite_database, source)
    assert pulled(sqlite_database, source).error == "数据库在 0.2 秒内没有答完"


def test_failures_are_put_down_and_tried_again_after_twice_as_long(
    sqlite_database: Database, tmp_path: Path
) -> None:
    source = declared(f"sqlite:///{tmp_path / 'gone.db'}")
    declare(sqlite_database, source)
    now = NOW
    for minutes in (1, 2, 4):
        run = pulled(sqlite_database, source, now)
        assert run.error.startswith("数据库连不上或中断了")
        assert run.next_at == now + minutes * MINUTE
        now = run.next_at
    assert again_at(NOW, 500) == NOW + timedelta(hours=1)
    with sqlite_upstream(tmp_path) as own:
        own.put(case(1))
        assert pulled(sqlite_database, declared(own.url), now).error == ""
    with sqlite_database.session() as session:
        assert sources.declared(session)[0].tries == 0


def test_a_password_comes_from_outside_and_is_not_told(sqlite_database: Database) -> None:
    source = declared("postgresql://nobody@127.0.0.1:1/none", password_env="ZF_PASSWORD")
    declare(sqlite_database, source)
    assert pulled(sqlite_database, source).error == "环境变量 ZF_PASSWORD 没有设置"
    run = pull_source(
        sqlite_database, source, means(NOW, variable={"ZF_PASSWORD": "hush-hush"}.get)
    )
    assert run is not None
    assert run.error.startswith("数据库连不上或中断了")
    assert "hush-hush" not in run.error


def test_one_run_at_a_time_and_a_dead_ones_claim_runs_out(
    database: Database, tmp_path: Path
) -> None:
    with sqlite_upstream(tmp_path) as own:
        own.put(*cases(range(3)))
        source = declared(own.url, batch=1)
        declare(database, source)
        seen: list[Pulled | None] = []

        def meanwhile(read: int) -> None:
            if read == 2:
                seen.append(pull_source(database, source, means()))

        run = pull_source(database, source, means(progress=meanwhile))
        assert seen == [None]
        assert run is not None
        assert run.rows_new == 3

        # Somebody claims it and is never seen again.
        with database.session(write=True) as session:
            sources.claim(session, source.name, by="dead", now=NOW, until=NOW + 5 * MINUTE)
        assert pull_source(database, source, means(NOW + 4 * MINUTE)) is None
        assert pulled(database, source, NOW + 5 * MINUTE).error == ""


def test_who_lost_the_claim_writes_nothing_more(database: Database, tmp_path: Path) -> None:
    with sqlite_upstream(tmp_path) as own:
        own.put(*cases(range(4)))
        source = declared(own.url, batch=1)
        declare(database, source)

        def robbed(read: int) -> None:
            if read == 2:
                with database.session(write=True) as session:
                    sources.declared(session)[0].claimed_by = "another"

        with pytest.raises(StewardError, match="接手"):
            pull_source(database, source, means(progress=robbed))
        assert len(ledger(database)) == 2


def test_a_number_serves_as_watermark(sqlite_database: Database, tmp_path: Path) -> None:
    with sqlite_upstream(tmp_path) as own:
        own.put(*cases(range(6)))
        query = "SELECT cases.*, rowid AS number FROM cases WHERE rowid >= :watermark"
        source = declared(own.url, query=query, watermark="number", since=0, batch=2, overlap=1)
        declare(sqlite_database, source)
        assert pulled(sqlite_database, source).rows_new == 6
        own.put(case(50))
        again = pulled(sqlite_database, source, NOW + MINUTE)
        assert (again.rows_read, again.rows_new) == (3, 1)


def test_the_tally_is_that_of_the_rows(database: Database, upstream: Upstream) -> None:
    upstream.put(*cases(range(5)), case(9, closed=datetime(2021, 11, 15, 12)))  # noqa: DTZ001
    source = declared(upstream.url)
    declare(database, source)
    pulled(database, source)
    upstream.put(case(9, kind="用电", closed=datetime(2021, 11, 15, 12)))  # noqa: DTZ001
    pulled(database, source, NOW + MINUTE)

    def counted() -> set[tuple[str, str, date, int, str, int, int]]:
        with database.session() as session:
            return {
                (r.dimension, r.span, r.day, r.town_id, r.key, r.found, r.closed)
                for r in session.scalars(select(HazardTallyRow))
                if r.found or r.closed
            }

    before = counted()
    with database.session(write=True) as session:
        tally.rebuild(session)
    assert counted() == before


def test_old_empty_runs_are_let_go(sqlite_database: Database, tmp_path: Path) -> None:
    with sqlite_upstream(tmp_path) as own:
        source = declared(own.url)
        declare(sqlite_database, source)
        pulled(sqlite_database, source)
        pulled(sqlite_database, source, NOW + DAY)
        pulled(sqlite_database, source, NOW + 91 * DAY)
        with sqlite_database.session() as session:
            runs = session.scalars(select(SourceRunRow.started_at)).all()
            assert sorted(runs) == [NOW + DAY, NOW + 91 * DAY]
            assert session.scalars(select(SourceRow.name)).one() == "执法平台"

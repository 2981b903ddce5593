"""Pulling an upstream table, writing included, beside plainly reading it with SQLAlchemy."""

from __future__ import annotations

import random
import tempfile
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import create_engine, text

from benchmarks.ledger import credit_code, schema
from benchmarks.measured import Measured
from steward.ledger.towns import ensure_towns, known_towns
from steward.operations.pull_source import Means, pull_source
from steward.sources.queries import sources
from steward.sources.shapes import DatabaseSource
from steward.storage import migrate
from steward.storage.bulk import Row
from steward.storage.engine import Database

ROWS = 100_000
AT = datetime(2021, 11, 16, 1, 0, tzinfo=UTC)
QUERY = "SELECT * FROM cases WHERE changed >= :watermark"
SINCE = datetime(2019, 1, 1)  # noqa: DTZ001
COLUMNS = (
    *("external_id", "enterprise_name", "credit_code", "town", "industry", "category", "level"),
    *("description", "found_at", "deadline", "rectified_at", "closed_at", "status", "changed"),
)


def run(rows: int | None = None) -> list[Measured]:
    """A table of `rows` rows into both databases of ours; then once more, unchanged."""
    number = rows or ROWS
    lines = []
    with schema() as upstream, tempfile.TemporaryDirectory(prefix="steward-bench-") as folder:
        fill(upstream, number)
        plain_s = read_plainly(upstream, number)
        for name, url in (("SQLite", f"sqlite:///{folder}/ledger.db"), ("PostgreSQL", "")):
            if url:
                first_s, again_s = pull(url, upstream, number)
            else:
                with schema() as own:
                    first_s, again_s = pull(own, upstream, number)
            what = f"{number:,} rows of PostgreSQL into {name}"
            lines += [
                Measured(what, first_s, "SQLAlchemy plainly reading", plain_s),
                Measured(what, number / first_s, "plainly", number / plain_s, "rows/s"),
                Measured(f"{what}, unchanged", again_s, "SQLAlchemy plainly reading", plain_s),
            ]
    return lines


def pull(url: str, upstream: str, number: int) -> tuple[float, float]:
    """Seconds of a first pull, and of another of the same rows from the beginning."""
    database = Database(url)
    migrate.upgrade(database)
    source = DatabaseSource(
        name="bench",
        kind="database",
        source="enforcement",
        when="* * * * *",
        stale_after_hours=24,
        url=upstream,
        query=QUERY,
        watermark="changed",
        since=SINCE,
    )
    with database.session(write=True) as session:
        ensure_towns(session)
        sources.declare(session, source, at=AT)
    means = Means("bench", lambda: AT, lambda _name: None, lambda _when, at: at)
    times = []
    for counted in ("rows_new", "rows_unchanged"):
        with database.session(write=True) as session:
            sources.find(session, source.name).watermark = None
        started = time.perf_counter()
        done = pull_source(database, source, means)
        times.append(time.perf_counter() - started)
        if done is None or done.error or getattr(done, counted) != number:
            raise SystemExit(f"not all rows pulled: {done}")
    database.dispose()
    return times[0], times[1]


def read_plainly(upstream: str, number: int) -> float:
    engine = create_engine(upstream)
    started = time.perf_counter()
    with engine.connect() as connection:
        streaming = connection.execution_options(stream_results=True, max_row_buffer=5_000)
        asked = {"watermark": SINCE}
        read = sum(1 for _ in streaming.execute(text(f"{QUERY} ORDER BY changed"), asked))
    read_s = time.perf_counter() - started
    engine.dispose()
    assert read == number
    return read_s


def fill(upstream: str, number: int) -> None:
    """A table as another system has it: times as timestamps, the columns named as ours."""
    times = ("found_at", "rectified_at", "closed_at", "changed")
    types = ", ".join(
        f"{name} {'timestamp' if name in times else 'date' if name == 'deadline' else 'text'}"
        for name in COLUMNS
    )
    engine = create_engine(upstream)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE cases ({types})"))
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY cases ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for row in cases(number):
                copy.write_row(row)
        connection.execute(text("CREATE INDEX ON cases (changed)"))
    engine.dispose()


def cases(number: int) -> list[Row]:
    chance = random.Random(1)
    towns = [town.name for town in known_towns()]
    codes = [credit_code(n) for n in range(5_000)]
    made: list[Row] = []
    for row in range(number):
        enterprise = chance.randrange(5_000)
        found = SINCE + timedelta(minutes=chance.randrange(1_480_000))
        closed = found + timedelta(days=9) if chance.random() < 0.7 else None
        made.append(
            (
                f"ZF{row:08}",
                f"测试企业{enterprise}有限公司",
                codes[enterprise],
                towns[enterprise % 22],
                "机械制造",
                f"类别{row % 20}",
                "一般",
                "配电箱未设置漏电保护装置，线路老化",
                found,
                (found + timedelta(days=15)).date(),
                closed - timedelta(days=1) if closed else None,
                closed,
                "已闭环" if closed else "整改中",
                SINCE + timedelta(seconds=row * 800),
            )
        )
    return made

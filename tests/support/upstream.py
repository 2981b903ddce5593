"""Somebody else's systems that are pulled from: a database of cases, and what is declared of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, make_url, text

from steward.domain.weeks import district_instant
from steward.ledger.towns import ensure_towns
from steward.operations.pull_source import Means
from steward.sources.queries import sources
from steward.sources.shapes import DatabaseSource, HttpSource, Source
from steward.storage.engine import Database

NOW = district_instant("2021-11-16T09:00")
DAY = timedelta(days=1)
COLUMNS = {
    "case_no": "external_id",
    "company": "enterprise_name",
    "place": "town",
    "kind": "category",
    "grade": "level",
    "seen_at": "found_at",
    "note": "description",
    "closed": "closed_at",
}
QUERY = "SELECT * FROM cases WHERE changed >= :watermark"

Case = dict[str, Any]


def case(number: int, **other: Any) -> Case:
    """A case as the other side has it; `changed` is a minute later a number."""
    changed = datetime(2021, 11, 15, 8) + timedelta(minutes=number)  # noqa: DTZ001
    return {
        "case_no": f"ZF{number:05}",
        "company": f"企业{number % 7}有限公司",
        "place": "临浦镇",
        "kind": "消防通道",
        "grade": "一般",
        "seen_at": "2021-11-15 09:30:00",
        "note": f"通道堆放杂物{number}",
        "closed": None,
        "changed": changed,
    } | other


def cases(numbers: Sequence[int]) -> list[Case]:
    return [case(number) for number in numbers]


class Upstream:
    """A database of the other side: a table `cases` that is written to."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = create_engine(url)
        self.text = make_url(url).get_backend_name() == "sqlite"
        times = "TEXT" if self.text else "timestamp"
        with self.engine.begin() as connection:
            connection.execute(
                text(
                    "CREATE TABLE cases (case_no TEXT PRIMARY KEY, company TEXT, place TEXT,"
                    f" kind TEXT, grade TEXT, seen_at {times}, note TEXT, closed {times},"
                    f" changed {times})"
                )
            )

    def put(self, *rows: Case) -> None:
        """Write cases, over what stands there of the same number."""
        with self.engine.begin() as connection:
            for row in rows:
                values = {k: self._written(v) for k, v in row.items()}
                names = ", ".join(values)
                sets = ", ".join(f"{name} = excluded.{name}" for name in values)
                connection.execute(
                    text(
                        f"INSERT INTO cases ({names}) VALUES ({', '.join(f':{n}' for n in values)})"
                        f" ON CONFLICT (case_no) DO UPDATE SET {sets}"
                    ),
                    values,
                )

    def do(self, statement: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement))

    def _written(self, value: Any) -> Any:
        return value.isoformat(" ") if self.text and isinstance(value, datetime) else value


def declared(url: str, **other: Any) -> DatabaseSource:
    """What sources.toml says of such a database."""
    values: dict[str, Any] = {
        "name": "执法平台",
        "kind": "database",
        "source": "enforcement",
        "when": "*/10 * * * *",
        "stale_after_hours": 24,
        "url": url,
        "query": QUERY,
        "watermark": "changed",
        "since": datetime(2021, 1, 1),  # noqa: DTZ001
        "columns": COLUMNS,
        "batch": 10,
        "limit_s": 5.0,
    }
    return DatabaseSource.model_validate(values | other)


def endpoint(url: str, **other: Any) -> HttpSource:
    """What sources.toml says of such an endpoint."""
    values: dict[str, Any] = {
        "name": "网格平台",
        "kind": "http",
        "source": "grid_patrol",
        "when": "*/10 * * * *",
        "stale_after_hours": 24,
        "url": url,
        "columns": COLUMNS,
        "watermark": "changed",
        "limit_s": 5.0,
    }
    return HttpSource.model_validate(values | other)


def means(now: datetime = NOW, **other: Any) -> Means:
    """As an engine has them, at a time that stands."""
    tell: Callable[[], datetime] = lambda: now  # noqa: E731
    values: dict[str, Any] = {
        "owner": "test",
        "tell_time": tell,
        "variable": lambda _name: None,
        "next_at": lambda _when, at: at + timedelta(minutes=10),
    }
    return Means(**(values | other))


def declare(database: Database, *listed: Source, at: datetime = NOW) -> None:
    """The towns are there and these sources are declared."""
    with database.session(write=True) as session:
        ensure_towns(session)
        for one in listed:
            sources.declare(session, one, at=at)


@contextmanager
def sqlite_upstream(folder: Path) -> Iterator[Upstream]:
    own = Upstream(f"sqlite:///{folder / 'upstream.db'}")
    yield own
    own.engine.dispose()


@contextmanager
def postgres_upstream(postgres_url: str, name: str) -> Iterator[Upstream]:
    """A second database of the server, dropped afterwards."""
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    own = Upstream(url)
    try:
        yield own
    finally:
        own.engine.dispose()
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()

"""Reading an upstream database: one SELECT, read only, within its time, a batch at a time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, time
from typing import Any, cast
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, bindparam, column, create_engine, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.pool import NullPool
from sqlalchemy.sql import Select, select
from sqlalchemy.types import NullType

from steward.domain.sources import Batch, Form, Watermark
from steward.errors import SourceError
from steward.sources.cells import as_cell
from steward.sources.shapes import DatabaseSource
from steward.sources.statement import WATERMARK

CONNECT_S = 10
# By default so much is read again: a transaction that began earlier may end later.
OVERLAP_MINUTES, OVERLAP_NUMBERS = 10.0, 100.0


class Limit:
    """Keeps a connection from writing, and each of its statements to a time."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._driver: sqlite3.Connection | None = None
        self.late = False

    def lay_upon(self, connection: Connection) -> None:
        """As its database knows it: where it knows neither, only SELECT goes there anyhow."""
        name = connection.dialect.name
        if name == "postgresql":
            connection.execution_options(postgresql_readonly=True)
            connection.execute(
                text("SELECT set_config('statement_timeout', :ms, true)"),
                {"ms": str(max(1, round(self._limit_s * 1000)))},
            )
        elif name in ("mysql", "mariadb", "oracle"):
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        elif name == "sqlite":
            self._driver = cast("sqlite3.Connection", connection.connection.driver_connection)
            self._driver.execute("PRAGMA query_only = ON")

    @contextmanager
    def counting(self) -> Iterator[None]:
        """The time runs: SQLite knows none, and is interrupted. PostgreSQL counts by itself."""
        if self._driver is None:
            yield
            return
        watch = threading.Timer(self._limit_s, self._cut, [self._driver])
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def _cut(self, driver: sqlite3.Connection) -> None:
        self.late = True
        driver.interrupt()


def read_database(
    source: DatabaseSource, password: str | None, reached: Watermark | None
) -> Generator[Batch, None, None]:
    """What changed since `reached`, in the watermark's order, a batch at a time.

    The order is asked for here, so that a batch may be kept with its watermark whatever the query
    says. Rows of the same watermark come again the next time. Raises SourceError.
    """
    try:
        engine = _engine(source, password)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        why = "没有这种数据库，或本机没有装它的驱动"
        raise SourceError(f"url 不能用：{why}", place=source.name) from error
    limit = Limit(source.limit_s)
    try:
        with engine.connect() as connection:
            limit.lay_upon(connection)
            asked = _asked(source, reached, engine.dialect.name)
            streaming = connection.execution_options(
                stream_results=True, max_row_buffer=source.batch
            )
            with limit.counting():
                result = streaming.execute(_statement(source, asked))
            with closing(result):
                columns = tuple(result.keys())
                place = columns.index(source.watermark)
                parts = result.partitions(source.batch)
                while True:
                    with limit.counting():
                        part = next(parts, None)
                    if part is None:
                        return
                    rows = [[as_cell(value) for value in row] for row in part]
                    reached = _furthest(reached, part[-1][place], source)
                    yield Batch(columns, rows, reached)
    except DBAPIError as error:
        raise _refused(source, error, limit.late) from error
    except SQLAlchemyError as error:
        raise SourceError(f"读不出来：{error}", place=source.name) from error
    finally:
        engine.dispose()


def _engine(source: DatabaseSource, password: str | None) -> Engine:
    url = make_url(source.url)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite":
        file = f"file:{quote(url.database or '')}"
        url = URL.create(url.drivername, database=file, query={"mode": "ro", "uri": "true"})
    elif password is not None:
        url = url.set(password=password)
    arguments: dict[str, Any] = {}
    if url.get_backend_name() == "postgresql":
        # A line that is dead is found out, whatever the server would have answered.
        silent_ms = round(source.limit_s * 1000) + 10_000
        arguments = {"connect_timeout": CONNECT_S, "tcp_user_timeout": silent_ms}
    return create_engine(url, poolclass=NullPool, connect_args=arguments)


def _statement(source: DatabaseSource, asked: Any) -> Select[Any]:
    """The query as a table of its own, which only a SELECT can be, put in order."""
    # Without a type of ours the database itself reads a text as what it is compared with.
    bound = bindparam(WATERMARK, asked, type_=NullType())
    query = source.query.strip().rstrip(";")
    inner = text(query).bindparams(bound).columns(column(source.watermark)).subquery("pulled")
    return select(text("pulled.*")).select_from(inner).order_by(inner.c[source.watermark])


def _asked(source: DatabaseSource, reached: Watermark | None, dialect: str) -> Any:
    """Since when to ask: from the beginning, or from a little before where it got to."""
    if reached is None:
        since = source.since
        if not isinstance(since, date):
            return since
        at = since if isinstance(since, datetime) else datetime.combine(since, time())
        return at.isoformat(" ") if dialect == "sqlite" else at
    default = OVERLAP_NUMBERS if reached.form is Form.NUMBER else OVERLAP_MINUTES
    return reached.back(default if source.overlap is None else source.overlap).raw


def _furthest(reached: Watermark | None, cell: Any, source: DatabaseSource) -> Watermark | None:
    """The watermark after a batch; it never goes back. Raises SourceError for another kind."""
    found = Watermark.of(cell)
    if found is None or reached is None:
        return found or reached
    if (found.form is Form.NUMBER) != (reached.form is Form.NUMBER):
        why = f"水位列“{source.watermark}”从前不是这一类（{reached.form.value}）"
        raise SourceError(why, place=source.name)
    if found.form is reached.form and found.order < reached.order:
        return reached
    return found


def _refused(source: DatabaseSource, error: DBAPIError, late: bool) -> SourceError:
    """What the database said, as its first line; what it was asked with is not shown."""
    said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else "没有说明"
    if late or "statement timeout" in said or "interrupted" in said:
        return _too_slow(source)
    away = error.connection_invalidated or isinstance(error, OperationalError)
    if said.startswith("no such "):  # SQLite's word for everything is an operational error
        away = False
    what = "数据库连不上或中断了" if away else "数据库拒绝了查询"
    return SourceError(f"{what}：{said}", place=source.name, retry=True)


def _too_slow(source: DatabaseSource) -> SourceError:
    why = f"数据库在 {source.limit_s:g} 秒内没有答完"
    return SourceError(why, place=source.name, retry=True)

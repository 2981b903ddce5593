"""The database: an engine and its sessions, SQLite (WAL) or PostgreSQL by URL."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session as Session  # operations pass it on
from sqlalchemy.orm import sessionmaker

from steward.errors import StorageBusy, StorageError

BUSY_TIMEOUT_MS = 10_000


class Database:
    """One database. `session()` is one transaction: committed at the end, rolled back on error.

    Within `whole()` every `session()` of the same thread is a part of the one transaction.
    """

    def __init__(self, url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        """Open (and for SQLite create the folder of) the database at an SQLAlchemy URL.

        `busy_timeout_ms` is how long a statement waits for SQLite's lock before StorageBusy.

        Raises StorageError when the URL is malformed.
        """
        try:
            parsed = make_url(url)
            if parsed.drivername == "postgresql":
                parsed = parsed.set(drivername="postgresql+psycopg")
            if parsed.get_backend_name() == "sqlite" and parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine: Engine = create_engine(parsed, pool_pre_ping=True)
        except (ArgumentError, NoSuchModuleError) as error:
            raise StorageError(f"数据库地址不对：{error}", place="database_url") from error
        except OSError as error:
            raise StorageError(f"无法建立数据文件夹：{error}", place=str(error.filename)) from error
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepared_sqlite(busy_timeout_ms))
            event.listen(self.engine, "begin", _begin_sqlite)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._around: ContextVar[Session | None] = ContextVar("around", default=None)

    @property
    def place(self) -> str:
        """The URL without its password, for messages."""
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def session(self, *, write: bool = False, snapshot: bool = False) -> Iterator[Session]:
        """A session in one transaction; `write=True` takes SQLite's write lock at its start.

        `snapshot=True`: all its reads see the same instant, as SQLite's always do.

        Raises StorageBusy when the database is locked or gone, StorageError on other faults.
        """
        around = self._around.get()
        if around is not None:
            yield around
            around.flush()
            return
        session = self._sessions()
        try:
            if write:
                session.connection(execution_options={"steward_write": True})
            elif snapshot and not self.is_sqlite:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session
            session.commit()
        except OperationalError as error:
            raise StorageBusy(_why(error), place=self.place) from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise StorageBusy(_why(error), place=self.place) from error
            raise StorageError(f"数据库拒绝了操作：{error.orig}", place=self.place) from error
        finally:
            session.close()

    @contextmanager
    def whole(self) -> Iterator[Session]:
        """One write transaction around several operations: all of them are kept, or none.

        Raises as `session()` does.
        """
        with self.session(write=True) as session:
            token = self._around.set(session)
            try:
                yield session
            finally:
                self._around.reset(token)

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _why(error: DBAPIError) -> str:
    text = str(error.orig).strip().splitlines()[0] if error.orig else str(error)
    if "locked" in text:
        return "数据库正被其他程序占用，请稍后再试"
    if "full" in text:
        return "磁盘空间不足，数据库无法写入"
    return f"数据库暂时无法使用：{text}"


def _prepared_sqlite(busy_timeout_ms: int) -> Callable[[sqlite3.Connection, Any], None]:
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, see _begin_sqlite
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={busy_timeout_ms}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    return prepare


def _begin_sqlite(connection: Any) -> None:
    write = connection.get_execution_options().get("steward_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

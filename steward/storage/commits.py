"""How a process learns that another one has committed something.

What is learnt is only "look again": the rows are the truth.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Protocol, cast

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from steward.errors import StorageBusy
from steward.storage.engine import Database

SQLITE_LOOK_S = 0.02


class CommitWatch(Protocol):
    """Waits for a commit; one object for one thread, on one connection of its own."""

    def wait(self, timeout_s: float) -> bool:
        """True when something was (or may have been) committed, False when the time is over.

        Raises StorageBusy when the database is gone; the watch is then useless.
        """

    def close(self) -> None: ...


def watch(database: Database, channel: str) -> CommitWatch:
    """A watch on the database: SQLite's data_version, or PostgreSQL's LISTEN on `channel`.

    Raises StorageBusy when the database cannot be reached.
    """
    try:
        connection = database.engine.connect()
        if database.is_sqlite:
            return SqliteWatch(connection)
        return PostgresWatch(connection, channel)
    except DBAPIError as error:
        raise StorageBusy(f"数据库暂时无法使用：{error.orig}", place=database.place) from error


class SqliteWatch:
    """Looks at `PRAGMA data_version`, which moves when another connection has committed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._seen = self._version()

    def _version(self) -> int:
        driver = cast("sqlite3.Connection", self._connection.connection.driver_connection)
        try:
            row = driver.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error as error:
            raise StorageBusy(f"数据库暂时无法使用：{error}") from error
        return int(row[0])

    def wait(self, timeout_s: float) -> bool:
        until = time.monotonic() + timeout_s
        while True:
            version = self._version()
            if version != self._seen:
                self._seen = version
                return True
            left = until - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(SQLITE_LOOK_S, left))

    def close(self) -> None:
        self._connection.close()


class PostgresWatch:
    """Listens on a channel."""

    def __init__(self, connection: Connection, channel: str) -> None:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql(f'LISTEN "{channel}"')
        self._connection = connection
        self._driver = cast("psycopg.Connection", connection.connection.driver_connection)

    def wait(self, timeout_s: float) -> bool:
        try:
            return any(True for _ in self._driver.notifies(timeout=timeout_s, stop_after=1))
        except psycopg.OperationalError as error:
            raise StorageBusy(f"数据库暂时无法使用：{error}") from error

    def close(self) -> None:
        # Not back to the pool: it would go on listening there.
        self._connection.invalidate()
        self._connection.close()

"""Databases with all tables, made once a run and given to each test as if they were made for it."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, text

from steward.storage.base import Base
from steward.storage.engine import Database

MANY = 5_000  # rows: a schema that held more is not worth emptying
LEAVING_S = 1.0  # how long a server may take to see that a connection was closed
_SHAPE = """
SELECT count(*), max(oid::bigint), sum(relnatts), sum(relchecks),
    count(*) FILTER (WHERE relhastriggers)
FROM pg_class WHERE relnamespace = CAST(:name AS regnamespace)
"""
_USED = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE schemaname = :name AND last_value IS NOT NULL
"""
_CONNECTED = "SELECT count(*) FROM pg_stat_activity WHERE application_name = :name"


def schema_url(url: str, name: str) -> str:
    """The URL of one schema of a PostgreSQL database. Its connections bear the schema's name; their
    commits do not wait for the disk, for nobody cuts the power of a test."""
    given = f"-csearch_path={name} -capplication_name={name} -csynchronous_commit=off"
    return f"{url}?options={given.replace(' ', '%20').replace('=', '%3D')}"


_first: dict[str, tuple[Any, Any]] = {}  # by dialect: itself, and the statements it has written


def opened(url: str) -> Database:
    """The database, which knows the SQL of the statements that any before it was asked.

    Writing a statement as SQL costs more than running it. SQLAlchemy keeps it, by dialect and
    statement, with each engine; here all engines of one kind share it. No row is in it.
    """
    database = Database(url)
    own = database.engine
    if own.dialect.name not in _first:
        with own.connect():  # asks the server what the dialect must know
            _first[own.dialect.name] = own.dialect, own._compiled_cache
    own.dialect, own._compiled_cache = _first[own.dialect.name]
    return database


def template_of_sqlite(path: Path) -> Path:
    """A database file with all tables, of which each test has a copy."""
    database = Database(f"sqlite:///{path}")
    Base.metadata.create_all(database.engine)
    database.dispose()
    return path


class FurnishedSchema:
    """One PostgreSQL schema with all tables, for one test after the other.

    A test finds it as `create_all` would leave it: no rows, every sequence at its start. Where that
    is in doubt (somebody is still connected, the tables are others, much was written) it is dropped
    and another one made.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._admin: Engine = create_engine(
            f"{url}?options=-csynchronous_commit%3Doff", isolation_level="AUTOCOMMIT"
        )
        self._name = ""
        self._shape: object = None

    def take(self) -> str:
        """Its URL, for one test."""
        if not self._name:
            with self._admin.connect() as connection:
                self._name = f"test_{uuid.uuid4().hex[:12]}"
                connection.execute(text(f"CREATE SCHEMA {self._name}"))
                database = Database(schema_url(self._url, self._name))
                Base.metadata.create_all(database.engine)
                database.dispose()
                self._shape = self._ask(connection, _SHAPE)
        return schema_url(self._url, self._name)

    def give_back(self) -> None:
        """Empty it after a test, or drop it."""
        with self._admin.connect() as connection:
            made = self._left(connection) and self._ask(connection, _SHAPE) == self._shape
            if not made or self._empty(connection) > MANY:
                self._drop(connection)

    def close(self) -> None:
        """Drop it for good."""
        if self._name:
            with self._admin.connect() as connection:
                self._drop(connection)
        self._admin.dispose()

    def _left(self, connection: Connection) -> bool:
        """Has everybody gone? A closed connection is seen a moment later."""
        until = time.monotonic() + LEAVING_S
        while self._ask(connection, _CONNECTED)[0]:
            if time.monotonic() > until:
                return False
            time.sleep(0.005)
        return True

    def _empty(self, connection: Connection) -> int:
        """How many rows there were."""
        tables = [f"{self._name}.{table.name}" for table in Base.metadata.tables.values()]
        looks = [f"SELECT '{one}' WHERE EXISTS (SELECT FROM {one})" for one in tables]
        filled = connection.scalars(text(" UNION ALL ".join(looks))).all()
        # As a replica nothing is checked between the tables: all of them become empty.
        connection.execute(text("SET session_replication_role = replica"))
        deleted = sum(connection.execute(text(f"DELETE FROM {one}")).rowcount for one in filled)
        connection.execute(text(_USED), {"name": self._name})
        return deleted

    def _ask(self, connection: Connection, question: str) -> object:
        return connection.execute(text(question), {"name": self._name}).one()

    def _drop(self, connection: Connection) -> None:
        connection.execute(text(f"DROP SCHEMA {self._name} CASCADE"))
        self._name = ""

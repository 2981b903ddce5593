"""Databases with all tables, made once a run and given to each test as if they were made for it."""

from __future__ import annotations

import time
import uuid
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, text

from steward.storage.base import Base
from steward.storage.engine import Database

GROWN = 8 * 1024 * 1024  # bytes of a schema that is not worth emptying
LEAVING_S = 1.0  # how long a server may take to see that a connection was closed
_SHAPE = """
SELECT count(*), sum(c.relnatts), sum(c.relchecks),
    (SELECT count(*) FROM pg_constraint WHERE connamespace = n.oid),
    (SELECT count(*) FROM pg_proc WHERE pronamespace = n.oid),
    (SELECT count(*) FROM pg_trigger t JOIN pg_class r ON r.oid = t.tgrelid
        WHERE r.relnamespace = n.oid),
    (SELECT count(*) FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid
        WHERE r.relnamespace = n.oid AND a.attisdropped)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :name GROUP BY n.oid
"""
_SIZE = """
SELECT sum(pg_table_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :name AND c.relkind = 'r'
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
        self._admin: Engine = create_engine(url, isolation_level="AUTOCOMMIT")
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
            if self._left(connection) and self._as_made(connection):
                self._empty(connection)
            else:
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

    def _as_made(self, connection: Connection) -> bool:
        small = self._ask(connection, _SIZE)[0] < GROWN
        return small and self._ask(connection, _SHAPE) == self._shape

    def _empty(self, connection: Connection) -> None:
        tables = [f"{self._name}.{table.name}" for table in Base.metadata.tables.values()]
        looks = [f"SELECT '{one}' WHERE EXISTS (SELECT FROM {one})" for one in tables]
        filled = connection.scalars(text(" UNION ALL ".join(looks))).all()
        if filled:
            # As a replica nothing is checked between the tables: all of them become empty.
            deletes = "; ".join(f"DELETE FROM {one}" for one in filled)
            connection.execute(
                text(
                    f"BEGIN; SET LOCAL session_replication_role = replica; "
                    f"SET LOCAL synchronous_commit = off; {deletes}; COMMIT"
                )
            )
        connection.execute(text(_USED), {"name": self._name})

    def _ask(self, connection: Connection, question: str) -> object:
        return connection.execute(text(question), {"name": self._name}).one()

    def _drop(self, connection: Connection) -> None:
        connection.execute(text(f"DROP SCHEMA {self._name} CASCADE"))
        self._name = ""

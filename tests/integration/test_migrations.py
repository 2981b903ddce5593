"""Migrations on both databases: one head, the schema they make is the tables', up and down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from steward.errors import StorageError
from steward.ledger.queries.towns import codes
from steward.ledger.towns import ensure_towns, known_towns
from steward.storage import migrate
from steward.storage.base import Base
from steward.storage.engine import Database


@pytest.fixture
def empty(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.dispose()


def test_there_is_one_head() -> None:
    scripts = ScriptDirectory(str(migrate.FOLDER))
    assert scripts.get_heads() == [migrate.head()]


def test_the_schema_is_the_tables(empty: Database) -> None:
    assert migrate.current(empty) is None
    migrate.upgrade(empty)
    assert migrate.current(empty) == migrate.head()
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_partial_indexes_keep_their_conditions(empty: Database) -> None:
    migrate.upgrade(empty)
    key = f"{empty.engine.dialect.name}_where"
    for index in inspect(empty.engine).get_indexes("hazards"):
        if index["name"] in ("ix_hazards_open", "ix_hazards_closed_at", "ix_hazards_major"):
            assert index["dialect_options"].get(key) is not None


def test_up_and_down_and_up(empty: Database) -> None:
    migrate.upgrade(empty)
    migrate.downgrade(empty, "base")
    assert set(inspect(empty.engine).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(empty)
    migrate.upgrade(empty)
    migrate.require_head(empty)


def test_a_database_without_schema_is_told_what_to_do(empty: Database) -> None:
    with pytest.raises(StorageError, match="steward database upgrade"):
        migrate.require_head(empty)


def test_the_towns_are_put_in_once(empty: Database) -> None:
    migrate.upgrade(empty)
    for _ in range(2):
        with empty.session(write=True) as session:
            ensure_towns(session)
            assert codes(session) == {town.code for town in known_towns()}
    assert len(known_towns()) == 22

"""What all tests share: a real database of each kind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

import steward.accounts.tables
import steward.broadcasts.tables
import steward.ledger.tables
import steward.offices.tables
import steward.sources.tables  # noqa: F401  (fills the metadata)
from steward.storage.base import Base
from steward.storage.engine import Database
from tests.support.schemas import fresh_schema

# The same examples every time, and no stopwatch: a run says something about the code, not about
# its luck or the machine.
settings.register_profile("steward", derandomize=True, deadline=None)
settings.load_profile("steward")

POSTGRES_URL = os.environ.get(
    "TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/test"
)


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The URL of a reachable PostgreSQL; skipped where there is none, except in CI."""
    engine = create_engine(POSTGRES_URL, connect_args={"connect_timeout": 3})
    try:
        with engine.connect():
            return POSTGRES_URL
    except OperationalError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"PostgreSQL must be reachable in CI: {error}")
        pytest.skip(f"no PostgreSQL at {POSTGRES_URL}")
    finally:
        engine.dispose()


@pytest.fixture
def postgres_schema_url(postgres_url: str) -> Iterator[str]:
    """A URL whose search path is a fresh, empty schema, dropped afterwards."""
    with fresh_schema(postgres_url) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'steward.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, once for each kind."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_schema_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database with all tables, once for each kind."""
    database = Database(database_url)
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """An empty SQLite database with all tables, for what does not depend on the kind."""
    database = Database(sqlite_url)
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()

"""What all tests share: a real database of each kind."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import OperationalError

import steward.accounts.tables
import steward.broadcasts.tables
import steward.ledger.enforcement_tables
import steward.ledger.tables
import steward.ledger.warning_tables
import steward.offices.tables
import steward.sources.tables  # noqa: F401  (fills the metadata)
from steward.storage.engine import Database
from tests.support import applications
from tests.support.databases import FurnishedSchema, opened, template_of_sqlite
from tests.support.schemas import fresh_schema

# The same examples every time, and no stopwatch: a run says something about the code, not about
# its luck or the machine.
settings.register_profile("steward", derandomize=True, deadline=None)
settings.load_profile("steward")

applications.share()

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


@pytest.fixture(scope="session")
def furnished_schema(postgres_url: str) -> Iterator[FurnishedSchema]:
    """A schema with all tables, which one test after the other finds as if it were new."""
    schema = FurnishedSchema(postgres_url)
    yield schema
    schema.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, to be copied."""
    return template_of_sqlite(tmp_path_factory.mktemp("template") / "steward.db")


@pytest.fixture
def postgres_schema_url(postgres_url: str) -> Iterator[str]:
    """A URL whose search path is a fresh, empty schema, dropped afterwards."""
    with fresh_schema(postgres_url) as url:
        yield url


@pytest.fixture
def postgres_tables_url(furnished_schema: FurnishedSchema) -> Iterator[str]:
    """A URL whose search path is a schema with all tables, all of them empty."""
    yield furnished_schema.take()
    furnished_schema.give_back()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'steward.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, once for each kind; with tables for a test of `database`."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_schema_url"
    if request.param == "postgresql" and "database" in request.fixturenames:
        name = "postgres_tables_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def database(database_url: str, sqlite_template: Path) -> Iterator[Database]:
    """An empty database with all tables, once for each kind."""
    if database_url.startswith("sqlite"):
        shutil.copyfile(sqlite_template, make_url(database_url).database or "")
    database = opened(database_url)
    yield database
    database.dispose()


@pytest.fixture
def sqlite_database(sqlite_url: str, sqlite_template: Path) -> Iterator[Database]:
    """An empty SQLite database with all tables, for what does not depend on the kind."""
    shutil.copyfile(sqlite_template, make_url(sqlite_url).database or "")
    database = opened(sqlite_url)
    yield database
    database.dispose()

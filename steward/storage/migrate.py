"""Migrations: bring a database's schema to what the program knows, or back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from steward.errors import StorageBusy, StorageError
from steward.storage.engine import Database

FOLDER = Path(__file__).parent / "migrations"


def head() -> str:
    """The newest revision this program knows."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None
    return revision


def current(database: Database) -> str | None:
    """The revision the database is at; None for an empty one. Raises StorageBusy."""
    try:
        with database.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except DBAPIError as error:
        raise StorageBusy(f"数据库暂时无法使用：{error.orig}", place=database.place) from error


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema up to a revision, in one transaction. Raises StorageBusy."""
    _run(database, lambda config: command.upgrade(config, revision))


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to a revision ("base" is empty), in one transaction."""
    _run(database, lambda config: command.downgrade(config, revision))


def require_head(database: Database) -> None:
    """Raises StorageError unless the schema is what this program knows."""
    found, known = current(database), head()
    if found != known:
        raise StorageError(
            f"数据库结构（{found or '空'}）与程序（{known}）不符，请执行 steward database upgrade",
            place=database.place,
        )


def write_revision(database: Database, message: str, revision: str) -> Path:
    """Write a migration from the difference between tables and database, for a developer."""
    with database.engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        script = command.revision(config, message=message, autogenerate=True, rev_id=revision)
    assert script is not None
    assert not isinstance(script, list)
    return Path(script.path)


def _run(database: Database, work: Callable[[Config], None]) -> None:
    try:
        with database.engine.begin() as connection:
            config = _config()
            config.attributes["connection"] = connection
            work(config)
    except DBAPIError as error:
        raise StorageBusy(f"数据库结构无法更新：{error.orig}", place=database.place) from error


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config

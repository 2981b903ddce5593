"""Can the halls be served?"""

from __future__ import annotations

from steward.broadcasts.queries import halls
from steward.storage import migrate
from steward.storage.engine import Database


def check_readiness(database: Database) -> str:
    """A Chinese sentence of what is missing; "" when nothing is.

    Raises StorageError when the database is away or its tables are not this program's.
    """
    migrate.require_head(database)
    with database.session() as session:
        if not halls.every(session):
            return "还没有任何大厅"
    return ""

"""What was said about a town, or in its own office."""

from __future__ import annotations

from steward.analysis.queries import towns
from steward.broadcasts.queries import broadcasts
from steward.domain.figures import Town
from steward.errors import NotFound
from steward.operations.list_broadcasts import Listed, with_corrections
from steward.storage.engine import Database


def show_town(database: Database, code: str, *, limit: int = 50) -> tuple[Town, list[Listed]]:
    """The town of that code, and what was played, newest first. Raises NotFound."""
    with database.session() as session:
        found = [town for town in towns(session).values() if town.code == code]
        if not found:
            raise NotFound("没有这个镇街")
        rows = broadcasts.played_of_town(session, code, limit)
        return found[0], with_corrections(session, rows)

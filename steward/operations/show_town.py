"""What was said about a town, or in its own office."""

from __future__ import annotations

from steward.broadcasts.queries import broadcasts
from steward.domain.figures import Town
from steward.operations.find_town_issue import place_of
from steward.operations.list_broadcasts import Listed, with_corrections
from steward.storage.engine import Database


def show_town(database: Database, code: str, *, limit: int = 50) -> tuple[Town, list[Listed]]:
    """The town of that code, and what was played, newest first. Raises NotFound."""
    with database.session() as session:
        place = place_of(session, code)
        rows = broadcasts.played_of_town(session, code, limit)
        return place, with_corrections(session, rows)

"""The town that a word means."""

from __future__ import annotations

from steward.analysis.naming import town_id_of
from steward.analysis.queries import towns
from steward.domain.figures import Town
from steward.storage.engine import Database


def find_town(database: Database, word: str | None) -> Town | None:
    """The town of a code or a name; None for None or "", the district. Raises FiguresError."""
    with database.session() as session:
        known = towns(session)
    id_ = town_id_of(known, word or None)
    return None if id_ is None else known[id_]

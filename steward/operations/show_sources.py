"""The sources as staff see them: how fresh each is, its runs, and the rows that wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from steward.domain.figures import Freshness
from steward.sources.queries.freshness import freshness
from steward.storage.engine import Database


def show_freshness(database: Database, *, at: datetime) -> Sequence[Freshness]:
    """How fresh each of the ledger's sources is that is pulled; nothing when none is."""
    with database.session() as session:
        return freshness(session, at)

"""The plans in force."""

from __future__ import annotations

from collections.abc import Sequence

from steward.broadcasts.queries import plans
from steward.domain.plans import Plan
from steward.storage.engine import Database


def list_plans(database: Database) -> Sequence[Plan]:
    """Every plan in force, in the order they were added."""
    with database.session() as session:
        return plans.active(session)

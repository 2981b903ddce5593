"""End a plan."""

from __future__ import annotations

from datetime import datetime

from steward.broadcasts.queries import plans
from steward.domain.plans import Plan
from steward.storage.engine import Database


def remove_plan(database: Database, plan_id: int, *, at: datetime) -> Plan:
    """The plan that is no longer in force from `at` on; it stays on record.

    Raises PlanError when there is no such plan in force.
    """
    with database.session(write=True) as session:
        return plans.remove(session, plan_id, at=at)

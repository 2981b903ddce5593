"""End a plan."""

from __future__ import annotations

from datetime import datetime

from steward.accounts.queries import audit
from steward.broadcasts.queries import plans
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.domain.plans import Plan
from steward.operations.add_plan import plan_facts
from steward.storage.engine import Database


def remove_plan(database: Database, plan_id: int, *, at: datetime, by: Actor) -> Plan:
    """The plan that is no longer in force from `at` on; it stays on record.

    Raises PlanError when there is no such plan in force.
    """
    with database.session(write=True) as session:
        plan = plans.remove(session, plan_id, at=at)
        audit.record(
            session,
            Act.PLAN_REMOVED,
            at=at,
            by=by,
            about=f"计划 {plan.id}",
            before=plan_facts(plan),
        )
        return plan

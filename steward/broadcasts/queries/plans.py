"""Plans, as the domain's `Plan`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from steward.broadcasts.tables import HallRow, PlanRow
from steward.domain.broadcasts import Priority
from steward.domain.plans import DayRule, MissedRule, Plan
from steward.errors import PlanError


def add(
    session: Session,
    *,
    title: str,
    template: str,
    town_code: str | None,
    hall_id: int,
    when: str,
    day_rule: DayRule,
    missed_rule: MissedRule,
    late_minutes: int,
    priority: Priority,
    at: datetime,
) -> Plan:
    """A new plan, created at `at`: slots before that instant are none of its business."""
    row = PlanRow(
        title=title,
        template=template,
        town_code=town_code,
        hall_id=hall_id,
        when=when,
        day_rule=day_rule.value,
        missed_rule=missed_rule.value,
        late_minutes=late_minutes,
        priority=priority.value,
        created_at=at,
    )
    session.add(row)
    session.flush()
    return get(session, row.id)


def get(session: Session, plan_id: int) -> Plan:
    """One plan, removed ones too. Raises PlanError when there is none."""
    row = session.execute(
        select(PlanRow, HallRow.name).join(HallRow).where(PlanRow.id == plan_id)
    ).one_or_none()
    if row is None:
        raise PlanError(f"没有编号为 {plan_id} 的计划")
    return _plan(*row)


def first_made(session: Session) -> datetime | None:
    """When the first plan was made, thus when this house was furnished; None: not yet."""
    return session.scalar(select(func.min(PlanRow.created_at)))


def active(session: Session) -> Sequence[Plan]:
    """Every plan in force, in the order they were added."""
    rows = session.execute(
        select(PlanRow, HallRow.name)
        .join(HallRow)
        .where(PlanRow.removed_at.is_(None))
        .order_by(PlanRow.id)
    )
    return [_plan(row, hall) for row, hall in rows]


def removed_since(session: Session, since: datetime) -> Sequence[tuple[Plan, datetime]]:
    """Plans that ended after an instant, in the order they were added, and when each did."""
    rows = session.execute(
        select(PlanRow, HallRow.name)
        .join(HallRow)
        .where(PlanRow.removed_at > since)
        .order_by(PlanRow.id)
    )
    return [(_plan(row, hall), row.removed_at) for row, hall in rows if row.removed_at]


def remove(session: Session, plan_id: int, *, at: datetime) -> Plan:
    """End a plan; it stays on record. Raises PlanError when there is none in force."""
    row = session.get(PlanRow, plan_id)
    if row is None or row.removed_at is not None:
        raise PlanError(f"没有编号为 {plan_id} 的计划，或它已被删除")
    row.removed_at = at
    session.flush()
    return get(session, plan_id)


def count(session: Session) -> int:
    """How many plans there ever were, removed ones too."""
    return session.scalar(select(func.count()).select_from(PlanRow)) or 0


def _plan(row: PlanRow, hall: str) -> Plan:
    return Plan(
        id=row.id,
        title=row.title,
        template=row.template,
        town_code=row.town_code,
        hall_id=row.hall_id,
        hall=hall,
        when=row.when,
        day_rule=DayRule(row.day_rule),
        missed_rule=MissedRule(row.missed_rule),
        late_minutes=row.late_minutes,
        priority=Priority(row.priority),
        created_at=row.created_at,
    )

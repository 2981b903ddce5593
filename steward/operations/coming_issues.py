"""When a town's next briefing and report come."""

from __future__ import annotations

from datetime import datetime

from steward.broadcasts.queries import plans
from steward.domain.broadcasts import Priority
from steward.domain.months import Month
from steward.domain.plans import DayRule, MissedRule, Plan
from steward.narration.contexts import WeeklyContext
from steward.operations.schedule import Schedule
from steward.storage.engine import Database

_MOMENT = datetime.resolution


def coming_briefing(database: Database, schedule: Schedule, *, at: datetime) -> datetime | None:
    """The next slot of the district's weekly broadcast, with which briefings come; None: none is
    planned."""
    with database.session() as session:
        weekly = [
            plan
            for plan in plans.active(session)
            if plan.town_code is None and plan.template.partition("-")[0] == WeeklyContext.kind
        ]
    slots = schedule.outlook(weekly, at).slots if weekly else ()
    return slots[0][1] if slots else None


def report_due(schedule: Schedule, report_delivery: str, month: Month) -> datetime:
    """When a month's reports are made, by the setting of that name; moved to a workday."""
    rule = Plan(
        id=0,
        title="隐患月报",
        template="",
        town_code=None,
        hall_id=0,
        hall="",
        when=report_delivery,
        day_rule=DayRule.SHIFT,
        missed_rule=MissedRule.SKIP,
        late_minutes=0,
        priority=Priority.ROUTINE,
        created_at=month.start,
    )
    return schedule.check(rule, month.end - _MOMENT)

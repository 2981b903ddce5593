"""Furnish a new house: its first hall and plan; and the plan of a demonstration."""

from __future__ import annotations

from datetime import datetime

from steward.broadcasts.queries import broadcasts, halls, plans, slots
from steward.broadcasts.states import FINAL
from steward.domain.broadcasts import BroadcastState, Priority
from steward.domain.plans import DayRule, MissedRule, Plan
from steward.domain.weeks import DISTRICT_ZONE
from steward.storage.engine import Database

MAIN_HALL = ("main", "指挥大厅")
DEMONSTRATION = "演示播报"
ANEW = "演示重新开始"


def furnish(database: Database, *, at: datetime) -> None:
    """Make the hall `main`, and on a database that never had a plan the weekly one.

    Monday 09:00; on a Monday off, the next workday at 09:00. Removing that plan is final.
    """
    with database.session(write=True) as session:
        hall = halls.ensure(session, *MAIN_HALL)
        if plans.count(session) == 0:
            plans.add(
                session,
                title="每周播报",
                template="weekly",
                town_code=None,
                hall_id=hall.id,
                when="0 9 * * 1",
                day_rule=DayRule.SHIFT,
                missed_rule=MissedRule.PLAY_LATE,
                late_minutes=30,
                priority=Priority.ROUTINE,
                at=at,
            )


def plan_demonstration(database: Database, *, slot_at: datetime, at: datetime) -> Plan:
    """Plan the weekly broadcast for one instant in the main hall, in place of earlier such plans.

    Each start of a demonstration makes a new plan, so that each start speaks; what the last one
    left waiting or on the air is cancelled. No engine may be running.
    """
    with database.session(write=True) as session:
        old = [plan.id for plan in plans.active(session) if plan.title == DEMONSTRATION]
        for plan_id in old:
            plans.remove(session, plan_id, at=at)
        for slot in slots.unfinished(session):
            if slot.plan_id in old and slot.broadcast_id is not None:
                row = broadcasts.get(session, slot.broadcast_id)
                if BroadcastState(row.state) not in FINAL:
                    cancelled = BroadcastState.CANCELLED
                    broadcasts.move(session, row, cancelled, at=at, by="steward run", why=ANEW)
                slots.finish(session, slot, row.state, ANEW)
        return plans.add(
            session,
            title=DEMONSTRATION,
            template="weekly",
            town_code=None,
            hall_id=halls.ensure(session, *MAIN_HALL).id,
            when=f"{slot_at.astimezone(DISTRICT_ZONE):%Y-%m-%dT%H:%M:%S}",
            day_rule=DayRule.EVERY_DAY,
            missed_rule=MissedRule.PLAY_LATE,
            late_minutes=30,
            priority=Priority.ROUTINE,
            at=at,
        )

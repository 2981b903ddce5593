"""What is planned for the weeks to come, as a calendar tells it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import chain

from steward.analysis.queries import towns
from steward.broadcasts.queries import halls, plans
from steward.broadcasts.tables import HallRow
from steward.domain.broadcasts import PRIORITY_NAMES
from steward.domain.feeds import AHEAD, Occasion
from steward.domain.plans import DAY_RULE_NAMES, MISSED_RULE_NAMES, DayRule, MissedRule, Plan
from steward.domain.weeks import local_date, start_of
from steward.operations.schedule import Schedule
from steward.storage.engine import Database


def show_agenda(
    database: Database, schedule: Schedule, *, at: datetime, sender: str, town: str | None = None
) -> tuple[list[Occasion], Sequence[str]]:
    """What is planned from today's beginning on, AHEAD, soonest first, and the calendar's warnings.

    `town` is a code: what is said about it, or in a hall of its own. `sender` makes the names of
    events unique in the world (`Settings.cap_sender`). Slots that a removed plan would have had are
    there as ended, as long as somebody may still have them in a calendar. Raises PlanError: a
    malformed calendar.
    """
    start = start_of(local_date(at))
    with database.session(snapshot=True) as session:
        places = {hall.id: hall for hall in halls.every(session)}
        names = {one.code: one.name for one in towns(session).values()}
        in_force = [plan for plan in plans.active(session) if _meant(plan, places, town)]
        removed = {
            plan: ended_at
            for plan, ended_at in plans.removed_since(session, start - AHEAD)
            if _meant(plan, places, town)
        }
    view = schedule.between(in_force, start, start + AHEAD)
    gone = schedule.between(list(removed), start, start + AHEAD)
    found = []
    for plan, slot_at in chain(view.slots, gone.slots):
        ended_at = removed.get(plan)
        if ended_at is not None and not slot_at < ended_at + AHEAD:
            continue
        found.append(
            Occasion(
                uid=f"plan-{plan.id}-{slot_at.astimezone(UTC):%Y%m%dT%H%M%SZ}@{sender}",
                at=slot_at,
                title=plan.title,
                place=places[plan.hall_id].title,
                about=_about(plan, names.get(plan.town_code or "", "全区")),
                planned_at=plan.created_at,
                ended_at=ended_at if ended_at is not None and ended_at <= slot_at else None,
            )
        )
    return sorted(found, key=lambda one: (one.at, one.uid)), view.warnings


def _meant(plan: Plan, places: dict[int, HallRow], town: str | None) -> bool:
    return town is None or town in (plan.town_code, places[plan.hall_id].town_code)


def _about(plan: Plan, about: str) -> str:
    missed = MISSED_RULE_NAMES[plan.missed_rule]
    if plan.missed_rule is MissedRule.PLAY_LATE:
        missed += f"（{plan.late_minutes} 分钟内）"
    lines = [f"内容：{about}", f"优先级：{PRIORITY_NAMES[plan.priority]}", f"错过时：{missed}"]
    if plan.day_rule is not DayRule.EVERY_DAY:
        lines.append(f"日期：{DAY_RULE_NAMES[plan.day_rule]}")
    return "\n".join(lines)

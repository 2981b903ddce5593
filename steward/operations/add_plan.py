"""Add a plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from steward.accounts.queries import audit
from steward.analysis.queries import towns
from steward.broadcasts.queries import halls, plans
from steward.domain.accounts import Actor
from steward.domain.audit import Act, Facts
from steward.domain.broadcasts import Priority
from steward.domain.plans import DayRule, MissedRule, Plan
from steward.errors import PlanError
from steward.narration.contexts import context_of
from steward.operations.narrate import TEMPLATES, template_names
from steward.storage.engine import Database

# The first slot after an instant. Raises PlanError on a malformed plan, or one that never comes.
Check = Callable[[Plan, datetime], datetime]


def add_plan(
    database: Database,
    *,
    title: str,
    template: str,
    when: str,
    at: datetime,
    by: Actor,
    check: Check,
    hall: str = "main",
    town: str | None = None,
    day_rule: DayRule = DayRule.EVERY_DAY,
    missed_rule: MissedRule = MissedRule.PLAY_LATE,
    late_minutes: int = 30,
    priority: Priority = Priority.ROUTINE,
    templates_dir: Path = TEMPLATES,
    own_templates: Path | None = None,
) -> tuple[Plan, datetime]:
    """The plan as it was added, and its first slot.

    `when`: five cron fields in district time, or one instant. Raises PlanError naming what is
    wrong: title, template, hall, town, a time that cannot be read or never comes.
    """
    title = title.strip()
    if not title or len(title) > 80:
        raise PlanError("计划的名称应为 1 至 80 个字", place="title")
    if not (title + when).isprintable():
        raise PlanError("计划的名称和时间里不能有控制字符", place="title")
    names = template_names(templates_dir, own_templates)
    if template not in names:
        known = "、".join(names)
        raise PlanError(f"没有名为“{template}”的播报模板，现有：{known}", place=str(templates_dir))
    if late_minutes < 0:
        raise PlanError("补播时限不能是负数", place="late_minutes")
    with database.session(write=True) as session:
        place = next((row for row in halls.every(session) if row.name == hall), None)
        if place is None:
            known = "、".join(row.name for row in halls.every(session))
            raise PlanError(f"没有名为“{hall}”的大厅，现有：{known or '无'}", place="hall")
        town_code = None
        if town is not None:
            found = [one for one in towns(session).values() if town in (one.code, one.name)]
            if not found:
                raise PlanError(f"没有名称或代码为“{town}”的镇街", place="town")
            town_code = found[0].code
        of_town = context_of(template).of_town
        if of_town is not None and of_town is not (town is not None):
            need = "要选定一个镇街" if of_town else "说的是全区，不能选定镇街"
            raise PlanError(f"模板“{template}”{need}", place="town")
        plan = plans.add(
            session,
            title=title,
            template=template,
            town_code=town_code,
            hall_id=place.id,
            when=when.strip()[:80],
            day_rule=day_rule,
            missed_rule=missed_rule,
            late_minutes=late_minutes,
            priority=priority,
            at=at,
        )
        first = check(plan, at)
        audit.record(
            session, Act.PLAN_ADDED, at=at, by=by, about=f"计划 {plan.id}", after=plan_facts(plan)
        )
        return plan, first


def plan_facts(plan: Plan) -> Facts:
    """What the log of acts keeps of a plan."""
    return {
        "title": plan.title,
        "when": plan.when,
        "hall": plan.hall,
        "template": plan.template,
        "town": plan.town_code,
        "day_rule": plan.day_rule,
        "missed_rule": plan.missed_rule,
        "late_minutes": plan.late_minutes,
        "priority": plan.priority,
    }

"""The plans: what is said when, a form that adds one, and the month as a calendar."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from steward.domain.broadcasts import PRIORITY_NAMES, Priority
from steward.domain.plans import DAY_RULE_NAMES, MISSED_RULE_NAMES, DayRule, MissedRule, Plan
from steward.domain.weeks import local_date
from steward.errors import NarrationError, PlanError
from steward.operations.add_plan import add_plan
from steward.operations.board import towns_of
from steward.operations.list_plans import list_plans
from steward.operations.remove_plan import remove_plan
from steward.operations.show_hall import all_halls
from steward.operations.show_templates import show_templates
from steward.web import plan_times
from steward.web.auth.guard import actor
from steward.web.context import web

EARLIEST, LATEST = 2000, 2100  # years of the calendar
_FRESH = {
    "title": "每周播报",
    "template": "weekly",
    "repeat": "weekly",
    "clock": "09:00",
    "day_rule": DayRule.SHIFT,
    "missed_rule": MissedRule.PLAY_LATE,
    "late_minutes": "30",
    "priority": Priority.ROUTINE,
}

blueprint = Blueprint("plans", __name__, url_prefix="/plans")
blueprint.add_app_template_filter(plan_times.said, "said")


@blueprint.get("")
def page() -> str:
    """The plans in force with their next slots; for operators, the form that adds one."""
    return _page(_FRESH, ["1"])


def _page(typed: Any, weekdays: list[str], fault: str = "") -> str:
    own = web()
    at = own.clock.now()
    plans = list_plans(own.database)
    outlooks = {plan.id: own.schedule.outlook([plan], at) for plan in plans}
    return render_template(
        "plans/page.html",
        plans=plans,
        next={id_: view.slots[0][1] for id_, view in outlooks.items() if view.slots},
        warnings=sorted({one for view in outlooks.values() for one in view.warnings}),
        titles={hall.id: hall.title for hall in all_halls(own.database)},
        halls=all_halls(own.database),
        towns=towns_of(own.database),
        templates=show_templates(own.database, own.settings.own_templates),
        repeats=plan_times.REPEATS,
        weekdays=plan_times.WEEKDAYS,
        day_rules=DAY_RULE_NAMES,
        missed_rules=MISSED_RULE_NAMES,
        priorities=PRIORITY_NAMES,
        typed=typed,
        chosen=weekdays,
        fault=fault,
    )


@blueprint.post("")
def add() -> Response:
    """Add a plan; when it is refused the form stays as it was filled in."""
    weekdays = request.form.getlist("weekday")
    try:
        _add(weekdays)
    except (PlanError, NarrationError) as error:
        return make_response(_page(request.form, weekdays, str(error)), 400)
    return make_response(redirect(url_for("plans.page"), 303))


def _add(weekdays: list[str]) -> Plan:
    own, form = web(), request.form
    late = form.get("late_minutes", "")
    if not (late.isascii() and late.isdecimal() and len(late) <= 4):
        raise PlanError("补播时限应为分钟数，如 30")
    try:
        day_rule = DayRule(form.get("day_rule", ""))
        missed_rule = MissedRule(form.get("missed_rule", ""))
        priority = Priority(form.get("priority", ""))
    except ValueError as error:
        raise PlanError("请在列出的选项里选择") from error
    plan, _ = add_plan(
        own.database,
        title=form.get("title", ""),
        template=form.get("template", ""),
        when=plan_times.when_of(form, weekdays),
        at=own.clock.now(),
        by=actor(),
        check=own.schedule.check,
        hall=form.get("hall", ""),
        town=form.get("town") or None,
        day_rule=day_rule,
        missed_rule=missed_rule,
        late_minutes=int(late),
        priority=priority,
        own_templates=own.settings.own_templates,
    )
    return plan


@blueprint.post("/<int:plan_id>/remove")
def remove(plan_id: int) -> Response:
    """End a plan; it stays on record."""
    own = web()
    try:
        remove_plan(own.database, plan_id, at=own.clock.now(), by=actor())
    except PlanError as error:
        return make_response(_page(_FRESH, ["1"], error.sentence), 400)
    return make_response(redirect(url_for("plans.page"), 303))


@blueprint.get("/calendar")
def calendar() -> Response:
    """A month of slots and holidays; ?month=2021-11, this month without one."""
    own = web()
    today = local_date(own.clock.now())
    asked = request.args.get("month", f"{today:%Y-%m}")
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", asked, re.ASCII)
    known = found is not None and EARLIEST <= int(found[1]) <= LATEST
    year, month = (int(found[1]), int(found[2])) if found and known else (today.year, today.month)
    drawn = render_template(
        "plans/calendar.html",
        month=own.schedule.month(list_plans(own.database), year, month),
        titles={hall.id: hall.title for hall in all_halls(own.database)},
        year=year,
        number=month,
        this_day=today,
        before=f"{year - (month == 1)}-{(month - 2) % 12 + 1:02d}",
        after=f"{year + (month == 12)}-{month % 12 + 1:02d}",
        fault="" if known else f"月份应如 {today:%Y-%m}，{EARLIEST} 至 {LATEST} 年",
    )
    return make_response(drawn, 200 if known else 400)

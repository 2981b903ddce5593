"""Plans with their next slots."""

from __future__ import annotations

from dataclasses import asdict

from steward.domain.plans import Plan as KeptPlan
from steward.operations.list_plans import list_plans
from steward.operations.show_places import show_places
from steward.web.api.contract import Subject, operation
from steward.web.api.scope import own_town
from steward.web.api.shapes.plans import Plan, Plans
from steward.web.context import web


@operation("/plans", subject=Subject.PLANS, summary="计划和接下来的应播时间", answer=Plans)
def plans() -> Plans:
    """The plans in force that the caller may see."""
    own = web()
    now, warnings = own.clock.now(), dict[str, None]()
    items = []
    for plan in _seen():
        outlook = own.schedule.outlook([plan], now)
        warnings.update(dict.fromkeys(outlook.warnings))
        facts = asdict(plan)
        items.append(
            Plan(
                **{name: facts[name] for name in Plan.model_fields if name in facts},
                town=plan.town_code,
                next_slots=[slot_at for _, slot_at in outlook.slots],
            )
        )
    return Plans(items=items, warnings=list(warnings))


def _seen() -> list[KeptPlan]:
    database, town = web().database, own_town()
    every = list(list_plans(database))
    if town is None:
        return every
    here = {hall.name for hall in show_places(database).halls if hall.town_code == town}
    return [plan for plan in every if plan.town_code == town or plan.hall in here]

"""When a plan is due: its `when`, its day rule and the calendar. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from steward.domain.plans import DayRule, Plan
from steward.domain.weeks import DISTRICT_ZONE, local_date
from steward.errors import PlanError
from steward.scheduler import runner, when
from steward.scheduler.calendar import WorkCalendar

# A plan that does not come due for so long never will (the 31st of February).
HORIZON = timedelta(days=5 * 366)
# No holiday is longer; a firing that far back may still be shifted to a later workday.
LONGEST_SHIFT = timedelta(days=31)

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Slot:
    """One firing of a plan to come. `slot_at` is UTC."""

    plan: Plan
    slot_at: datetime


@dataclass(frozen=True)
class Outlook:
    """The slots to come, soonest first, and what staff must be told about them."""

    slots: tuple[Slot, ...]
    warnings: tuple[str, ...]


def slots(plan: Plan, after: datetime, calendar: WorkCalendar) -> Iterator[datetime]:
    """The plan's slots strictly after `after`, and not before its creation; ascending, UTC.

    `workdays` leaves out days off; `shift` moves a firing on a day off to the next workday, same
    time. A plan for one instant follows no day rule. Raises PlanError on a malformed `when`.
    """
    after = max(after, plan.created_at - INSTANT)
    reading = when.read(plan.when)
    if isinstance(reading, when.Once):
        if reading.instant > after:
            yield reading.instant
        return
    start = after - LONGEST_SHIFT if plan.day_rule is DayRule.SHIFT else after
    last = after
    for fired in runner.firings(reading, start, after + HORIZON):
        due = by_day_rule(fired, plan.day_rule, calendar)
        if due is not None and due > last:
            last = due
            yield due


def next_slots(
    plan: Plan, after: datetime, count: int, calendar: WorkCalendar
) -> tuple[datetime, ...]:
    """At most `count` slots strictly after `after`."""
    return tuple(islice(slots(plan, after, calendar), count))


def outlook(
    plans: Sequence[Plan],
    after: datetime,
    calendar: WorkCalendar,
    count: int = 5,
    *,
    find: Callable[[Plan, datetime, int, WorkCalendar], tuple[datetime, ...]] = next_slots,
) -> Outlook:
    """The next `count` slots over all plans, with a warning for years nobody knows yet.

    `find` gives what `next_slots` does, perhaps from memory.
    """
    found: list[Slot] = []
    years: set[int] = set()
    for plan in plans:
        mine = find(plan, after, count, calendar)
        found += [Slot(plan, slot_at) for slot_at in mine]
        if plan.day_rule is not DayRule.EVERY_DAY:
            years.update(local_date(slot_at).year for slot_at in mine)
    found.sort(key=lambda slot: (slot.slot_at, slot.plan.id))
    warning = calendar.warning(years)
    return Outlook(tuple(found[:count]), (warning,) if warning else ())


def check(plan: Plan, after: datetime, calendar: WorkCalendar) -> datetime:
    """The plan's first slot after `after`. Raises PlanError when it has none."""
    first = next_slots(plan, after, 1, calendar)
    if not first:
        raise PlanError("按这个时间以后不会再播报", place=f"“{plan.when}”")
    return first[0]


def by_day_rule(fired: datetime, rule: DayRule, calendar: WorkCalendar) -> datetime | None:
    """The instant that a firing is moved to; None when the rule leaves it out."""
    day = local_date(fired)
    if rule is DayRule.EVERY_DAY or calendar.is_workday(day):
        return fired
    if rule is DayRule.WORKDAYS:
        return None
    local = fired.astimezone(DISTRICT_ZONE)
    for later in range(1, LONGEST_SHIFT.days + 1):
        moved = local + timedelta(days=later)
        if calendar.is_workday(moved.date()):
            return moved.astimezone(fired.tzinfo)
    return None

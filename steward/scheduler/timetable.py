"""The schedule as the pages ask for it: plans, the calendar, and the holiday file of this place."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, takewhile
from pathlib import Path

from steward.domain.plans import DayRule, Plan
from steward.domain.weeks import DISTRICT_ZONE, local_date
from steward.operations.schedule import Day, Month, Outlook
from steward.scheduler import calendar, schedule

COUNT = 10  # slots of an outlook
REMEMBERED = 1000  # plans, removed ones too
MOST = 400  # slots of one plan: more is no calendar


@dataclass(frozen=True)
class Found:
    """The slots of a plan after an instant, by this calendar."""

    after: datetime
    count: int
    known: calendar.WorkCalendar
    slots: tuple[datetime, ...]

    def holds(self, after: datetime, count: int, known: calendar.WorkCalendar) -> bool:
        """Are they still the next ones?"""
        same = self.count == count and self.known == known
        return same and self.after <= after and (not self.slots or after < self.slots[0])


class Timetable:
    """`operations.schedule.Schedule`; the holiday file is read anew each time.

    Pages ask every few seconds: a plan's slots are found once, until the first of them has passed.
    """

    def __init__(self, holidays: Path) -> None:
        self._holidays = holidays
        self._found: dict[Plan, Found] = {}

    def outlook(self, plans: Sequence[Plan], after: datetime) -> Outlook:
        known = calendar.load(self._holidays)
        view = schedule.outlook(plans, after, known, COUNT, find=self._next)
        return Outlook([(slot.plan, slot.slot_at) for slot in view.slots], view.warnings)

    def _next(
        self, plan: Plan, after: datetime, count: int, known: calendar.WorkCalendar
    ) -> tuple[datetime, ...]:
        found = self._found.get(plan)
        if found is None or not found.holds(after, count, known):
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            slots = schedule.next_slots(plan, after, count, known)
            self._found[plan] = found = Found(after, count, known, slots)
        return found.slots

    def check(self, plan: Plan, after: datetime) -> datetime:
        return schedule.check(plan, after, calendar.load(self._holidays))

    def between(self, plans: Sequence[Plan], start: datetime, end: datetime) -> Outlook:
        known = calendar.load(self._holidays)
        found = _within(plans, start, end, known)
        moved = [at for plan, at in found.slots if plan.day_rule is not DayRule.EVERY_DAY]
        warning = known.warning(local_date(at).year for at in moved)
        return Outlook(found.slots, [*([warning] if warning else []), *found.warnings])

    def is_workday(self, day: date) -> bool:
        return calendar.load(self._holidays).is_workday(day)

    def month(self, plans: Sequence[Plan], year: int, month: int) -> Month:
        known = calendar.load(self._holidays)
        days = [date(year, month, one) for one in range(1, monthrange(year, month)[1] + 1)]
        start = datetime(year, month, 1, tzinfo=DISTRICT_ZONE)
        found = _within(plans, start, start + timedelta(days=len(days)), known)
        slots: dict[date, list[tuple[Plan, datetime]]] = {day: [] for day in days}
        for plan, at in found.slots:
            slots[local_date(at)].append((plan, at))
        warning = known.warning([year])
        return Month(
            [
                Day(day, known.is_workday(day), calendar.holiday_name(day), slots[day])
                for day in days
            ],
            [*([warning] if warning else []), *found.warnings],
        )


def _within(
    plans: Sequence[Plan], start: datetime, end: datetime, known: calendar.WorkCalendar
) -> Outlook:
    """The slots in `[start, end)`, soonest first, MOST of a plan."""
    slots: list[tuple[Plan, datetime]] = []
    warnings = []
    for plan in plans:
        due = schedule.slots(plan, start - schedule.INSTANT, known)
        mine = list(islice(takewhile(lambda at: at < end, due), MOST + 1))
        if len(mine) > MOST:
            warnings.append(f"“{plan.title}”太密，只列出前 {MOST} 次")
        slots += [(plan, at) for at in mine[:MOST]]
    return Outlook(sorted(slots, key=lambda one: (one[1], one[0].id)), warnings)

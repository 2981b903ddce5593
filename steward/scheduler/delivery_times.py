"""When briefings and reports go out: by rule, by workdays. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from steward.domain.deliveries import WORK_BEGINS, WORK_ENDS
from steward.domain.months import Month
from steward.domain.offices import Issue, Matter
from steward.domain.plans import DayRule
from steward.domain.weeks import DISTRICT_ZONE, Week
from steward.errors import PlanError
from steward.scheduler import runner, when
from steward.scheduler.calendar import WorkCalendar
from steward.scheduler.schedule import HORIZON, INSTANT, LONGEST_SHIFT, by_day_rule


@dataclass(frozen=True)
class DeliveryTimes:
    """`operations.delivery_times.DeliveryTimes`, by two cron expressions and a calendar."""

    briefings: when.Cron
    reports: when.Cron
    calendar: WorkCalendar
    _found: dict[tuple[Matter, str], datetime] = field(default_factory=dict, compare=False)

    def planned(self, issue: Issue) -> datetime:
        """The first firing since its week began, or its month was over; moved to a workday."""
        key = issue.matter, issue.period
        if key not in self._found:
            of_week = issue.matter is Matter.BRIEFING
            self._found[key] = (
                self.first(self.briefings, Week.parse(issue.period).start)
                if of_week
                else self.first(self.reports, Month.parse(issue.period).end)
            )
        return self._found[key]

    def due(self, issue: Issue) -> datetime:
        planned = self.planned(issue)
        return planned if issue.made_at <= planned else self.working(issue.made_at)

    def working(self, at: datetime) -> datetime:
        local = at.astimezone(DISTRICT_ZONE)
        if local.time() > WORK_ENDS:
            local = _morning(local + timedelta(days=1))
        if not self.calendar.is_workday(local.date()):
            local = _morning(local)
            while not self.calendar.is_workday(local.date()):
                local += timedelta(days=1)
        if local.time() < WORK_BEGINS:
            local = _morning(local)
        return local.astimezone(at.tzinfo)

    def later(self, at: datetime, workdays: int) -> datetime:
        local = at.astimezone(DISTRICT_ZONE)
        left = workdays
        while left > 0:
            local += timedelta(days=1)
            left -= self.calendar.is_workday(local.date())
        return self.working(local.astimezone(at.tzinfo))

    def latest_report(self, now: datetime) -> tuple[Month, datetime]:
        month = Month.containing(now).previous()
        while (instant := self.first(self.reports, month.end)) > now:
            month = month.previous()
        return month, instant

    def first(self, cron: when.Cron, start: datetime) -> datetime:
        """The first firing at or after `start`, moved to a workday. Raises PlanError: never."""
        for fired in islice(runner.firings(cron, start - INSTANT, start + HORIZON), 1):
            return by_day_rule(fired, DayRule.SHIFT, self.calendar) or fired + LONGEST_SHIFT
        raise PlanError("按这个时间永远不会送出", place=f"“{cron.minute} {cron.hour} {cron.day}…”")


def delivery_times(briefings: str, reports: str, calendar: WorkCalendar) -> DeliveryTimes:
    """Raises PlanError when one is no cron expression, or never fires."""
    read = {}
    for name, text in (("briefing_delivery", briefings), ("report_delivery", reports)):
        reading = when.read(text)
        if not isinstance(reading, when.Cron):
            raise PlanError("送达时间应为五段：分 时 日 月 星期", place=name)
        read[name] = reading
    times = DeliveryTimes(read["briefing_delivery"], read["report_delivery"], calendar)
    for cron in (times.briefings, times.reports):
        times.first(cron, Week(2024, 1).start)
    return times


def _morning(local: datetime) -> datetime:
    return datetime.combine(local.date(), WORK_BEGINS, tzinfo=DISTRICT_ZONE)

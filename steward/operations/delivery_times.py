"""What delivering needs to know of workdays and instants; the scheduler has it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from steward.domain.months import Month
from steward.domain.offices import Issue


class DeliveryTimes(Protocol):
    """`scheduler.delivery_times.DeliveryTimes`."""

    def planned(self, issue: Issue) -> datetime:
        """The instant at which its week's briefing, or its month's report, is to go out."""

    def due(self, issue: Issue) -> datetime:
        """When this issue goes out: at that instant, or when made later, at once in work hours."""

    def working(self, at: datetime) -> datetime:
        """This instant when people work, else when they next begin to."""

    def later(self, at: datetime, workdays: int) -> datetime:
        """So many workdays later, at the same time of day, in work hours."""

    def latest_report(self, now: datetime) -> tuple[Month, datetime]:
        """The last month whose report's instant was by now, and that instant."""

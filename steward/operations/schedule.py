"""What the pages and operations may ask about the plans' times, whoever knows the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from steward.domain.plans import Plan


@dataclass(frozen=True)
class Outlook:
    """What comes, soonest first, and what staff must know of the calendar behind it."""

    slots: Sequence[tuple[Plan, datetime]]
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class Day:
    """A local date: is it a workday, what holiday is it ("" for none), what is planned (UTC)."""

    day: date
    workday: bool
    holiday: str = ""
    slots: Sequence[tuple[Plan, datetime]] = ()


@dataclass(frozen=True)
class Month:
    """The days of a month, and what staff must know: an unknown year, slots left out."""

    days: Sequence[Day]
    warnings: Sequence[str] = ()


class Schedule(Protocol):
    """Answers about plans."""

    def outlook(self, plans: Sequence[Plan], after: datetime) -> Outlook:
        """The next slots strictly after an instant. Raises PlanError: a malformed calendar."""

    def check(self, plan: Plan, after: datetime) -> datetime:
        """The first slot after an instant. Raises PlanError: malformed, or it never comes."""

    def between(self, plans: Sequence[Plan], start: datetime, end: datetime) -> Outlook:
        """Every slot in `[start, end)`; of a plan too dense for a calendar the first ones, with a
        warning. Raises PlanError: a malformed calendar."""

    def is_workday(self, day: date) -> bool:
        """Whether people work on a local date. Raises PlanError: a malformed calendar."""

    def month(self, plans: Sequence[Plan], year: int, month: int) -> Month:
        """Every slot of a month, day by day. Raises PlanError: a malformed calendar."""

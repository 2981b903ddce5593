"""The district and all its towns in one month, as of one instant, in one pass of questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from steward.analysis import month_queries, queries
from steward.analysis.month_queries import Voided
from steward.analysis.queries import Kind, OpenHazard
from steward.domain.hazards import Level
from steward.domain.monthly import MonthCounts
from steward.domain.months import Month
from steward.domain.weeks import local_date
from steward.ledger.tally import DISTRICT

Place = tuple[int, str, str]
"""Whose: a town's row id or DISTRICT, a dimension ("all", "source", "industry", "category"), a key
of it."""


@dataclass
class Cell:
    """What gathers for one place."""

    sums: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    due_soon: set[int] = field(default_factory=set)
    overdue: set[int] = field(default_factory=set)

    def counts(self) -> MonthCounts:
        s = self.sums
        closed = s["closed"] - s["closed_voided"]
        monitored = s["found"] - s["voided"]
        return MonthCounts(
            new_hazards=s["new"],
            due_soon_enterprises=len(self.due_soon),
            overdue_enterprises=len(self.overdue),
            closed_hazards=s["closed_new"],
            monitored=monitored,
            closed_total=closed,
            open_hazards=monitored - closed,
            open_major=s["open_major"],
            new_major=s["new_major"],
            without_deadline=s["without_deadline"],
            overdue_hazards=s["overdue"],
            overdue_major=s["overdue_major"],
            inspected_enterprises=s["inspected"],
            enterprises=s["enterprises"],
        )


class MonthReading:
    """Every place's counts, and the open hazards that a figure speaks of."""

    def __init__(self, as_of: datetime, due_soon_days: int) -> None:
        self.as_of = as_of
        self.today = local_date(as_of)
        self.horizon = self.today + timedelta(days=due_soon_days)
        self.cells: dict[Place, Cell] = defaultdict(Cell)
        self.open_hazards: list[OpenHazard] = []

    def counts(self, place: Place) -> MonthCounts:
        """The counts of a place; zeros where nothing was found."""
        return self.cells[place].counts() if place in self.cells else MonthCounts()

    def keys(self, scope: int, dimension: str) -> list[str]:
        """The keys of a dimension that occur in a scope."""
        return [key for town, name, key in self.cells if (town, name) == (scope, dimension)]

    def of(self, kind: Kind) -> Iterable[Cell]:
        for scope in (DISTRICT, kind.town_id):
            yield self.cells[scope, "all", ""]
            yield self.cells[scope, "source", kind.source]
            yield self.cells[scope, "industry", kind.industry or ""]
            yield self.cells[scope, "category", kind.category]

    def add(self, kind: Kind, number: int, *names: str) -> None:
        for cell in self.of(kind):
            for name in names:
                cell.sums[name] += number

    def add_tallied(self, row: queries.Tallied) -> None:
        """Add one town's sums of one key, as `queries.tallied_months_by_town` gives them."""
        dimension, key = (row.dimension, str(row.key)) if row.dimension != "town" else ("all", "")
        for scope in (DISTRICT, row.town_id or DISTRICT):
            sums = self.cells[scope, dimension, key].sums
            for name in ("found", "voided", "closed", "closed_voided"):
                sums[name] += getattr(row, name)

    def add_of_town(self, numbers: dict[int, int], name: str) -> None:
        for town_id, number in numbers.items():
            for scope in (DISTRICT, town_id):
                self.cells[scope, "all", ""].sums[name] += number


def read(session: Session, month: Month, as_of: datetime, due_soon_days: int) -> MonthReading:
    """The month as of an instant in it (or its last)."""
    reading = MonthReading(as_of, due_soon_days)
    start = month.start
    for row in queries.tallied_months_by_town(session, month.first_day):
        reading.add_tallied(row)
    for found in queries.found_between(session, start, as_of, None):
        reading.add(found.kind, found.number, "found", "new")
    for closed in queries.closed_between(session, start, as_of, None):
        reading.add(closed.kind, closed.number, "closed", "closed_new")
    for gone in month_queries.voided(session, start, as_of):
        _take_out(reading, gone, start)
    for _, kind in queries.new_major(session, start, as_of, None):
        reading.add(kind, 1, "new_major")
    reading.open_hazards = queries.remarkable_open(session, as_of, reading.horizon, None)
    for hazard in reading.open_hazards:
        _add_open(reading, hazard)
    inspected = queries.inspected_by_town(session, start, as_of)
    reading.add_of_town({town_id: len(ids) for town_id, ids in inspected.items()}, "inspected")
    reading.add_of_town(queries.enterprises_by_town(session), "enterprises")
    return reading


def _take_out(reading: MonthReading, gone: Voided, start: datetime) -> None:
    reading.add(gone.kind, 1, "voided")
    if gone.found_at >= start:  # found and voided in the month: it does not count as new
        reading.add(gone.kind, -1, "new")
    if gone.closed_at is not None:  # a void is the last thing that happens to a hazard
        reading.add(gone.kind, 1, "closed_voided")
        if gone.closed_at >= start:
            reading.add(gone.kind, -1, "closed_new")


def _add_open(reading: MonthReading, hazard: OpenHazard) -> None:
    major = hazard.level == Level.MAJOR
    if major:
        reading.add(hazard.kind, 1, "open_major")
    if hazard.deadline is None:
        reading.add(hazard.kind, 1, "without_deadline")
    elif hazard.deadline < reading.today:
        reading.add(hazard.kind, 1, "overdue", *(["overdue_major"] if major else []))
        for cell in reading.of(hazard.kind):
            cell.overdue.add(hazard.enterprise_id)
    elif hazard.deadline <= reading.horizon:
        for cell in reading.of(hazard.kind):
            cell.due_soon.add(hazard.enterprise_id)

"""A plain reading of the monthly definitions over a list of cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from steward.domain.monthly import MonthCounts
from steward.domain.months import Month
from tests.support.ledgers import Case, read_plainly

EIGHT = timedelta(hours=8)  # the district has no summer time

Visits = Sequence[tuple[int, datetime]]
"""(enterprise, when)."""


def read_month_plainly(
    cases: Sequence[Case], visits: Visits, firms: int, month: Month, as_of: datetime
) -> MonthCounts:
    """The definitions, word for word; `firms` enterprises belong to the scope."""
    local = (as_of + EIGHT).date()
    still_open = [
        case
        for case in cases
        if case.found_at <= as_of
        and not (case.voided_at and case.voided_at <= as_of)
        and not (case.closed_at and case.closed_at <= as_of)
    ]
    overdue = [c for c in still_open if (day := c.deadline(as_of)) is not None and day < local]
    counts = read_plainly(cases, month, as_of)  # type: ignore[arg-type]
    return MonthCounts(
        **asdict(counts),
        overdue_hazards=len(overdue),
        overdue_major=sum(case.level == "major" for case in overdue),
        inspected_enterprises=len({e for e, at in visits if month.start <= at <= as_of}),
        enterprises=firms,
    )


def repeats_plainly(
    cases: Sequence[Case], month: Month, as_of: datetime
) -> dict[tuple[int, str], int]:
    """(enterprise, category) → times, of those found twice or more in twelve months."""
    first = datetime(month.year - 1, month.number, 1, tzinfo=UTC)
    first = (first + timedelta(days=32)).replace(day=1) - EIGHT
    times = Counter(
        (case.enterprise, case.category)
        for case in cases
        if first <= case.found_at <= as_of and not (case.voided_at and case.voided_at <= as_of)
    )
    return {pair: number for pair, number in times.items() if number >= 2}

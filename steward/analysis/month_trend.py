"""Months side by side, of the district and of every town, each as it stood at its end."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy.orm import Session

from steward.analysis import month_queries
from steward.analysis.month_reading import MonthReading
from steward.domain.monthly import TrendMonth
from steward.domain.months import Month
from steward.ledger.tally import DISTRICT


class Trends:
    """The months from `since` to `month`, the last of which is `now` (as of its instant)."""

    def __init__(self, session: Session, since: Month, month: Month, now: MonthReading) -> None:
        self._now = now
        self._month = month
        self._months = [since.back(-n) for n in range(_between(since, month))]
        self._sums: dict[tuple[int, Month], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self._before: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
        for row in month_queries.each_month(session, month):
            monitored, closed = row.found - row.voided, row.closed - row.closed_voided
            for scope in (DISTRICT, row.town_id):
                if row.month < since:
                    total = self._before[scope]
                    self._before[scope] = (total[0] + monitored, total[1] + closed)
                else:
                    self._add(scope, row.month, row.found, row.closed, monitored, closed)
        if since < month:
            for gone in month_queries.voided(session, since.start, month.previous().last_instant):
                # What happened in a month and was voided in it does not count as its own.
                then = Month.containing(gone.voided_at)
                closed_then = gone.closed_at is not None and gone.closed_at >= then.start
                for scope in (DISTRICT, gone.kind.town_id):
                    self._add(scope, then, -int(gone.found_at >= then.start), -int(closed_then))

    def of(self, scope: int) -> tuple[TrendMonth, ...]:
        """The months of a town (by row id) or of the DISTRICT, oldest first."""
        monitored_total, closed_total = self._before[scope]
        line = []
        for month in self._months:
            new, closed, monitored, closed_more = self._sums[scope, month]
            monitored_total += monitored
            closed_total += closed_more
            line.append(TrendMonth(month, new, closed, monitored_total, closed_total))
        c = self._now.counts((scope, "all", ""))
        line.append(
            TrendMonth(self._month, c.new_hazards, c.closed_hazards, c.monitored, c.closed_total)
        )
        return tuple(line)

    def _add(self, scope: int, month: Month, *numbers: int) -> None:
        sums = self._sums[scope, month]
        for place, number in enumerate(numbers):
            sums[place] += number


def _between(first: Month, last: Month) -> int:
    return (last.year - first.year) * 12 + last.number - first.number

"""Analyse a period of the district or a town; the same question twice is read once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from steward.analysis import month_queries
from steward.analysis.inquiry import FEWEST_WEEKS, analysis
from steward.domain.inquiry import Analysis
from steward.domain.periods import Period, month_of, week_of
from steward.domain.weeks import local_date
from steward.ledger.queries import behind
from steward.storage.engine import Database

_KEPT = 64  # analyses
_OFFERED_WEEKS, _OFFERED_MONTHS = 53, 36

_Key = tuple[tuple[int, ...], str, str | None, int, datetime]


@dataclass(frozen=True)
class Offered:
    """Periods that can be chosen, the latest first, and the one shown where none is.

    `empty`: the ledger has not begun, there is nothing to analyse.
    """

    months: tuple[Period, ...]
    weeks: tuple[Period, ...]
    usual: Period
    empty: bool = False


def analyse(
    database: Database,
    period: Period,
    *,
    now: datetime,
    town: str | None = None,
    weeks: int = FEWEST_WEEKS,
) -> Analysis:
    """A period of the district or of a town (code or name). Raises FiguresError, StorageError."""
    with database.session(snapshot=True) as session:
        return analysis(session, period, now=now, town=town, weeks=weeks)


def offered(database: Database, now: datetime) -> Offered:
    """The periods since the ledger began; usual is the last month that is over."""
    today = local_date(now)
    with database.session() as session:
        begun = month_queries.begun(session)
    this, week = month_of(today), week_of(today)
    first = begun.first_day if begun is not None else today
    months = [this.back(n) for n in range(_OFFERED_MONTHS)]
    weeks = [week.back(n) for n in range(_OFFERED_WEEKS)]
    known = tuple(one for one in months if one.last >= first) or (this,)
    return Offered(
        known,
        tuple(one for one in weeks if one.last >= first) or (week,),
        known[:2][-1],
        empty=begun is None,
    )


class Analyses:
    """Analyses that were made are kept while the ledger stays the same, an hour at most."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: OrderedDict[_Key, Analysis] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, period: Period, *, now: datetime, town: str | None, weeks: int) -> Analysis:
        """As `analyse`; `town` is a code. The instant it is of stands in `as_of`."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        with self._database.session(snapshot=True) as session:
            key = (behind.stamp(session), str(period), town, weeks, hour)
            with self._lock:
                kept = self._kept.get(key)
            if kept is None:
                kept = analysis(session, period, now=now, town=town, weeks=weeks)
        with self._lock:
            self._kept[key] = kept
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return kept

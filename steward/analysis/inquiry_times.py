"""How long hazards last, and what is found again and again, in the months up to a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from steward.analysis import inquiry_queries
from steward.analysis.closure_times import lasting
from steward.analysis.inquiry_queries import Watched
from steward.domain.figures import Town
from steward.domain.hazards import LEVEL_NAMES, SOURCE_NAMES
from steward.domain.inquiry import Closure, Closures, RepeatedHazard, Repeats
from steward.domain.monthly import REPEAT_MONTHS, REPEAT_TIMES
from steward.domain.months import Month
from steward.domain.periods import Span, month_of
from steward.domain.weeks import local_date

MOST_WATCHED = 50_000
"""Hazards whose closure times are read at once: of as many whole months as that allows."""
MOST_REPEATS = 50
_MONTHS = 12


def closures(
    session: Session,
    until: date,
    now: datetime,
    towns: Mapping[int, Town],
    town_id: int | None,
    begun: Month,
) -> Closures:
    """Closure times of what was found in the months up to a day, as known now."""
    days, shortened = _watched_days(session, until, town_id, begun)
    watched = inquiry_queries.watched(session, days, now, town_id)
    groups: dict[tuple[str, str], list[Watched]] = defaultdict(list)
    for one in watched:
        groups["", ""].append(one)
        groups["level", one.level].append(one)
        groups["source", one.source].append(one)
        if town_id is None:
            groups["town", str(one.town_id)].append(one)
    listed = [
        ("", "", "", "全部"),
        *(("level", str(key), str(key), name) for key, name in LEVEL_NAMES.items()),
        *(("source", str(key), str(key), name) for key, name in SOURCE_NAMES.items()),
        *(("town", str(id_), town.code, town.name) for id_, town in towns.items()),
    ]
    return Closures(
        days,
        tuple(
            _closure(field, code, name, groups[field, key])
            for field, key, code, name in listed
            if groups.get((field, key))
        ),
        shortened,
    )


def _watched_days(
    session: Session, until: date, town_id: int | None, begun: Month
) -> tuple[Span, bool]:
    """The months whose hazards are read, the last one up to the day; whether there are more."""
    month = Month(until.year, until.month)
    first = max(begun, month.back(_MONTHS - 1))
    found = inquiry_queries.by_span(session, Span(first.first_day, until), "month", town_id)
    since, number = month, found.get(month.first_day, 0)
    while since > first:
        number += found.get(since.back(1).first_day, 0)
        if number > MOST_WATCHED:
            return Span(since.first_day, until), True
        since = since.back(1)
    return Span(since.first_day, until), False


def _closure(field: str, key: str, name: str, watched: list[Watched]) -> Closure:
    ended = [one.days for one in watched if one.closed]
    still = [one.days for one in watched if not one.closed]
    return Closure(field, key, name, len(watched), len(still), *lasting(ended, still))


def repeats(session: Session, until: date, town_id: int | None) -> Repeats:
    """What was found again at one enterprise (屡查屡犯), by the rule of the monthly report."""
    days = Span(month_of(until).back(REPEAT_MONTHS - 1).first, until)
    rows, number = inquiry_queries.repeated(session, days, REPEAT_TIMES, town_id, MOST_REPEATS)
    names = inquiry_queries.names(session, [row.enterprise_id for row in rows])
    listed = tuple(
        RepeatedHazard(
            row.enterprise_id,
            names[row.enterprise_id],
            row.category,
            row.times,
            local_date(row.last_found),
        )
        for row in rows
    )
    return Repeats(days, listed, number)

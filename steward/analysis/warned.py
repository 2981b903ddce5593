"""Whom the warning figures of each town count, by name, as it stood at an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from steward.analysis import queries
from steward.analysis.queries import OpenHazard
from steward.domain.figures import MajorHazard, Warned, WarningLists
from steward.domain.hazards import Level
from steward.domain.weeks import local_date


def warned_by_town(
    session: Session,
    *,
    as_of: datetime,
    due_soon_days: int = 7,
    known_at: datetime | None = None,
) -> dict[str, WarningLists]:
    """The enterprises and major hazards behind the warning figures, by the town's code.

    A town without any is not in it. Arguments as of `analysis.weekly`.
    """
    today = local_date(as_of)
    horizon = today + timedelta(days=due_soon_days)
    gone = queries.retracted(session, as_of, known_at, None) if known_at is not None else []
    out = {hazard.id for hazard in gone}
    hazards = [
        one
        for one in queries.remarkable_open(session, as_of, horizon, None)
        if one.id not in out and _counts(one, horizon)
    ]
    names = queries.names(session, (one.enterprise_id for one in hazards))
    codes = {id_: town.code for id_, town in queries.towns(session).items()}
    by_town: dict[str, list[OpenHazard]] = defaultdict(list)
    for one in hazards:
        by_town[codes[one.kind.town_id]].append(one)
    return {
        code: WarningLists(
            overdue=_enterprises(here, names, date.min, today - timedelta(days=1), today),
            due_soon=_enterprises(here, names, today, horizon, today),
            open_major=_major(here, names),
        )
        for code, here in by_town.items()
    }


def _counts(hazard: OpenHazard, horizon: date) -> bool:
    dated = hazard.deadline is not None and hazard.deadline <= horizon
    return dated or hazard.level == Level.MAJOR


def _enterprises(
    hazards: Sequence[OpenHazard], names: dict[int, str], first: date, last: date, today: date
) -> tuple[Warned, ...]:
    """Those with a deadline in `[first, last]`, the earliest deadline first."""
    deadlines: dict[int, list[date]] = defaultdict(list)
    for one in hazards:
        if one.deadline is not None and first <= one.deadline <= last:
            deadlines[one.enterprise_id].append(one.deadline)
    found = [
        Warned(id_, names[id_], len(dated), min(dated), (min(dated) - today).days)
        for id_, dated in deadlines.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.deadline, one.enterprise_id)))


def _major(hazards: Sequence[OpenHazard], names: dict[int, str]) -> tuple[MajorHazard, ...]:
    major = [one for one in hazards if one.level == Level.MAJOR]
    major.sort(key=lambda one: (one.deadline or date.max, one.id))
    return tuple(
        MajorHazard(one.id, names[one.enterprise_id], one.kind.category, one.deadline)
        for one in major
    )

"""What the months ask of the ledger beyond the weeks: all towns in one question each.

No question here reads the whole of the hazards; each names the index it goes by.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from steward.analysis.queries import Kind
from steward.domain.months import Month
from steward.ledger.queries import behind
from steward.ledger.tables import EnterpriseRow, HazardRow, HazardTallyRow

H = HazardRow
T = HazardTallyRow
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class MonthSums:
    """The tally of one town's month."""

    town_id: int
    month: Month
    found: int
    voided: int
    closed: int
    closed_voided: int


@dataclass(frozen=True, slots=True)
class Voided:
    """A hazard that was voided: where it belongs, and when what happened to it."""

    kind: Kind
    found_at: datetime
    closed_at: datetime | None
    voided_at: datetime


@dataclass(frozen=True, slots=True)
class Repeated:
    """One category found several times at one enterprise."""

    enterprise_id: int
    enterprise: str
    category: str
    times: int
    last_found: datetime


def begun(session: Session) -> Month | None:
    """The month of the ledger's first finding; None when it is empty. By the tally's key."""
    day = session.scalar(
        select(func.min(T.day)).where(T.dimension == "all", T.span == "month", T.found > 0)
    )
    return None if day is None else Month(day.year, day.month)


def each_month(session: Session, before: Month) -> list[MonthSums]:
    """Each town's months before one, as tallied, ascending. By the tally's key."""
    statement = (
        select(T.town_id, T.day, T.found, T.voided, T.closed, T.closed_voided)
        .where(T.dimension == "all", T.span == "month", T.day < before.first_day)
        .order_by(T.day)
    )
    return [
        MonthSums(town, Month(day.year, day.month), *counts)
        for town, day, *counts in session.execute(statement)
    ]


def voided(session: Session, start: datetime, end: datetime) -> list[Voided]:
    """The hazards voided in `[start, end]`, of which there are few. By ix_hazards_voided_at."""
    statement = select(
        H.town_id, H.source, H.industry, H.category, H.found_at, H.closed_at, H.voided_at
    ).where(H.voided_at.between(start, end))
    return [
        Voided(Kind(town, source, industry, category), found_at, closed_at, voided_at)
        for town, source, industry, category, found_at, closed_at, voided_at in session.execute(
            statement
        )
        if voided_at is not None
    ]


def repeated(
    session: Session, start: datetime, as_of: datetime, times: int, town_id: int | None
) -> list[Repeated]:
    """Categories found at one enterprise `times` times or more in `[start, as_of]`, not voided.

    Most often first. By ix_hazards_listed.
    """
    statement = (
        select(H.enterprise_id, EnterpriseRow.name, H.category, func.count(), func.max(H.found_at))
        .join(EnterpriseRow, EnterpriseRow.id == H.enterprise_id)
        .where(H.found_at.between(start, as_of), or_(H.voided_at.is_(None), H.voided_at > as_of))
        .group_by(H.enterprise_id, EnterpriseRow.name, H.category)
        .having(func.count() >= times)
    )
    if town_id is not None:
        statement = statement.where(H.town_id == town_id)
    found = [Repeated(*row) for row in session.execute(statement)]
    return sorted(
        found, key=lambda r: (-r.times, -r.last_found.timestamp(), r.enterprise_id, r.category)
    )


def named(session: Session, ids: Iterable[int]) -> dict[int, behind.Hazard]:
    """These hazards by id, with their numbers and their enterprises' names."""
    every = sorted(ids)
    return {
        hazard.id: hazard
        for start in range(0, len(every), _AT_ONCE)
        for hazard in behind.hazards(session, every[start : start + _AT_ONCE])
    }

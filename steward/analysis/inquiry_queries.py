"""What an analysis asks of the ledger: as it stands now, of what was found between two instants.

No question here reads the whole of the hazards; each names the index it goes by. What is voided is
told by its status, which the index of the list has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, String, case, cast, extract, func, literal, select
from sqlalchemy.orm import Session

from steward.domain.hazards import Status
from steward.domain.periods import Span
from steward.ledger.tables import EnterpriseRow, HazardRow, HazardTallyRow
from steward.storage.base import Instant

H = HazardRow
T = HazardTallyRow
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Found:
    """So many hazards of one source, level and industry, open or closed by now."""

    source: str
    level: str
    industry: str
    closed: bool
    number: int


@dataclass(frozen=True, slots=True)
class Watched:
    """One hazard: where it belongs, how many days it lasted, or has lasted when it is open."""

    level: str
    source: str
    town_id: int
    days: float
    closed: bool


@dataclass(frozen=True, slots=True)
class Repeated:
    """One category at one enterprise."""

    enterprise_id: int
    category: str
    times: int
    last_found: datetime


def found(session: Session, days: Span, town_id: int | None) -> list[Found]:
    """What was found, by source, level and industry. By ix_hazards_listed or ix_hazards_town."""
    closed = case((H.status == Status.CLOSED.value, 1), else_=0)
    industry = func.coalesce(H.industry, "")
    keys = (H.source, H.level, industry, closed)
    statement = select(*keys, func.count()).where(*_found(days, town_id)).group_by(*keys)
    return [
        Found(source, level, industry, bool(ended), number)
        for source, level, industry, ended, number in session.execute(statement)
    ]


def by_place(session: Session, days: Span, town_id: int | None) -> dict[tuple[int, str], int]:
    """What was found, by town and category. By the same indexes."""
    keys = (H.town_id, H.category)
    statement = select(*keys, func.count()).where(*_found(days, town_id)).group_by(*keys)
    return {(town, category): number for town, category, number in session.execute(statement)}


def categories_by_instant(session: Session, days: Span, town_id: int) -> list[tuple[datetime, str]]:
    """When what was found in a town. By ix_hazards_town."""
    statement = select(H.found_at, H.category).where(*_found(days, town_id))
    return [(at, category) for at, category in session.execute(statement)]


def closed_in(session: Session, days: Span, town_id: int | None) -> int:
    """How many were closed in these days, whenever found. By ix_hazards_closed_at."""
    where = [H.closed_at >= days.start, H.closed_at < days.end, H.voided_at.is_(None)]
    if town_id is not None:
        where.append(func.coalesce(H.town_id, 0) == town_id)  # not by the town's index
    return session.scalar(select(func.count()).select_from(H).where(*where)) or 0


def by_span(session: Session, days: Span, span: str, town_id: int | None) -> dict[date, int]:
    """What was found on each day ("day"), or in each month by its first ("month").

    By the tally's key; what was voided since is taken out by ix_hazards_voided_at.
    """
    where = [T.dimension == "all", T.span == span, T.day.between(days.first, days.last)]
    if town_id is not None:
        where.append(T.town_id == town_id)
    statement = select(T.day, func.sum(T.found)).where(*where).group_by(T.day)
    return {day: int(number) for day, number in session.execute(statement)}


def voided(session: Session, days: Span, town_id: int | None) -> list[datetime]:
    """When those were found that have been voided since. By ix_hazards_voided_at."""
    at = func.coalesce(H.found_at, H.found_at)  # not by the list's index
    where = [H.voided_at >= days.start, at >= days.start, at < days.end]
    if town_id is not None:
        where.append(func.coalesce(H.town_id, 0) == town_id)
    return list(session.scalars(select(H.found_at).where(*where)))


def watched(session: Session, days: Span, now: datetime, town_id: int | None) -> list[Watched]:
    """How long each hazard found in these days lasted. By ix_hazards_listed, and its rows."""
    until = func.coalesce(
        case((H.closed_at <= now, H.closed_at)), literal(now, Instant), type_=Instant
    )
    lasted: ColumnElement[Any]
    if session.get_bind().dialect.name == "postgresql":
        lasted = cast(extract("epoch", until - H.found_at), Float) / _SECONDS_A_DAY
    else:
        lasted = func.julianday(until, type_=Float) - func.julianday(H.found_at, type_=Float)
    closed = case((H.closed_at <= now, 1), else_=0)
    statement = select(H.level, H.source, H.town_id, lasted, closed).where(*_found(days, town_id))
    return [
        Watched(level, source, town, max(float(lasted), 0.0), bool(ended))
        for level, source, town, lasted, ended in session.execute(statement)
    ]


def repeated(
    session: Session, days: Span, times: int, town_id: int | None, most: int
) -> tuple[list[Repeated], int]:
    """Categories found at one enterprise so many times or more: `most` of them, and how many
    there are. Most often first. By ix_hazards_listed, and its rows."""
    often, last = func.count(), func.max(H.found_at)
    statement = (
        select(H.enterprise_id, H.category, often, last, func.count().over())
        .where(*_found(days, town_id))
        .group_by(H.enterprise_id, H.category)
        .having(often >= times)
        .order_by(often.desc(), last.desc(), H.enterprise_id, cast(H.category, String))
        .limit(most)
    )
    rows = session.execute(statement).all()
    return [Repeated(*row[:4]) for row in rows], rows[0][4] if rows else 0


def names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """The names of a few enterprises."""
    statement = select(EnterpriseRow.id, EnterpriseRow.name).where(EnterpriseRow.id.in_(set(ids)))
    return {id_: name for id_, name in session.execute(statement)}  # noqa: C416


def _found(days: Span, town_id: int | None) -> list[ColumnElement[bool]]:
    where = [
        H.found_at >= days.start,
        H.found_at < days.end,
        H.status != Status.VOIDED.value,
    ]
    if town_id is not None:
        where.append(H.town_id == town_id)
    return where

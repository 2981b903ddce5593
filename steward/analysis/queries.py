"""What the figures ask of the ledger: the tally, the week, the day and the open hazards.

No question here reads the whole of the hazards; each names the index it goes by.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from steward.domain.figures import Town
from steward.domain.hazards import Level
from steward.domain.weeks import local_date
from steward.ledger.tables import (
    EnterpriseRow,
    ExtensionRow,
    HazardRow,
    HazardTallyRow,
    InspectionRow,
    TownRow,
)
from steward.ledger.tally import DISTRICT

H = HazardRow
_IDS = 5_000  # parameters of an IN list: SQLite takes 32,766
_KINDS = (H.town_id, H.source, H.industry, H.category)


@dataclass(frozen=True, slots=True)
class Kind:
    """Where a hazard belongs, in each breakdown."""

    town_id: int
    source: str
    industry: str | None
    category: str


@dataclass(frozen=True, slots=True)
class Tallied:
    """Sums of the tally for one key of one dimension ("town", "source", …), and whose they are."""

    dimension: str
    key: str | int
    found: int
    voided: int
    closed: int
    closed_voided: int
    town_id: int | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """Hazards of one kind with something that happened to them."""

    kind: Kind
    number: int


@dataclass(frozen=True, slots=True)
class OpenHazard:
    """A hazard open at the instant asked about, with the deadline as it stood then."""

    id: int
    enterprise_id: int
    kind: Kind
    level: str
    deadline: date | None


@dataclass(frozen=True, slots=True)
class RetractedHazard:
    """A hazard that counted at the instant asked about, and has been voided since."""

    id: int
    kind: Kind
    found_at: datetime
    closed_at: datetime | None


def towns(session: Session) -> dict[int, Town]:
    """Every town by its row id, in the order of the codes."""
    rows = session.scalars(select(TownRow).order_by(TownRow.code))
    return {row.id: Town(row.code, row.name, row.column, row.row) for row in rows}


def tallied_months(session: Session, before: date, town_id: int | None) -> list[Tallied]:
    """The tally's sums over all months before one. By the tally's primary key."""
    t = HazardTallyRow
    where = [t.span == "month", t.day < before]
    if town_id is not None:
        where.append(t.town_id == town_id)
    return _sums(session, where, where)


def tallied_months_by_town(session: Session, before: date) -> list[Tallied]:
    """The tally's sums over all months before one, of each town. By the tally's primary key."""
    t = HazardTallyRow
    columns = t.found, t.voided, t.closed, t.closed_voided
    sums = [func.sum(column).label(column.key) for column in columns]
    statement = (
        select(t.dimension, t.town_id, t.key, *sums)
        .where(
            t.dimension.in_(("all", "source", "industry", "category")),
            t.span == "month",
            t.day < before,
        )
        .group_by(t.dimension, t.town_id, t.key)
    )
    return [
        Tallied(
            "town" if row.dimension == "all" else row.dimension,
            row.town_id if row.dimension == "all" else row.key,
            int(row.found),
            int(row.voided),
            int(row.closed),
            int(row.closed_voided),
            row.town_id,
        )
        for row in session.execute(statement)
    ]


def tallied_days(session: Session, since: date, before: date) -> list[Tallied]:
    """The tally's sums over the days `[since, before)`, for the district. By its primary key."""
    t = HazardTallyRow
    where = [t.span == "day", t.day >= since, t.day < before]
    return _sums(session, where, [*where, t.town_id == DISTRICT])


def _sums(
    session: Session, of_towns: list[ColumnElement[bool]], of_others: list[ColumnElement[bool]]
) -> list[Tallied]:
    t = HazardTallyRow
    sums = [func.sum(column) for column in (t.found, t.voided, t.closed, t.closed_voided)]
    by_town = select(t.town_id, *sums).where(t.dimension == "all", *of_towns).group_by(t.town_id)
    result = [
        Tallied("town", town_id, *map(int, counts)) for town_id, *counts in session.execute(by_town)
    ]
    for dimension in ("source", "industry", "category"):
        by_key = select(t.key, *sums).where(t.dimension == dimension, *of_others).group_by(t.key)
        result += [
            Tallied(dimension, key, *map(int, counts)) for key, *counts in session.execute(by_key)
        ]
    return result


def found_between(
    session: Session, start: datetime, end: datetime, town_id: int | None
) -> list[Counted]:
    """Hazards found in `[start, end]`, voided or not. By ix_hazards_listed."""
    return _counted(session, [H.found_at.between(start, end)], town_id)


def closed_between(
    session: Session, start: datetime, end: datetime, town_id: int | None
) -> list[Counted]:
    """Hazards closed in `[start, end]`, voided or not. By ix_hazards_closed_at."""
    return _counted(session, [H.closed_at.between(start, end)], town_id)


def voided_between(
    session: Session,
    start: datetime,
    end: datetime,
    town_id: int | None,
    *,
    found_since: datetime | None = None,
    closed: bool = False,
    closed_since: datetime | None = None,
) -> list[Counted]:
    """Hazards voided in `[start, end]`; of those, found or closed as asked.

    By ix_hazards_voided_at.
    A void is the last thing that happens to a hazard, so what is voided and was closed was
    closed before.
    """
    where: list[ColumnElement[bool]] = [H.voided_at.between(start, end)]
    if found_since is not None:
        where.append(H.found_at >= found_since)
    if closed or closed_since is not None:
        where.append(H.closed_at.is_not(None))
    if closed_since is not None:
        where.append(H.closed_at >= closed_since)
    return _counted(session, where, town_id)


def retracted(
    session: Session, as_of: datetime, known_at: datetime, town_id: int | None
) -> list[RetractedHazard]:
    """Hazards found up to `as_of` and voided after it, by `known_at`. By ix_hazards_voided_at."""
    statement = select(H.id, *_KINDS, H.found_at, H.closed_at).where(
        H.voided_at > as_of, H.voided_at <= known_at, *_of_town(town_id)
    )
    # Found by then is asked here: in the statement it would lead SQLite to the wrong index.
    return [
        RetractedHazard(id_, Kind(town, source, industry, category), found_at, closed_at)
        for id_, town, source, industry, category, found_at, closed_at in session.execute(statement)
        if found_at <= as_of
    ]


def _counted(
    session: Session, where: Iterable[ColumnElement[bool]], town_id: int | None
) -> list[Counted]:
    statement = select(*_KINDS, func.count()).where(*where, *_of_town(town_id)).group_by(*_KINDS)
    return [
        Counted(Kind(town, source, industry, category), number)
        for town, source, industry, category, number in session.execute(statement)
    ]


def new_major(
    session: Session, start: datetime, as_of: datetime, town_id: int | None
) -> list[tuple[int, Kind]]:
    """Major hazards found in `[start, as_of]` and not voided by then. By ix_hazards_major."""
    statement = select(H.id, *_KINDS).where(
        H.level == Level.MAJOR.value,
        H.found_at.between(start, as_of),
        _not_voided(as_of),
        *_of_town(town_id),
    )
    return [
        (id_, Kind(town, source, industry, category))
        for id_, town, source, industry, category in session.execute(statement)
    ]


def found_ids(
    session: Session, start: datetime, as_of: datetime, town_id: int | None
) -> list[tuple[int, int]]:
    """Hazards found in `[start, as_of]` and not voided by then: ids ascending, their towns'."""
    return _ids(session, [H.found_at.between(start, as_of), _not_voided(as_of)], town_id)


def closed_ids(
    session: Session, start: datetime, as_of: datetime, town_id: int | None
) -> list[tuple[int, int]]:
    """Hazards closed in `[start, as_of]` and not voided by then: ids ascending, their towns'."""
    return _ids(session, [H.closed_at.between(start, as_of), _not_voided(as_of)], town_id)


def _ids(
    session: Session, where: Iterable[ColumnElement[bool]], town_id: int | None
) -> list[tuple[int, int]]:
    statement = select(H.id, H.town_id).where(*where, *_of_town(town_id)).order_by(H.id)
    return [(id_, town) for id_, town in session.execute(statement)]


def remarkable_open(
    session: Session, as_of: datetime, horizon: date, town_id: int | None
) -> list[OpenHazard]:
    """The open hazards that a figure speaks of: due up to `horizon`, without deadline, or major.

    Those open today come by ix_hazards_open, ix_hazards_open_major and
    ix_hazards_open_without_deadline; those that were open at
    an earlier instant and have ended since by ix_hazards_closed_at and ix_hazards_voided_at;
    those whose deadline has been replaced since by ix_hazards_extensions_at. The list may hold
    others too (their deadlines lie later).
    """
    now_open = and_(H.closed_at.is_(None), H.voided_at.is_(None))
    later = select(ExtensionRow.hazard_id).where(ExtensionRow.at > as_of)
    choices: Sequence[ColumnElement[bool]] = (
        and_(now_open, H.deadline <= horizon),
        and_(now_open, H.deadline.is_(None)),
        and_(now_open, H.level == Level.MAJOR.value),
        and_(now_open, H.id.in_(later)),
        and_(H.closed_at > as_of, _not_voided(as_of)),
        and_(H.voided_at > as_of, or_(H.closed_at.is_(None), H.closed_at > as_of)),
    )
    found: dict[int, Any] = {}
    for choice in choices:
        # As a bare column, found_at would lead SQLite to the wrong index.
        statement = select(H.id, H.enterprise_id, *_KINDS, H.level, H.deadline).where(
            choice, func.coalesce(H.found_at, as_of) <= as_of, *_of_town(town_id)
        )
        found.update((row.id, row) for row in session.execute(statement))
    replaced = _deadlines_then(session, as_of)
    return [
        OpenHazard(
            row.id,
            row.enterprise_id,
            Kind(row.town_id, row.source, row.industry, row.category),
            row.level,
            replaced.get(row.id, row.deadline),
        )
        for row in found.values()
    ]


def _deadlines_then(session: Session, as_of: datetime) -> dict[int, date | None]:
    """Deadlines as they stood, of the hazards whose deadline has been replaced since."""
    statement = (
        select(ExtensionRow.hazard_id, ExtensionRow.old_deadline)
        .where(ExtensionRow.at > as_of)
        .order_by(ExtensionRow.at.desc(), ExtensionRow.id.desc())
    )
    return {row.hazard_id: row.old_deadline for row in session.execute(statement)}


def names(session: Session, enterprise_ids: Iterable[int]) -> dict[int, str]:
    """The names of these enterprises, by id."""
    ids = sorted(set(enterprise_ids))
    found: dict[int, str] = {}
    for start in range(0, len(ids), _IDS):
        part = ids[start : start + _IDS]
        statement = select(EnterpriseRow.id, EnterpriseRow.name).where(EnterpriseRow.id.in_(part))
        found.update((row.id, row.name) for row in session.execute(statement))
    return found


def enterprises(session: Session, town_id: int | None) -> int:
    """The enterprises of the scope."""
    statement = select(func.count()).select_from(EnterpriseRow)
    if town_id is not None:
        statement = statement.where(EnterpriseRow.town_id == town_id)
    return session.scalar(statement) or 0


def enterprises_by_town(session: Session) -> dict[int, int]:
    """The enterprises of each town that has any."""
    statement = select(EnterpriseRow.town_id, func.count()).group_by(EnterpriseRow.town_id)
    return {town_id: number for town_id, number in session.execute(statement)}  # noqa: C416


def inspected_by_town(
    session: Session, start: datetime, as_of: datetime
) -> dict[int, tuple[int, ...]]:
    """As `inspected`, of each town that has any."""
    statement = (
        _inspected(start, as_of)
        .add_columns(EnterpriseRow.town_id)
        .join(EnterpriseRow, EnterpriseRow.id == InspectionRow.enterprise_id)
        .order_by(InspectionRow.enterprise_id)
    )
    found: dict[int, list[int]] = {}
    for id_, town_id in session.execute(statement):
        found.setdefault(town_id, []).append(id_)
    return {town_id: tuple(one) for town_id, one in found.items()}


def inspected(
    session: Session, start: datetime, as_of: datetime, town_id: int | None
) -> tuple[int, ...]:
    """Ids of the scope's enterprises inspected in `[start, as_of]`. By ix_inspections_day."""
    statement = _inspected(start, as_of).order_by(InspectionRow.enterprise_id)
    if town_id is not None:
        statement = statement.join(
            EnterpriseRow, EnterpriseRow.id == InspectionRow.enterprise_id
        ).where(EnterpriseRow.town_id == town_id)
    return tuple(session.scalars(statement))


def _inspected(start: datetime, as_of: datetime) -> Select[int]:
    return (
        select(InspectionRow.enterprise_id)
        .where(
            InspectionRow.day.between(local_date(start), local_date(as_of)),
            InspectionRow.inspected_at <= as_of,
        )
        .distinct()
    )


def _not_voided(as_of: datetime) -> ColumnElement[bool]:
    return or_(H.voided_at.is_(None), H.voided_at > as_of)


def _of_town(town_id: int | None) -> list[ColumnElement[bool]]:
    return [] if town_id is None else [H.town_id == town_id]

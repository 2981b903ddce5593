"""What accident early warning asks of the ledger: every enterprise's record at an instant.

These questions read a year's findings and all that was open, of the whole district; they are asked
once a day, not for a page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from steward.analysis import queries
from steward.domain.accidents import (
    INCIDENT_DAYS,
    LOOK_BACK_DAYS,
    NEVER_DAYS,
    Enterprise,
    Record,
)
from steward.domain.hazards import Level
from steward.domain.weeks import local_date
from steward.ledger.tables import (
    EnterpriseRow,
    HazardRow,
    IncidentRow,
    InspectionRow,
    TownRow,
)

H = HazardRow


def enterprises(session: Session) -> dict[int, Enterprise]:
    """Every enterprise by its id."""
    rows = session.execute(
        select(EnterpriseRow.id, EnterpriseRow.name, TownRow.code, TownRow.name).join(
            TownRow, TownRow.id == EnterpriseRow.town_id
        )
    )
    return {row[0]: Enterprise(*row) for row in rows}


def first_finding(session: Session) -> datetime | None:
    """When the ledger begins. By ix_hazards_listed."""
    return session.scalar(select(func.min(H.found_at)))


def records(session: Session, as_of: datetime) -> dict[int, Record]:
    """Every enterprise's record at an instant (aware), by its id, also of those not known yet."""
    rows = session.execute(select(EnterpriseRow.id, EnterpriseRow.industry))
    facts: dict[int, dict[str, Any]] = {id_: {"industry": industry or ""} for id_, industry in rows}
    _add(facts, _found(session, as_of))
    _add(facts, _sources(session, as_of))
    _add(facts, _open(session, as_of))
    _add(facts, _overdue(session, as_of))
    _add(facts, _inspected(session, as_of))
    since = as_of - timedelta(days=INCIDENT_DAYS)
    incidents = happened(session, since, as_of, known_at=as_of)
    _add(facts, {id_: {"incidents": number} for id_, number in incidents.items()})
    return {id_: Record(**one) for id_, one in facts.items()}


def open_categories(session: Session) -> dict[int, tuple[str, ...]]:
    """The categories of each enterprise's hazards that are open now, most first."""
    rows = session.execute(
        select(H.enterprise_id, H.category, func.count().label("number"))
        .where(H.closed_at.is_(None), H.voided_at.is_(None))
        .group_by(H.enterprise_id, H.category)
        .order_by(H.enterprise_id, func.count().desc(), H.category)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for id_, category, _ in rows:
        found[id_].append(category)
    return {id_: tuple(categories) for id_, categories in found.items()}


def happened(
    session: Session, after: datetime, until: datetime, *, known_at: datetime
) -> dict[int, int]:
    """Incidents in `(after, until]` by enterprise, as is known by an instant."""
    rows = session.execute(
        select(IncidentRow.enterprise_id, func.count())
        .where(
            IncidentRow.occurred_at > after,
            IncidentRow.occurred_at <= until,
            IncidentRow.recorded_at <= known_at,
            or_(IncidentRow.voided_at.is_(None), IncidentRow.voided_at > known_at),
        )
        .group_by(IncidentRow.enterprise_id)
    )
    return {id_: int(number) for id_, number in rows}


def _add(facts: dict[int, dict[str, Any]], more: Mapping[int, Mapping[str, Any]]) -> None:
    for id_, values in more.items():
        if id_ in facts:
            facts[id_].update(values)


def _found(session: Session, as_of: datetime) -> dict[int, dict[str, int]]:
    """Findings of the last year, and how often a category came again in them."""
    counted = (
        select(H.enterprise_id, func.count().label("times"))
        .where(
            H.found_at > as_of - timedelta(days=LOOK_BACK_DAYS),
            H.found_at <= as_of,
            _not_voided(as_of),
        )
        .group_by(H.enterprise_id, H.category)
        .subquery()
    )
    rows = session.execute(
        select(
            counted.c.enterprise_id, func.sum(counted.c.times), func.sum(counted.c.times - 1)
        ).group_by(counted.c.enterprise_id)
    )
    return {id_: {"found": int(n), "repeats": int(again)} for id_, n, again in rows}


def _sources(session: Session, as_of: datetime) -> dict[int, dict[str, int]]:
    """How many sources found something in the last year."""
    rows = session.execute(
        select(H.enterprise_id, func.count(func.distinct(H.source)))
        .where(
            H.found_at > as_of - timedelta(days=LOOK_BACK_DAYS),
            H.found_at <= as_of,
            _not_voided(as_of),
        )
        .group_by(H.enterprise_id)
    )
    return {id_: {"sources": number} for id_, number in rows}


def _open(session: Session, as_of: datetime) -> dict[int, dict[str, int]]:
    major = func.sum(case((H.level == Level.MAJOR.value, 1), else_=0))
    rows = session.execute(
        select(H.enterprise_id, func.count(), major)
        .where(
            H.found_at <= as_of,
            _not_voided(as_of),
            or_(H.closed_at.is_(None), H.closed_at > as_of),
        )
        .group_by(H.enterprise_id)
    )
    return {id_: {"open": n, "open_major": int(grave)} for id_, n, grave in rows}


def _overdue(session: Session, as_of: datetime) -> dict[int, dict[str, int]]:
    """Of the open hazards whose deadline, as it stood, was past."""
    today = local_date(as_of)
    found: dict[int, dict[str, int]] = defaultdict(
        lambda: {"overdue": 0, "overdue_major": 0, "overdue_days": 0}
    )
    for hazard in queries.remarkable_open(session, as_of, today, None):
        if hazard.deadline is not None and hazard.deadline < today:
            one = found[hazard.enterprise_id]
            one["overdue"] += 1
            one["overdue_major"] += hazard.level == Level.MAJOR
            one["overdue_days"] += (today - hazard.deadline).days
    return found


def _inspected(session: Session, as_of: datetime) -> dict[int, dict[str, int]]:
    recent = case((InspectionRow.inspected_at > as_of - timedelta(days=LOOK_BACK_DAYS), 1), else_=0)
    rows = session.execute(
        select(InspectionRow.enterprise_id, func.max(InspectionRow.inspected_at), func.sum(recent))
        .where(InspectionRow.inspected_at <= as_of)
        .group_by(InspectionRow.enterprise_id)
    )
    return {
        id_: {
            "inspections": int(number),
            "uninspected_days": min((as_of - last).days, NEVER_DAYS),
        }
        for id_, last, number in rows
    }


def _not_voided(as_of: datetime) -> ColumnElement[bool]:
    return or_(H.voided_at.is_(None), H.voided_at > as_of)

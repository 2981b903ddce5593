"""What is on record of one hazard and of one enterprise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from steward.domain.hazards import Source
from steward.ledger.tables import (
    ExtensionRow,
    HazardChangeRow,
    HazardRow,
    InspectionRow,
    IntakeRunRow,
)


@dataclass(frozen=True)
class Visit:
    """检查: a local day on which a source was at the enterprise."""

    source: Source
    day: date


def changes(session: Session, hazard_id: int) -> Sequence[tuple[HazardChangeRow, str | None]]:
    """Its changes in their order, each with the name of the file that told it."""
    query = (
        select(HazardChangeRow, IntakeRunRow.file_name)
        .outerjoin(IntakeRunRow, IntakeRunRow.id == HazardChangeRow.intake_run_id)
        .where(HazardChangeRow.hazard_id == hazard_id)
        .order_by(HazardChangeRow.id)
    )
    return [(row, file) for row, file in session.execute(query)]


def extensions(session: Session, hazard_id: int) -> Sequence[tuple[ExtensionRow, str | None]]:
    """Its extensions in their order, each with the name of the file that told it."""
    query = (
        select(ExtensionRow, IntakeRunRow.file_name)
        .outerjoin(IntakeRunRow, IntakeRunRow.id == ExtensionRow.intake_run_id)
        .where(ExtensionRow.hazard_id == hazard_id)
        .order_by(ExtensionRow.at, ExtensionRow.id)
    )
    return [(row, file) for row, file in session.execute(query)]


def arrival(session: Session, hazard_id: int) -> tuple[datetime, str | None]:
    """When it came into the ledger, and with which file."""
    query = (
        select(HazardRow.created_at, IntakeRunRow.file_name)
        .outerjoin(IntakeRunRow, IntakeRunRow.id == HazardRow.intake_run_id)
        .where(HazardRow.id == hazard_id)
    )
    at, file = session.execute(query).one()
    return at, file


def merged_into(session: Session, hazard_id: int) -> list[int]:
    """The ids of its duplicates."""
    query = select(HazardRow.id).where(HazardRow.merged_into_id == hazard_id)
    return list(session.scalars(query.order_by(HazardRow.id)))


def by_category(session: Session, enterprise_id: int) -> list[tuple[str, int, int]]:
    """Category, hazards, those of them open; without voided ones, the most first."""
    number = func.count()
    still_open = func.count().filter(HazardRow.closed_at.is_(None))
    query = (
        select(HazardRow.category, number, still_open)
        .where(HazardRow.enterprise_id == enterprise_id, HazardRow.voided_at.is_(None))
        .group_by(HazardRow.category)
        .order_by(number.desc(), HazardRow.category)
    )
    return [(category, all_, open_) for category, all_, open_ in session.execute(query)]


def visits(session: Session, enterprise_id: int, limit: int) -> list[Visit]:
    """Its latest inspections, newest first."""
    query = (
        select(InspectionRow.source, InspectionRow.day)
        .where(InspectionRow.enterprise_id == enterprise_id)
        .order_by(InspectionRow.day.desc(), InspectionRow.id.desc())
        .limit(limit)
    )
    return [Visit(Source(source), day) for source, day in session.execute(query)]

"""The rows behind a figure, and whether the ledger has changed at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from steward.ledger.tables import (
    EnterpriseRow,
    ExtensionRow,
    HazardChangeRow,
    HazardRow,
    IntakeRunRow,
)


@dataclass(frozen=True)
class Hazard:
    """A hazard as staff know it. `created_at` is when it arrived here; `merged_into` a number."""

    id: int
    external_id: str
    enterprise_id: int
    enterprise: str
    created_at: datetime
    voided_at: datetime | None
    merged_into: str | None


def hazards(session: Session, ids: Sequence[int]) -> list[Hazard]:
    """These hazards by id; those that are not there are left out."""
    first = aliased(HazardRow)
    rows = session.execute(
        select(
            HazardRow.id,
            HazardRow.external_id,
            HazardRow.enterprise_id,
            EnterpriseRow.name,
            HazardRow.created_at,
            HazardRow.voided_at,
            first.external_id,
        )
        .join(EnterpriseRow, EnterpriseRow.id == HazardRow.enterprise_id)
        .outerjoin(first, first.id == HazardRow.merged_into_id)
        .where(HazardRow.id.in_(ids))
        .order_by(HazardRow.id)
    )
    return [Hazard(*row) for row in rows]


def enterprises(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The names of these enterprises by id."""
    rows = session.scalars(
        select(EnterpriseRow).where(EnterpriseRow.id.in_(ids)).order_by(EnterpriseRow.id)
    )
    return {row.id: row.name for row in rows}


def stamp(session: Session) -> tuple[int, ...]:
    """What is another whenever a file was taken in, or an act changed a hazard. By the keys."""
    newest = (IntakeRunRow.id, HazardChangeRow.id, ExtensionRow.id)
    return tuple(session.scalar(select(func.max(column))) or 0 for column in newest)

"""What the demonstration asks of the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.domain.hazards import Source
from steward.domain.weeks import local_date
from steward.ledger.demonstration.incidents import DemoIncident
from steward.ledger.queries.intake import add_inspections
from steward.ledger.tables import EnterpriseRow, HazardRow, IncidentRow, IntakeRunRow


def foreign_hazard(session: Session, prefix: str) -> str | None:
    """The number of a hazard that is not the demonstration's; None when there is none."""
    return session.scalar(
        select(HazardRow.external_id).where(HazardRow.external_id.not_like(f"{prefix}%")).limit(1)
    )


def was_taken(session: Session, sha256: str) -> bool:
    """Whether a file of this content has been taken in."""
    statement = select(IntakeRunRow.id).where(IntakeRunRow.file_sha256 == sha256).limit(1)
    return session.scalar(statement) is not None


def ids_to_void(session: Session, external_ids: Iterable[str]) -> list[int]:
    """Row ids of these hazards that are not voided yet."""
    statement = select(HazardRow.id).where(
        HazardRow.external_id.in_(list(external_ids)), HazardRow.voided_at.is_(None)
    )
    return list(session.scalars(statement))


def inspect_by_code(session: Session, visits: Iterable[tuple[str, Source, datetime]]) -> None:
    """Add visits (credit code, source, instant) that found nothing."""
    ids = {
        code: id_
        for id_, code in session.execute(select(EnterpriseRow.id, EnterpriseRow.credit_code))
    }
    add_inspections(
        session,
        [
            (ids[code], source.value, local_date(at), at)
            for code, source, at in visits
            if code in ids
        ],
    )


def add_incidents(session: Session, incidents: Iterable[DemoIncident]) -> None:
    """Add simulated incidents; those that are there already stay as they are."""
    there = set(session.scalars(select(IncidentRow.external_id).where(IncidentRow.simulated)))
    ids = {
        code: id_
        for id_, code in session.execute(select(EnterpriseRow.id, EnterpriseRow.credit_code))
    }
    for one in incidents:
        if one.external_id in there or one.enterprise.credit_code not in ids:
            continue
        session.add(
            IncidentRow(
                external_id=one.external_id,
                enterprise_id=ids[one.enterprise.credit_code],
                kind=one.kind.value,
                occurred_at=one.occurred_at,
                deaths=0,
                injured=one.injured,
                description="演示用的模拟事故，从未发生",
                recorded_at=one.occurred_at + timedelta(hours=6),
                simulated=True,
            )
        )
    session.flush()

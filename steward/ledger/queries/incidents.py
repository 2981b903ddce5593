"""Statements about incidents: recorded, voided, listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from steward.domain.incidents import Incident, IncidentKind
from steward.errors import LedgerError
from steward.ledger.tables import EnterpriseRow, IncidentRow, TownRow


def add(
    session: Session,
    *,
    external_id: str,
    enterprise_id: int,
    kind: IncidentKind,
    occurred_at: datetime,
    deaths: int,
    injured: int,
    description: str,
    at: datetime,
    simulated: bool = False,
) -> int:
    """A new incident; its id. Raises LedgerError when its number is taken."""
    if session.scalar(select(IncidentRow.id).where(IncidentRow.external_id == external_id)):
        raise LedgerError(f"已经有编号为“{external_id}”的事故", place="事故编号")
    row = IncidentRow(
        external_id=external_id,
        enterprise_id=enterprise_id,
        kind=kind.value,
        occurred_at=occurred_at,
        deaths=deaths,
        injured=injured,
        description=description,
        recorded_at=at,
        simulated=simulated,
    )
    session.add(row)
    session.flush()
    return row.id


def void(session: Session, incident_id: int, *, at: datetime, reason: str) -> Incident:
    """It counts no longer, and is not deleted. Raises LedgerError."""
    row = session.get(IncidentRow, incident_id)
    if row is None:
        raise LedgerError("没有这起事故", place=str(incident_id))
    if row.voided_at is not None:
        raise LedgerError("这起事故已经作废", place=row.external_id)
    row.voided_at, row.void_reason = at, reason
    session.flush()
    return get(session, incident_id)


def get(session: Session, incident_id: int) -> Incident:
    """One incident. Raises LedgerError."""
    found = _read(session, _shown().where(IncidentRow.id == incident_id))
    if not found:
        raise LedgerError("没有这起事故", place=str(incident_id))
    return found[0]


def latest(
    session: Session,
    *,
    town_codes: Sequence[str] = (),
    enterprise_id: int | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[Incident]:
    """The latest first, voided ones too; `before`: (occurred_at, id) of the last one seen."""
    query = _shown()
    if town_codes:
        query = query.where(TownRow.code.in_(town_codes))
    if enterprise_id is not None:
        query = query.where(IncidentRow.enterprise_id == enterprise_id)
    if before is not None:
        at, id_ = before
        query = query.where(
            (IncidentRow.occurred_at < at)
            | ((IncidentRow.occurred_at == at) & (IncidentRow.id < id_))
        )
    order = (IncidentRow.occurred_at.desc(), IncidentRow.id.desc())
    return _read(session, query.order_by(*order).limit(limit))


def simulated(session: Session) -> int:
    """How many of the demonstration there are."""
    query = select(func.count()).select_from(IncidentRow).where(IncidentRow.simulated)
    return session.scalar(query) or 0


def enterprise_named(session: Session, word: str, town_code: str | None) -> int:
    """The id of the enterprise of this credit code, or of this exact name (in a town).

    Raises LedgerError when there is none, or more than one.
    """
    query = select(EnterpriseRow.id).join(TownRow, TownRow.id == EnterpriseRow.town_id)
    query = query.where((EnterpriseRow.credit_code == word) | (EnterpriseRow.name == word))
    if town_code:
        query = query.where(TownRow.code == town_code)
    ids = session.scalars(query.limit(2)).all()
    if not ids:
        raise LedgerError("台账里没有这家企业，请填全称或统一社会信用代码", place=f"“{word}”")
    if len(ids) > 1:
        raise LedgerError("有不止一家同名企业，请写明镇街或统一社会信用代码", place=f"“{word}”")
    return ids[0]


def _shown() -> Select[IncidentRow, str, str, str]:
    return (
        select(IncidentRow, EnterpriseRow.name, TownRow.code, TownRow.name)
        .join(EnterpriseRow, EnterpriseRow.id == IncidentRow.enterprise_id)
        .join(TownRow, TownRow.id == EnterpriseRow.town_id)
    )


def _read(session: Session, query: Select[IncidentRow, str, str, str]) -> list[Incident]:
    return [
        Incident(
            id=row.id,
            external_id=row.external_id,
            enterprise_id=row.enterprise_id,
            enterprise=enterprise,
            town_code=town_code,
            town=town,
            kind=IncidentKind(row.kind),
            occurred_at=row.occurred_at,
            deaths=row.deaths,
            injured=row.injured,
            description=row.description,
            recorded_at=row.recorded_at,
            simulated=row.simulated,
            voided_at=row.voided_at,
            void_reason=row.void_reason,
        )
        for row, enterprise, town_code, town in session.execute(query)
    ]

"""Statements about warnings: opened, followed, taken up, escalated, closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from steward.domain.warning_lists import Case, Entry, WarningKind
from steward.errors import LedgerError
from steward.ledger.tables import EnterpriseRow, TownRow
from steward.ledger.warning_tables import WarningRow

_Shown = Select[WarningRow, str, str, str]


def open_cases(session: Session) -> dict[tuple[int, WarningKind], Case]:
    """What is open, by enterprise and kind."""
    found = _read(session, _shown().where(WarningRow.closed_at.is_(None)))
    return {(one.enterprise_id, one.kind): one for one in found}


def open_(session: Session, entries: Iterable[Entry], *, at: datetime) -> None:
    """These have come into their lists. Whoever is there already stays as it is."""
    towns = {code: id_ for id_, code in session.execute(select(TownRow.id, TownRow.code))}
    session.add_all(
        WarningRow(
            enterprise_id=one.warned.enterprise_id,
            town_id=towns[one.town_code],
            kind=one.kind.value,
            opened_at=at,
            hazards=one.warned.hazards,
            deadline=one.warned.deadline,
        )
        for one in entries
    )
    session.flush()


def follow(session: Session, changed: Iterable[tuple[int, Entry]]) -> None:
    """What has changed in cases that stay open: (id, as it is now)."""
    for id_, entry in changed:
        row = session.get_one(WarningRow, id_)
        row.hazards, row.deadline = entry.warned.hazards, entry.warned.deadline
    session.flush()


def close(session: Session, ids: Iterable[int], *, at: datetime) -> None:
    """These have left their lists."""
    for id_ in ids:
        session.get_one(WarningRow, id_).closed_at = at
    session.flush()


def escalate(session: Session, reasons: Iterable[tuple[int, str]], *, at: datetime) -> None:
    """These are the district's matter now."""
    for id_, why in reasons:
        row = session.get_one(WarningRow, id_)
        row.escalated_at, row.escalated_why = at, why
    session.flush()


def acknowledge(
    session: Session, warning_id: int, *, responsible: str, note: str, at: datetime, by: str
) -> Case:
    """Somebody has taken it up. Raises LedgerError when it is over, or unknown."""
    row = session.get(WarningRow, warning_id)
    if row is None or row.closed_at is not None:
        raise LedgerError("这条预警已经解除，不用再签收", place=str(warning_id))
    row.responsible, row.note = responsible, note
    row.acknowledged_at, row.acknowledged_by = at, by
    session.flush()
    return get(session, warning_id)


def get(session: Session, warning_id: int) -> Case:
    """One case. Raises LedgerError."""
    found = _read(session, _shown().where(WarningRow.id == warning_id))
    if not found:
        raise LedgerError("没有这条预警", place=str(warning_id))
    return found[0]


def escalated(session: Session) -> list[Case]:
    """What is open, the district's matter, and taken up by nobody since; the earliest first."""
    query = _shown().where(
        WarningRow.closed_at.is_(None),
        WarningRow.escalated_at.is_not(None),
        (WarningRow.acknowledged_at.is_(None))
        | (WarningRow.acknowledged_at < WarningRow.escalated_at),
    )
    return _read(session, query.order_by(WarningRow.deadline, WarningRow.id))


def escalated_then(session: Session, at: datetime) -> int:
    """How many were the district's matter at an instant, and not over by then."""
    query = select(func.count()).where(
        WarningRow.escalated_at <= at,
        (WarningRow.closed_at.is_(None)) | (WarningRow.closed_at > at),
    )
    return session.scalar(query) or 0


def past(
    session: Session,
    *,
    town_codes: Sequence[str] = (),
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[Case]:
    """What is over, the latest first; `before`: (closed_at, id) of the last one seen."""
    query = _shown().where(WarningRow.closed_at.is_not(None))
    if town_codes:
        query = query.where(TownRow.code.in_(town_codes))
    if before is not None:
        at, id_ = before
        query = query.where(
            (WarningRow.closed_at < at) | ((WarningRow.closed_at == at) & (WarningRow.id < id_))
        )
    order = (WarningRow.closed_at.desc(), WarningRow.id.desc())
    return _read(session, query.order_by(*order).limit(limit))


def _shown() -> _Shown:
    return (
        select(WarningRow, EnterpriseRow.name, TownRow.code, TownRow.name)
        .join(EnterpriseRow, EnterpriseRow.id == WarningRow.enterprise_id)
        .join(TownRow, TownRow.id == WarningRow.town_id)
    )


def _read(session: Session, query: _Shown) -> list[Case]:
    return [
        Case(
            id=row.id,
            kind=WarningKind(row.kind),
            enterprise_id=row.enterprise_id,
            enterprise=name,
            town_code=code,
            town=town,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            hazards=row.hazards,
            deadline=row.deadline,
            responsible=row.responsible,
            note=row.note,
            acknowledged_at=row.acknowledged_at,
            acknowledged_by=row.acknowledged_by,
            escalated_at=row.escalated_at,
            escalated_why=row.escalated_why,
        )
        for row, name, code, town in session.execute(query)
    ]

"""Statements about penalties: recorded, followed, voided, listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from steward.domain.enforcement import Penalty, PenaltyKind
from steward.domain.hazards import Level
from steward.errors import LedgerError
from steward.ledger.enforcement_tables import PenaltyRow
from steward.ledger.tables import EnterpriseRow, HazardRow, TownRow

STEPS = ("paid_on", "handed_in_on", "published_on")
"""What is put down about a decision later."""


def add(session: Session, penalty: Penalty, *, at: datetime, by: str) -> int:
    """A new decision; its id. Raises LedgerError when its number is taken."""
    if session.scalar(select(PenaltyRow.id).where(PenaltyRow.number == penalty.number)):
        raise LedgerError(f"已经有编号为“{penalty.number}”的处罚", place="文书编号")
    kept = asdict(penalty)
    for name in ("id", "enterprise", "town", "voided_at", "void_reason"):
        del kept[name]
    kept |= {"kind": penalty.kind.value, "officers": list(penalty.officers)}
    row = PenaltyRow(**kept, recorded_at=at, by=by)
    session.add(row)
    session.flush()
    return row.id


def step(session: Session, penalty_id: int, name: str, day: date) -> Penalty:
    """Put down that one of STEPS was done on a day. Raises LedgerError."""
    row = _row(session, penalty_id)
    if name not in STEPS or getattr(row, name) is not None:
        raise LedgerError("这一步已经登记过，或没有这一步", place=row.number)
    if day < row.decided_on:
        raise LedgerError("日期早于处罚决定", place=row.number)
    setattr(row, name, day)
    session.flush()
    return get(session, penalty_id)


def void(session: Session, penalty_id: int, *, at: datetime, reason: str) -> Penalty:
    """It was put down by mistake. Raises LedgerError."""
    row = _row(session, penalty_id)
    row.voided_at, row.void_reason = at, reason
    session.flush()
    return get(session, penalty_id)


def get(session: Session, penalty_id: int) -> Penalty:
    """One decision. Raises LedgerError."""
    found = _read(session, [PenaltyRow.id == penalty_id], 1)
    if not found:
        raise LedgerError("没有这件处罚", place=str(penalty_id))
    return found[0]


def since(session: Session, day: date, *, limit: int = 2_000) -> list[Penalty]:
    """Those decided since a day, or not finished yet; the latest first."""
    unfinished = or_(
        PenaltyRow.published_on.is_(None),
        (PenaltyRow.fine > 0) & ~PenaltyRow.cash & PenaltyRow.paid_on.is_(None),
        PenaltyRow.cash & PenaltyRow.handed_in_on.is_(None),
    )
    return _read(session, [or_(PenaltyRow.decided_on >= day, unfinished)], limit)


def open_major(session: Session, enterprise_ids: Sequence[int]) -> dict[int, int]:
    """How many open major hazards each of these has now."""
    rows = session.execute(
        select(HazardRow.enterprise_id, func.count())
        .where(
            HazardRow.enterprise_id.in_(enterprise_ids),
            HazardRow.level == Level.MAJOR.value,
            HazardRow.closed_at.is_(None),
            HazardRow.voided_at.is_(None),
        )
        .group_by(HazardRow.enterprise_id)
    )
    return {id_: int(number) for id_, number in rows}


def _row(session: Session, penalty_id: int) -> PenaltyRow:
    row = session.get(PenaltyRow, penalty_id)
    if row is None:
        raise LedgerError("没有这件处罚", place=str(penalty_id))
    if row.voided_at is not None:
        raise LedgerError("这件处罚已经作废", place=row.number)
    return row


def _read(session: Session, where: Sequence[object], limit: int) -> list[Penalty]:
    query = (
        select(PenaltyRow, EnterpriseRow.name, TownRow.name)
        .join(EnterpriseRow, EnterpriseRow.id == PenaltyRow.enterprise_id)
        .join(TownRow, TownRow.id == EnterpriseRow.town_id)
        .where(*where)  # type: ignore[arg-type]
        .order_by(PenaltyRow.decided_on.desc(), PenaltyRow.id.desc())
        .limit(limit)
    )
    return [
        Penalty(
            id=row.id,
            number=row.number,
            enterprise_id=row.enterprise_id,
            enterprise=enterprise,
            town=town,
            decided_on=row.decided_on,
            kind=PenaltyKind(row.kind),
            fine=row.fine,
            on_the_spot=row.on_the_spot,
            cash=row.cash,
            officers=tuple(row.officers),
            grounds=row.grounds,
            paid_on=row.paid_on,
            handed_in_on=row.handed_in_on,
            published_on=row.published_on,
            voided_at=row.voided_at,
            void_reason=row.void_reason,
        )
        for row, enterprise, town in session.execute(query)
    ]

"""Acts on one hazard: a step of its life, an extension, a void, a merge. History is kept."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from steward.domain.hazards import Status
from steward.domain.weeks import local_date
from steward.errors import LedgerError
from steward.ledger import lifecycle, tally
from steward.ledger.tables import ExtensionRow, HazardChangeRow, HazardRow


def hazard(session: Session, hazard_id: int) -> HazardRow:
    """The hazard. Raises LedgerError when there is none."""
    row = session.get(HazardRow, hazard_id)
    if row is None:
        raise LedgerError("没有这条隐患", place=str(hazard_id))
    return row


def move(session: Session, hazard_id: int, to: Status, *, at: datetime, reason: str = "") -> None:
    """One step of the lifecycle, at an instant. Raises TransitionRefused, LedgerError."""
    row = hazard(session, hazard_id)
    before = Status(row.status)
    lifecycle.require(before, to)
    reached = {
        Status.AWAITING_REVIEW: row.found_at,
        Status.CLOSED: row.rectified_at or row.found_at,
        Status.VOIDED: row.closed_at or row.rectified_at or row.found_at,
    }.get(to, row.found_at)
    if at < reached:
        raise LedgerError("时间早于这条隐患已有的记录", place=row.external_id)
    facts = _facts(row)
    if to == Status.AWAITING_REVIEW:
        row.rectified_at = at
    elif to == Status.CLOSED:
        row.closed_at = at
    elif to == Status.VOIDED:
        row.voided_at = at
    elif before == Status.AWAITING_REVIEW:  # the review failed
        row.rectified_at = None
    row.status = to.value
    _record(session, row, at, "status", before.value, to.value, reason)
    session.flush()
    tally.apply(session, [facts], [_facts(row)])


def extend(
    session: Session, hazard_id: int, deadline: date, *, at: datetime, reason: str = ""
) -> None:
    """延期: a new deadline from an instant on; the old one stays on record. Raises LedgerError."""
    row = hazard(session, hazard_id)
    if row.status in (Status.CLOSED, Status.VOIDED):
        raise LedgerError("已闭环或已作废的隐患不能延期", place=row.external_id)
    if deadline < local_date(row.found_at) or (row.deadline and deadline <= row.deadline):
        raise LedgerError("新的整改期限应晚于原来的期限", place=row.external_id)
    last = session.scalar(
        select(func.max(ExtensionRow.at)).where(ExtensionRow.hazard_id == hazard_id)
    )
    if last is not None and at <= last:
        raise LedgerError("延期时间早于上一次延期", place=row.external_id)
    session.add(
        ExtensionRow(
            hazard_id=row.id,
            at=at,
            old_deadline=row.deadline,
            new_deadline=deadline,
            reason=reason,
        )
    )
    row.deadline = deadline
    session.flush()


def void(session: Session, hazard_id: int, *, at: datetime, reason: str) -> None:
    """作废: it no longer counts from `at` on, and is never deleted."""
    move(session, hazard_id, Status.VOIDED, at=at, reason=reason)


def merge(session: Session, hazard_id: int, into_id: int, *, at: datetime) -> None:
    """Void a duplicate and point it to the one that stays: the one found first.

    Raises LedgerError for another enterprise, another order, or a hazard merged with itself.
    """
    duplicate, first = hazard(session, hazard_id), hazard(session, into_id)
    if duplicate.id == first.id or first.voided_at is not None:
        raise LedgerError("不能并入自身或已作废的隐患", place=duplicate.external_id)
    if duplicate.enterprise_id != first.enterprise_id:
        raise LedgerError("两条隐患不属于同一企业", place=duplicate.external_id)
    if duplicate.found_at < first.found_at:
        raise LedgerError("应保留先发现的一条", place=duplicate.external_id)
    void(session, hazard_id, at=at, reason=f"与 {first.external_id} 重复，已合并")
    duplicate.merged_into_id = first.id


def take_back_merge(session: Session, hazard_id: int, *, at: datetime) -> None:
    """A duplicate that was none stands again as it stood before it was merged.

    A void is final but for this one: a merge says of two hazards that they are one, which may be
    wrong, and then a hazard would be missing. Both acts stay on record. Raises LedgerError.
    """
    row = hazard(session, hazard_id)
    if row.merged_into_id is None:
        raise LedgerError("这条隐患不是合并掉的，作废不能撤销", place=row.external_id)
    was = session.scalar(
        select(HazardChangeRow.before)
        .where(
            HazardChangeRow.hazard_id == hazard_id,
            HazardChangeRow.field == "status",
            HazardChangeRow.after == Status.VOIDED.value,
        )
        .order_by(HazardChangeRow.id.desc())
        .limit(1)
    )
    if was is None:
        raise LedgerError("没有它合并前的记录，不能撤销", place=row.external_id)
    facts = _facts(row)
    row.status, row.voided_at, row.merged_into_id = was, None, None
    _record(session, row, at, "status", Status.VOIDED.value, was, "撤销合并")
    session.flush()
    tally.apply(session, [facts], [_facts(row)])


def _record(
    session: Session,
    row: HazardRow,
    at: datetime,
    field: str,
    before: str,
    after: str,
    reason: str,
) -> None:
    session.add(
        HazardChangeRow(
            hazard_id=row.id,
            at=at,
            recorded_at=at,
            field=field,
            before=before,
            after=after,
            reason=reason,
        )
    )


def _facts(row: HazardRow) -> tally.HazardFacts:
    return tally.HazardFacts(
        row.town_id,
        row.source,
        row.industry,
        row.category,
        row.found_at,
        row.closed_at,
        row.voided_at,
    )

"""Acts on one hazard: a step of its life, an extension, a void, a merge. History is kept."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from steward.domain.hazards import Source, Status
from steward.domain.weeks import local_date
from steward.errors import LedgerError, TransitionRefused
from steward.ledger import lifecycle, tally
from steward.ledger.tables import ExtensionRow, HazardChangeRow, HazardRow


def hazard(session: Session, hazard_id: int) -> HazardRow:
    """The hazard. Raises LedgerError when there is none."""
    row = session.get(HazardRow, hazard_id)
    if row is None:
        raise LedgerError("没有这条隐患", place=str(hazard_id))
    return row


def hold(session: Session, hazard_id: int) -> HazardRow:
    """The hazard, which nobody else changes until this transaction ends, no file either.

    A file reads what it changes at its start: one that is being taken in is waited for. (SQLite has
    one writer.) Raises LedgerError when there is none.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE hazards IN ROW EXCLUSIVE MODE"))
    session.scalar(select(HazardRow.id).where(HazardRow.id == hazard_id).with_for_update())
    row = hazard(session, hazard_id)
    session.refresh(row)
    return row


def version(session: Session, hazard_id: int) -> str:
    """What is another after every change and every extension."""
    last = (
        session.scalar(select(func.max(row.id)).where(row.hazard_id == hazard_id)) or 0
        for row in (HazardChangeRow, ExtensionRow)
    )
    return ".".join(str(one) for one in last)


def numbered(session: Session, external_id: str) -> list[HazardRow]:
    """The hazards with this number, at most one a source. By the unique key."""
    sources = [str(one) for one in Source]
    query = select(HazardRow).where(
        HazardRow.source.in_(sources), HazardRow.external_id == external_id
    )
    return list(session.scalars(query.order_by(HazardRow.id)))


def move(
    session: Session,
    hazard_id: int,
    to: Status,
    *,
    at: datetime,
    reason: str = "",
    by: str | None = None,
) -> None:
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
    _record(session, row, at, "status", before.value, to.value, reason, by)
    session.flush()
    tally.apply(session, [facts], [_facts(row)])


def reopen(
    session: Session, hazard_id: int, *, at: datetime, reason: str, by: str | None = None
) -> None:
    """A closing that was a mistake is taken back: the review is still to be passed.

    The closing stays on record; figures count it from no instant on. Raises LedgerError.
    """
    row = hazard(session, hazard_id)
    if row.status != Status.CLOSED:
        raise TransitionRefused("只有已闭环的隐患才能撤销闭环", place=row.external_id)
    facts, before = _facts(row), Status(row.status)
    row.closed_at = None
    after = Status.AWAITING_REVIEW if row.rectified_at is not None else Status.RECTIFYING
    _step_back(session, row, facts, before, after, at, reason, by)


def restore(
    session: Session, hazard_id: int, *, at: datetime, reason: str, by: str | None = None
) -> None:
    """A void that was a mistake is taken back, and with it a merge: it stands where it stood.

    Raises LedgerError.
    """
    row = hazard(session, hazard_id)
    if row.status != Status.VOIDED:
        raise TransitionRefused("只有已作废的隐患才能撤销作废", place=row.external_id)
    stood = session.scalar(
        select(HazardChangeRow.before)
        .where(
            HazardChangeRow.hazard_id == hazard_id,
            HazardChangeRow.field == "status",
            HazardChangeRow.after == Status.VOIDED.value,
        )
        .order_by(HazardChangeRow.id.desc())
        .limit(1)
    )
    if stood is None:
        raise LedgerError("没有作废以前的记录，不能撤销", place=row.external_id)
    facts, before = _facts(row), Status(row.status)
    row.voided_at = row.merged_into_id = None
    _step_back(session, row, facts, before, Status(stood), at, reason, by)


def _step_back(
    session: Session,
    row: HazardRow,
    facts: tally.HazardFacts,
    before: Status,
    after: Status,
    at: datetime,
    reason: str,
    by: str | None,
) -> None:
    row.status = after.value
    _record(session, row, at, "status", before.value, after.value, reason, by)
    session.flush()
    tally.apply(session, [facts], [_facts(row)])


def extend(
    session: Session,
    hazard_id: int,
    deadline: date,
    *,
    at: datetime,
    reason: str = "",
    by: str | None = None,
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
            by=by,
        )
    )
    row.deadline = deadline
    session.flush()


def void(
    session: Session, hazard_id: int, *, at: datetime, reason: str, by: str | None = None
) -> None:
    """作废: it no longer counts from `at` on, and is never deleted."""
    move(session, hazard_id, Status.VOIDED, at=at, reason=reason, by=by)


def merge(
    session: Session, hazard_id: int, into_id: int, *, at: datetime, by: str | None = None
) -> None:
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
    reason = f"与 {first.external_id} 重复，已合并"
    void(session, hazard_id, at=at, reason=reason, by=by)
    duplicate.merged_into_id = first.id


def take_back_merge(
    session: Session, hazard_id: int, *, at: datetime, by: str | None = None
) -> None:
    """A duplicate that was none stands again as it stood before it was merged.

    Both acts stay on record. Raises LedgerError for one that was voided otherwise.
    """
    row = hazard(session, hazard_id)
    if row.merged_into_id is None:
        raise LedgerError("这条隐患不是合并掉的，作废不能撤销", place=row.external_id)
    restore(session, hazard_id, at=at, reason="撤销合并", by=by)


def _record(
    session: Session,
    row: HazardRow,
    at: datetime,
    field: str,
    before: str,
    after: str,
    reason: str,
    by: str | None,
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
            by=by,
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

"""Slots: one firing of a plan, claimed once.

`outcome` is "claimed" while its owner works on it under a lease; then how it ended: "skipped",
"submitted", or the last state of its broadcast ("played", "held", "failed" …).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from steward.broadcasts.tables import BroadcastRow, SlotRow

CLAIMED = "claimed"
SKIPPED = "skipped"
SUBMITTED = "submitted"  # an announcement was made of it, for an approver
NOBODY = ""  # the owner of a slot that no engine has taken yet
REASON_LENGTH = 200


def claim(
    session: Session, plan_id: int, slot_at: datetime, *, owner: str, lease_until: datetime
) -> SlotRow | None:
    """The slot, when this call inserted it; None when somebody had it already."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    slot_id = session.scalar(
        dialect.insert(SlotRow)
        .values(
            plan_id=plan_id,
            slot_at=slot_at,
            owner=owner,
            lease_until=lease_until,
            outcome=CLAIMED,
            reason="",
        )
        .on_conflict_do_nothing(index_elements=[SlotRow.plan_id, SlotRow.slot_at])
        .returning(SlotRow.id)
    )
    return None if slot_id is None else session.get_one(SlotRow, slot_id)


def open_for(session: Session, broadcast_id: int, *, at: datetime, reason: str) -> None:
    """A slot without a plan for a broadcast that is to be heard at once: any engine takes it."""
    session.add(
        SlotRow(
            plan_id=None,
            slot_at=at,
            owner=NOBODY,
            lease_until=at,
            outcome=CLAIMED,
            reason=reason[:REASON_LENGTH],
            broadcast_id=broadcast_id,
        )
    )
    session.flush()


def take_over(
    session: Session,
    slot: SlotRow,
    *,
    owner: str,
    lease_until: datetime,
    reason: str,
) -> bool:
    """Become the owner of a slot whose lease (as read into `slot`) nobody renewed meanwhile."""
    taken = session.scalar(
        update(SlotRow)
        .where(
            SlotRow.id == slot.id,
            SlotRow.outcome == CLAIMED,
            SlotRow.owner == slot.owner,
            SlotRow.lease_until == slot.lease_until,
        )
        .values(owner=owner, lease_until=lease_until, reason=reason[:REASON_LENGTH])
        .returning(SlotRow.id)
        .execution_options(synchronize_session=False)
    )
    if taken is not None:
        session.refresh(slot)
    return taken is not None


def renew(session: Session, owner: str, *, below: datetime, lease_until: datetime) -> None:
    """Prolong the owner's leases that end before `below`."""
    session.execute(
        update(SlotRow)
        .where(SlotRow.owner == owner, SlotRow.outcome == CLAIMED, SlotRow.lease_until < below)
        .values(lease_until=lease_until)
        .execution_options(synchronize_session=False)
    )


def finish(session: Session, slot: SlotRow, outcome: str, reason: str = "") -> None:
    """Note how the slot ended."""
    slot.outcome = outcome
    if reason:
        slot.reason = reason[:REASON_LENGTH]
    session.flush()


def reopen(session: Session, slot: SlotRow, *, at: datetime) -> None:
    """Leave a finished slot to whichever engine comes next."""
    slot.outcome = CLAIMED
    slot.lease_until = at
    session.flush()


def get(session: Session, slot_id: int) -> SlotRow:
    """One slot by its id, which must exist."""
    return session.get_one(SlotRow, slot_id)


def unfinished(session: Session) -> Sequence[SlotRow]:
    """Slots somebody works on, or died over."""
    return session.scalars(
        select(SlotRow).where(SlotRow.outcome == CLAIMED).order_by(SlotRow.slot_at, SlotRow.id)
    ).all()


def work_of(session: Session, owner: str) -> Sequence[tuple[SlotRow, BroadcastRow]]:
    """The owner's unfinished slots with their broadcasts, by slot then id."""
    rows = session.execute(
        select(SlotRow, BroadcastRow)
        .join(BroadcastRow, BroadcastRow.id == SlotRow.broadcast_id)
        .where(SlotRow.owner == owner, SlotRow.outcome == CLAIMED)
        .order_by(SlotRow.slot_at, SlotRow.id)
    )
    return [(slot, broadcast) for slot, broadcast in rows]


def last_instants(session: Session) -> dict[int, datetime]:
    """By plan id, its latest slot on record."""
    rows = session.execute(
        select(SlotRow.plan_id, func.max(SlotRow.slot_at).label("slot_at"))
        .where(SlotRow.plan_id.is_not(None))
        .group_by(SlotRow.plan_id)
    )
    return {row.plan_id: row.slot_at for row in rows}


def of_broadcast(session: Session, broadcast_id: int) -> SlotRow | None:
    """The slot a broadcast came from."""
    return session.scalars(select(SlotRow).where(SlotRow.broadcast_id == broadcast_id)).first()


def plan_ids(session: Session, broadcast_ids: Sequence[int]) -> dict[int, int]:
    """By broadcast id, the plan it came from; those without a plan are not in it."""
    rows = session.execute(
        select(SlotRow.broadcast_id, SlotRow.plan_id).where(
            SlotRow.broadcast_id.in_(broadcast_ids), SlotRow.plan_id.is_not(None)
        )
    )
    return {row.broadcast_id: row.plan_id for row in rows}


def lease(now: datetime, seconds: float) -> datetime:
    """Until when a claim made now holds."""
    return now + timedelta(seconds=seconds)


def recent(session: Session, limit: int = 100) -> Sequence[SlotRow]:
    """The newest slots on record, newest first."""
    return session.scalars(select(SlotRow).order_by(SlotRow.id.desc()).limit(limit)).all()

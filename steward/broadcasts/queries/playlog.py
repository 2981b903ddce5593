"""The play log: broadcasts by their slots, a page at a time, and what players told of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, defer

from steward.broadcasts.tables import (
    AnnouncementRow,
    BroadcastRow,
    ChangeRow,
    HallRow,
    PlayerRow,
    ReceiptRow,
    SlotRow,
)
from steward.domain.playlog import Asked


@dataclass(frozen=True)
class Found:
    """One broadcast with what stands beside it."""

    row: BroadcastRow
    hall: str
    author: str | None
    decided_by: str | None
    digest: str | None


def find(
    session: Session, asked: Asked, *, after_id: int | None, newest_first: bool, limit: int
) -> list[Found]:
    """At most `limit`, by slot then id, from after that broadcast in this order."""
    key = tuple_(BroadcastRow.slot_at, BroadcastRow.id)
    query = (
        select(
            BroadcastRow,
            HallRow.title,
            AnnouncementRow.author,
            AnnouncementRow.decided_by,
            AnnouncementRow.digest,
        )
        .join(HallRow, HallRow.id == BroadcastRow.hall_id)
        .outerjoin(AnnouncementRow, AnnouncementRow.id == BroadcastRow.announcement_id)
        .options(defer(BroadcastRow.figures), defer(BroadcastRow.evidence))  # long, and not told
        .where(BroadcastRow.slot_at >= asked.since, BroadcastRow.slot_at < asked.until)
    )
    if asked.hall_id is not None:
        query = query.where(BroadcastRow.hall_id == asked.hall_id)
    if asked.state is not None:
        query = query.where(BroadcastRow.state == asked.state.value)
    if after_id is not None:
        last = session.get(BroadcastRow, after_id)
        if last is None:
            return []
        bound = tuple_(last.slot_at, last.id)
        query = query.where(key < bound if newest_first else key > bound)
    if newest_first:
        query = query.order_by(BroadcastRow.slot_at.desc(), BroadcastRow.id.desc())
    else:
        query = query.order_by(BroadcastRow.slot_at, BroadcastRow.id)
    return [Found(*row) for row in session.execute(query.limit(limit))]


def receipts(session: Session, ids: Sequence[int]) -> Sequence[tuple[ReceiptRow, PlayerRow]]:
    """Everything that players told of these broadcasts, oldest first."""
    rows = session.execute(
        select(ReceiptRow, PlayerRow)
        .join(PlayerRow, PlayerRow.id == ReceiptRow.player_id)
        .where(ReceiptRow.broadcast_id.in_(ids))
        .order_by(ReceiptRow.id)
    )
    return [(receipt, player) for receipt, player in rows]


def planned(session: Session, ids: Sequence[int]) -> set[int]:
    """Those of these broadcasts that a plan wanted."""
    return {
        row.broadcast_id
        for row in session.execute(
            select(SlotRow.broadcast_id).where(
                SlotRow.broadcast_id.in_(ids), SlotRow.plan_id.is_not(None)
            )
        )
    }


def made_by(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """By broadcast id, who stands in its first change."""
    first = (
        select(func.min(ChangeRow.id))
        .where(ChangeRow.broadcast_id.in_(ids))
        .group_by(ChangeRow.broadcast_id)
    )
    rows = session.execute(
        select(ChangeRow.broadcast_id, ChangeRow.by).where(ChangeRow.id.in_(first))
    )
    return {row.broadcast_id: row.by for row in rows}

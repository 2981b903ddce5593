"""Receipts: what players report of a broadcast."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.broadcasts.tables import PlayerRow, ReceiptRow
from steward.domain.broadcasts import ReceiptEvent

DETAIL_LENGTH = 200


def add(
    session: Session,
    *,
    broadcast_id: int,
    player_id: int,
    event: ReceiptEvent,
    at: datetime,
    ordinal: int | None = None,
    detail: str = "",
    proven: bool = False,
) -> int:
    """Write one receipt in the caller's transaction; gives its id."""
    row = ReceiptRow(
        broadcast_id=broadcast_id,
        player_id=player_id,
        event=event.value,
        ordinal=ordinal,
        at=at,
        detail=detail[:DETAIL_LENGTH],
        proven=proven,
    )
    session.add(row)
    session.flush()
    return row.id


def of_broadcast(session: Session, broadcast_id: int) -> Sequence[tuple[ReceiptRow, str]]:
    """A broadcast's receipts, oldest first, each with its player's key."""
    rows = session.execute(
        select(ReceiptRow, PlayerRow.key)
        .join(PlayerRow, PlayerRow.id == ReceiptRow.player_id)
        .where(ReceiptRow.broadcast_id == broadcast_id)
        .order_by(ReceiptRow.id)
    )
    return [(receipt, key) for receipt, key in rows]


def since(
    session: Session, broadcast_id: int, event: ReceiptEvent, at: datetime
) -> Sequence[ReceiptRow]:
    """The broadcast's receipts of one kind at or after an instant, oldest first."""
    return session.scalars(
        select(ReceiptRow)
        .where(
            ReceiptRow.broadcast_id == broadcast_id,
            ReceiptRow.event == event.value,
            ReceiptRow.at >= at,
        )
        .order_by(ReceiptRow.id)
    ).all()


def first(session: Session, broadcast_id: int, event: ReceiptEvent) -> ReceiptRow | None:
    """The first receipt of one kind: `first(…, ENDED)` tells that somebody played it to its end."""
    return session.scalars(
        select(ReceiptRow)
        .where(ReceiptRow.broadcast_id == broadcast_id, ReceiptRow.event == event.value)
        .order_by(ReceiptRow.id)
        .limit(1)
    ).first()


def newest(session: Session, broadcast_id: int, event: ReceiptEvent) -> ReceiptRow | None:
    """The newest receipt of one kind: where it was interrupted last."""
    return session.scalars(
        select(ReceiptRow)
        .where(ReceiptRow.broadcast_id == broadcast_id, ReceiptRow.event == event.value)
        .order_by(ReceiptRow.id.desc())
        .limit(1)
    ).first()

"""Whether a broadcast was heard: by the receipts of its hall's enrolled players.

Where the hall had no enrolled player by the broadcast's time, any player's receipts count.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from steward.broadcasts.tables import BroadcastRow, PlayerRow, ReceiptRow
from steward.domain.broadcasts import ReceiptEvent


def told(events: Sequence[ReceiptEvent], since: datetime | None = None) -> ColumnElement[bool]:
    """The broadcast of the enclosing statement has such a receipt that counts."""
    condition = exists().where(
        ReceiptRow.broadcast_id == BroadcastRow.id,
        ReceiptRow.event.in_([event.value for event in events]),
        or_(
            ReceiptRow.proven,
            ~exists().where(
                PlayerRow.hall_id == BroadcastRow.hall_id,
                PlayerRow.enrolled_at <= BroadcastRow.slot_at,
            ),
        ),
    )
    return condition if since is None else condition.where(ReceiptRow.at >= since)


HEARD = (ReceiptEvent.ENDED,)
BEGUN = (ReceiptEvent.STARTED, ReceiptEvent.CLAUSE, ReceiptEvent.ENDED)


def among(
    session: Session,
    ids: Sequence[int],
    events: Sequence[ReceiptEvent] = HEARD,
    since: datetime | None = None,
) -> set[int]:
    """Those of these broadcasts that were heard (to their end), or of which `events` tell."""
    if not ids:
        return set()
    return set(
        session.scalars(
            select(BroadcastRow.id).where(BroadcastRow.id.in_(ids), told(events, since))
        )
    )


def enrolled(session: Session, hall_id: int, by: datetime) -> bool:
    """Whether the hall has players of which it is known that they are to be there."""
    return bool(
        session.scalar(
            select(exists().where(PlayerRow.hall_id == hall_id, PlayerRow.enrolled_at <= by))
        )
    )


def soundless(session: Session, broadcast_id: int) -> bool:
    """Whether a player reported of it that its own sound was blocked or muted."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    ReceiptRow.broadcast_id == broadcast_id,
                    ReceiptRow.event.in_((ReceiptEvent.BLOCKED, ReceiptEvent.MUTED)),
                )
            )
        )
    )

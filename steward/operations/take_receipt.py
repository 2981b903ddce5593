"""A player reports of a broadcast (of itself: `note_player.py`)."""

from __future__ import annotations

from datetime import datetime

from steward.broadcasts.queries import players, receipts
from steward.broadcasts.tables import BroadcastRow
from steward.domain.announcements import plain_line
from steward.domain.broadcasts import ReceiptEvent, SoundState
from steward.errors import BroadcastError, NotFound
from steward.operations import read_report as read
from steward.operations.prove_player import proven
from steward.operations.show_hall import Hall
from steward.storage.engine import Database

_SOUND_OF = {ReceiptEvent.BLOCKED: SoundState.BLOCKED, ReceiptEvent.MUTED: SoundState.MUTED}


def take_receipt(
    database: Database,
    hall: Hall,
    report: read.Report,
    *,
    at: datetime,
    user_agent: str,
    inside: bool = False,
) -> int:
    """Write what a player reported of a broadcast; gives the receipt's id.

    `report`: player, broadcast_id, event, and where they apply secret, ordinal and detail. It is
    put down at our time, whatever the player's clock says. The same report twice (the answer was
    lost) makes two rows, which does no harm. Raises BroadcastError naming the field at fault,
    NotFound when the hall has no such broadcast, AccessRefused when it is not the enrolled player
    whose key it bears.
    """
    key = read.player_key(report, inside=inside)
    secret = read.secret(report)
    broadcast_id = read.number(report, "broadcast_id", "播报编号")
    if broadcast_id is None:
        raise BroadcastError("回执缺少播报编号 broadcast_id", place="broadcast_id")
    event = read.word(report, "event", ReceiptEvent, "回执类型")
    ordinal = read.number(report, "ordinal", "分句序号")
    detail = plain_line(read.text(report, "detail", "回执的说明"), receipts.DETAIL_LENGTH)
    with database.session(write=True) as session:
        broadcast = session.get(BroadcastRow, broadcast_id)
        if broadcast is None or broadcast.hall_id != hall.id:
            raise NotFound(f"{hall.title}没有编号为 {broadcast_id} 的播报")
        if ordinal is not None and ordinal >= len(broadcast.clauses):
            raise BroadcastError(f"这次播报没有第 {ordinal + 1} 句", place="ordinal")
        proof = proven(players.with_key(session, key), secret)
        player = players.seen(
            session,
            key=key,
            hall_id=hall.id,
            at=at,
            sound=_SOUND_OF.get(event),
            user_agent=user_agent,
        )
        return receipts.add(
            session,
            broadcast_id=broadcast_id,
            player_id=player.id,
            event=event,
            at=at,
            ordinal=ordinal,
            detail=detail,
            proven=proof,
        )

"""A player reports: of itself, or of a broadcast."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from steward.broadcasts.queries import players, receipts
from steward.broadcasts.tables import BroadcastRow
from steward.domain.broadcasts import ReceiptEvent, SoundState
from steward.errors import BroadcastError, NotFound
from steward.operations.show_hall import Hall
from steward.storage.engine import Database

_KEY = re.compile(r"[0-9a-z]{8,40}")
_LARGEST_ID = 2**63 - 1
_SOUND_OF = {ReceiptEvent.BLOCKED: SoundState.BLOCKED, ReceiptEvent.MUTED: SoundState.MUTED}
_Word = TypeVar("_Word", bound=StrEnum)


def take_receipt(
    database: Database, hall: Hall, report: Mapping[str, object], *, at: datetime, user_agent: str
) -> int:
    """Write what a player reported of a broadcast; gives the receipt's id.

    `report`: player, broadcast_id, event, and where they apply ordinal and detail. The same
    report twice (the answer was lost) makes two rows, which does no harm. Raises BroadcastError
    naming the field at fault, NotFound when the hall has no such broadcast.
    """
    key = _player_key(report)
    broadcast_id = _number(report, "broadcast_id", "播报编号")
    if broadcast_id is None:
        raise BroadcastError("回执缺少播报编号 broadcast_id", place="broadcast_id")
    event = _word(report, "event", ReceiptEvent, "回执类型")
    ordinal = _number(report, "ordinal", "分句序号")
    detail = report.get("detail", "")
    if not isinstance(detail, str):
        raise BroadcastError("回执的说明 detail 应为文字", place="detail")
    with database.session(write=True) as session:
        broadcast = session.get(BroadcastRow, broadcast_id)
        if broadcast is None or broadcast.hall_id != hall.id:
            raise NotFound(f"{hall.title}没有编号为 {broadcast_id} 的播报")
        if ordinal is not None and ordinal >= len(broadcast.clauses):
            raise BroadcastError(f"这次播报没有第 {ordinal + 1} 句", place="ordinal")
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
        )


def note_player(
    database: Database, hall: Hall, report: Mapping[str, object], *, at: datetime, user_agent: str
) -> None:
    """Note that a player is there and whether it can be heard: player, sound.

    Raises BroadcastError naming the field at fault.
    """
    key = _player_key(report)
    sound = _word(report, "sound", SoundState, "声音状态")
    with database.session(write=True) as session:
        players.seen(session, key=key, hall_id=hall.id, at=at, sound=sound, user_agent=user_agent)


def _player_key(report: Mapping[str, object]) -> str:
    key = report.get("player")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise BroadcastError("播放点编号 player 应为 8 至 40 位小写字母和数字", place="player")
    return key


def _number(report: Mapping[str, object], field: str, name: str) -> int | None:
    value = report.get(field)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST_ID:
        raise BroadcastError(f"{name} {field} 应为非负整数", place=field)
    return value


def _word(report: Mapping[str, object], field: str, kind: type[_Word], name: str) -> _Word:
    value = report.get(field)
    if not isinstance(value, str) or value not in set(kind):
        known = "、".join(kind)
        raise BroadcastError(f"{name} {field} 只能是 {known}", place=field)
    return kind(value)

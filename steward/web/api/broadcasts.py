"""Broadcasts: list, script and life, receipts, files."""

from __future__ import annotations

from typing import Any

from flask import Response

from steward.broadcasts.tables import ReceiptRow
from steward.domain.players import called
from steward.operations.find_sound import broadcast_sounds
from steward.operations.list_broadcasts import Detail
from steward.operations.read_broadcasts import Paged, Wanted, broadcasts_page, receipts_page
from steward.web.api.contract import Subject, operation
from steward.web.api.paging import cut
from steward.web.api.scope import own_town, require_hall, seen_broadcast
from steward.web.api.shapes.broadcasts import (
    Broadcast,
    BroadcastDetail,
    BroadcastPage,
    Clip,
    Moment,
    Receipt,
    ReceiptPage,
    Receipts,
    WhichBroadcasts,
)
from steward.web.api.shapes.values import PageQuestion
from steward.web.context import web
from steward.web.sounds import TYPES, send_broadcast

SUBJECT = Subject.BROADCASTS


@operation("/broadcasts", subject=SUBJECT, summary="播报列表，新的在前", answer=BroadcastPage)
def broadcasts(query: WhichBroadcasts) -> BroadcastPage:
    """A part of the broadcasts that the caller may see."""
    town = own_town()
    wanted = Wanted(
        hall=query.hall,
        state=query.state,
        priority=query.priority,
        announcement=query.announcement,
        town=town or query.town,
        since=query.since,
        until=query.until,
    )
    if town is not None and query.town not in (None, town):
        return BroadcastPage(items=[], next=None)
    found = broadcasts_page(web().database, wanted, before=query.before, limit=query.limit + 1)
    kept, after = cut(found, query.limit, lambda one: one.row.id)
    return BroadcastPage(items=[_broadcast(one) for one in kept], next=after)


@operation(
    "/broadcasts/<int:number>",
    subject=SUBJECT,
    summary="一次播报：文稿、声音、经过",
    answer=BroadcastDetail,
)
def broadcast(number: int) -> BroadcastDetail:
    """One broadcast."""
    own = web()
    detail = seen_broadcast(number)
    listed = detail.listed
    return BroadcastDetail(
        id=listed.id,
        announcement=detail.announcement_id,
        hall=detail.hall_name,
        title=listed.title,
        priority=listed.priority,
        status=detail.proof.status,
        state=listed.state,
        slot_at=listed.slot_at,
        started_at=listed.started_at,
        ended_at=listed.ended_at,
        duration_ms=listed.duration_ms,
        heard=detail.proof.heard,
        refers_to=detail.proof.refers_to,
        relation=detail.proof.relation,
        fault=listed.fault,
        as_of=listed.as_of,
        script=_script(detail),
        files=broadcast_sounds(own.settings.data_dir / "broadcasts", number),
        timeline=[
            Moment(at=m.at, kind=m.kind, what=m.what, who=m.who, why=m.why, bad=m.bad)
            for m in detail.life
        ],
    )


@operation(
    "/broadcasts/<int:number>/receipts",
    subject=SUBJECT,
    summary="一次播报的回执：哪些播放点播了",
    answer=Receipts,
)
def receipts(number: int) -> Receipts:
    """What players told of it, oldest first."""
    detail = seen_broadcast(number)
    return Receipts(
        items=[_receipt(row, player) for row, player in detail.receipts],
        heard=detail.proof.heard,
    )


@operation(
    "/halls/<hall>/receipts",
    subject=SUBJECT,
    summary="一个大厅的回执，新的在前",
    answer=ReceiptPage,
)
def hall_receipts(hall: str, query: PageQuestion) -> ReceiptPage:
    """What players told of a hall's broadcasts."""
    require_hall(hall)
    found = receipts_page(web().database, hall, before=query.before, limit=query.limit + 1)
    kept, after = cut(found, query.limit, lambda one: one[0].id)
    return ReceiptPage(
        items=[_receipt(row, called(player.title, player.key)) for row, player in kept],
        next=after,
    )


@operation(
    "/broadcasts/<int:number>/files/<any(mp3, ogg, wav, vtt):kind>",
    subject=SUBJECT,
    summary="一次播报的声音或字幕（可分段取）",
    answer=None,
    media=tuple(TYPES.values()),
)
def file(number: int, kind: str) -> Response:
    """A file under a name that says what it is."""
    seen_broadcast(number)
    return send_broadcast(number, kind)


def _broadcast(one: Paged) -> Broadcast:
    row = one.row
    return Broadcast(
        id=row.id,
        announcement=row.announcement_id,
        hall=one.hall.name,
        title=row.title,
        priority=row.priority,
        status=row.status,
        state=row.state,
        slot_at=row.slot_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        duration_ms=row.duration_ms,
        heard=one.heard,
        refers_to=row.refers_to,
        relation=row.relation,
        fault=row.fault,
    )


def _script(detail: Detail) -> list[Clip]:
    return [
        Clip(ordinal=n, **_words(clause), **_sound(detail, n))
        for n, clause in enumerate(detail.clauses)
    ]


def _words(clause: dict[str, Any]) -> dict[str, Any]:
    return {name: clause[name] for name in ("written", "spoken", "pause_ms")}


def _sound(detail: Detail, ordinal: int) -> dict[str, Any]:
    origin = detail.clips.get(ordinal)
    if origin is None:
        return {"clip": None, "voice": None, "heard_back": None}
    heard = None if origin.hearing is None else origin.hearing.ok
    return {"clip": origin.key, "voice": origin.voice_id, "heard_back": heard}


def _receipt(row: ReceiptRow, player: str) -> Receipt:
    return Receipt(
        id=row.id,
        broadcast=row.broadcast_id,
        player=player,
        event=row.event,
        ordinal=row.ordinal,
        at=row.at,
        detail=row.detail,
        proven=row.proven,
    )

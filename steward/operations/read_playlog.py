"""Read the play log: what was said, and which player played it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from steward.broadcasts.queries import chains, playlog, proof
from steward.broadcasts.tables import PlayerRow, ReceiptRow
from steward.domain.alarms import RETRY
from steward.domain.announcements import Status
from steward.domain.broadcasts import BroadcastState, Priority, ReceiptEvent
from steward.domain.players import called
from steward.domain.playlog import Asked, Ear, Logged
from steward.domain.weeks import start_of
from steward.errors import BroadcastError
from steward.storage.engine import Database, Session

LONGEST_DAYS = 400
_AT_ONCE = 100  # broadcasts in memory
_SOUNDLESS = (ReceiptEvent.BLOCKED, ReceiptEvent.MUTED)


def day_range(first: date, last: date) -> tuple[datetime, datetime]:
    """The instants from the begin of one day to the end of another. Raises BroadcastError."""
    if last < first:
        raise BroadcastError("结束的日子早于开始的日子", place=f"{first} 至 {last}")
    if (last - first).days >= LONGEST_DAYS:
        raise BroadcastError(f"一次最多查 {LONGEST_DAYS} 天", place=f"{first} 至 {last}")
    try:
        begin, end = start_of(first), start_of(last + timedelta(days=1))
    except OverflowError as error:
        raise BroadcastError("日期超出了范围", place=f"{first} 至 {last}") from error
    return begin, end


def playlog_page(
    database: Database, asked: Asked, *, after_id: int | None, limit: int
) -> list[Logged]:
    """At most `limit` broadcasts, the newest slot first, from after that one."""
    with database.session(snapshot=True) as session:
        found = playlog.find(session, asked, after_id=after_id, newest_first=True, limit=limit)
        return _logged(session, found)


def walk_playlog(database: Database, asked: Asked) -> Iterator[Logged]:
    """All of them, the oldest slot first, however many they are."""
    last: int | None = None
    while True:
        with database.session(snapshot=True) as session:
            found = playlog.find(session, asked, after_id=last, newest_first=False, limit=_AT_ONCE)
            logged = _logged(session, found)
        yield from logged
        if len(logged) < _AT_ONCE:
            return
        last = logged[-1].id


def _logged(session: Session, found: Sequence[playlog.Found]) -> list[Logged]:
    ids = [one.row.id for one in found]
    heard = proof.among(session, ids)
    corrected = chains.corrected(session, [one.row for one in found])
    plans, makers = playlog.planned(session, ids), playlog.made_by(session, ids)
    told: dict[int, dict[int, list[tuple[ReceiptRow, PlayerRow]]]] = {}
    for receipt, player in playlog.receipts(session, ids):
        told.setdefault(receipt.broadcast_id, {}).setdefault(player.id, []).append(
            (receipt, player)
        )
    logged = []
    for one in found:
        row = one.row
        asked_by = one.author or ("计划" if row.id in plans else makers.get(row.id, ""))
        logged.append(
            Logged(
                id=row.id,
                title=row.title,
                hall=one.hall,
                priority=Priority(row.priority),
                status=Status(row.status),
                state=BroadcastState(row.state),
                slot_at=row.slot_at,
                started_at=row.started_at,
                ended_at=row.ended_at,
                duration_ms=row.duration_ms,
                clauses=len(row.clauses),
                heard=row.id in heard,
                asked_by="自动重播" if row.relation == RETRY else asked_by,
                approved_by=one.decided_by or "",
                digest=row.approved or "",
                as_approved=bool(row.approved) and row.approved == one.digest,
                corrected_by=corrected.get(row.id),
                ears=[ear(reports) for reports in told.get(row.id, {}).values()],
            )
        )
    return logged


def ear(reports: Sequence[tuple[ReceiptRow, PlayerRow]]) -> Ear:
    """What one player told of one broadcast, from its receipts, oldest first."""
    player = reports[0][1]
    by = {event: [r for r, _ in reports if r.event == event.value] for event in ReceiptEvent}
    began = [*by[ReceiptEvent.STARTED], *by[ReceiptEvent.CLAUSE]]
    said = [r.ordinal for r in by[ReceiptEvent.CLAUSE] if r.ordinal is not None]
    return Ear(
        player=called(player.title, player.key),
        enrolled=any(receipt.proven for receipt, _ in reports),
        started_at=min((r.at for r in began), default=None),
        ended_at=max((r.at for r in by[ReceiptEvent.ENDED]), default=None),
        first=min(said, default=None),
        last=max(said, default=None),
        interrupted=len(by[ReceiptEvent.INTERRUPTED]),
        soundless=next((event.value for event in _SOUNDLESS if by[event]), None),
    )

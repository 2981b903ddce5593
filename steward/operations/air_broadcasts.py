"""Put on the air what is next, take off what has ended, hall by hall."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from steward.broadcasts import lineup
from steward.broadcasts.queries import broadcasts, changes, halls, receipts, slots
from steward.broadcasts.tables import BroadcastRow
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import Priority, ReceiptEvent
from steward.errors import BroadcastError
from steward.operations.studio import Studio

log = logging.getLogger(__name__)

CHIMES_MS = 5000  # at most, before and after together
READING_MS = 250  # a character of a clause shown without sound


def air_broadcasts(studio: Studio, *, now: datetime) -> list[tuple[int, S, str]]:
    """One look at every hall; the moves made, as (broadcast id, new state, why)."""
    made = []
    for broadcast_id, state, why in _due_moves(studio, now):
        try:
            with studio.database.session(write=True) as session:
                row = broadcasts.get(session, broadcast_id)
                broadcasts.move(session, row, state, at=now, by=studio.owner, why=why)
        except BroadcastError as error:
            # Another engine was quicker; the next look sees what is so.
            log.info("播报 %s 未变为 %s：%s", broadcast_id, state.value, error)
        else:
            made.append((broadcast_id, state, why))
    return made


def finish_slots(studio: Studio, *, now: datetime) -> None:
    """Close the slots whose broadcast has ended and is kept, and renew the leases of the rest."""
    with studio.database.session() as session:
        mine = slots.work_of(session, studio.owner)
        done = [
            (slot.id, row.state)
            for slot, row in mine
            if (row.state == S.PLAYED.value and row.sound_key is not None)
            or row.state in (S.FAILED, S.CANCELLED, S.EXPIRED, S.SUPERSEDED)
        ]
        half = slots.lease(now, studio.lease_s / 2)
        old = any(slot.lease_until < half for slot, _ in mine)
    if not done and not old:
        return
    with studio.database.session(write=True) as session:
        for slot_id, outcome in done:
            slots.finish(session, slots.get(session, slot_id), outcome)
        slots.renew(session, studio.owner, below=half, lease_until=slots.lease(now, studio.lease_s))


def _due_moves(studio: Studio, now: datetime) -> list[tuple[int, S, str]]:
    """What is due; ends come before beginnings, so that a free hall is used at the next look."""
    moves: list[tuple[int, S, str]] = []
    with studio.database.session() as session:
        for hall in halls.every(session):
            rows = broadcasts.lineup(session, hall.id)
            plans = slots.plan_ids(session, [row.id for row in rows])
            items = [_item(row, plans.get(row.id)) for row in rows]
            moves += [(one.id, S.EXPIRED, "等待时间已过") for one in lineup.expired(items, now)]
            moves += [
                (old.id, S.SUPERSEDED, f"同一计划有了新的播报 {new.id}")
                for old, new in lineup.superseded(items)
            ]
            playing = [row for row in rows if row.state == S.PLAYING.value]
            for row in playing:
                ended = receipts.newest(session, row.id, ReceiptEvent.ENDED)
                if ended is not None and row.started_at and ended.at >= row.started_at:
                    moves.append((row.id, S.PLAYED, "播放点已播完"))
                    continue
                clips = broadcasts.clips(session, row.id)
                settled = changes.settled_at(session, row.id)
                muted = changes.muted(session, row.id)
                if len(clips) + len(muted) < len(row.clauses) or row.started_at is None:
                    continue
                lengths = {ordinal: clip.duration_ms for ordinal, clip in clips.items()}
                over = _over_at(row, row.started_at, lengths, settled)
                if over + timedelta(seconds=studio.grace_s) <= now:
                    moves.append((row.id, S.PLAYED, "时长已到，没有收到播放点的播完回执"))
            chosen = lineup.next_up(items, now)
            if chosen is not None:
                moves.append((chosen.id, S.PLAYING, ""))
    return moves


def _over_at(
    row: BroadcastRow, started_at: datetime, lengths: dict[int, int], settled: datetime | None
) -> datetime:
    """When its sound must have ended: its whole length, or its last clip after that was made."""
    total = CHIMES_MS
    last = 0
    for ordinal, clause in enumerate(row.clauses):
        shown = lengths.get(ordinal, len(clause["written"]) * READING_MS)
        last = shown + int(clause["pause_ms"])
        total += last
    over = started_at + timedelta(milliseconds=total)
    if settled is not None:
        over = max(over, settled + timedelta(milliseconds=last + CHIMES_MS))
    return over


def _item(row: BroadcastRow, plan_id: int | None) -> lineup.Item:
    return lineup.Item(
        id=row.id,
        priority=Priority(row.priority),
        slot_at=row.slot_at,
        state=S(row.state),
        plan_id=plan_id,
        expires_at=row.expires_at,
    )

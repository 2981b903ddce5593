"""Put on the air what is next, take off what has ended or is interrupted, hall by hall."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from steward.broadcasts import lineup
from steward.broadcasts.queries import (
    airings,
    broadcasts,
    changes,
    endings,
    halls,
    plans,
    proof,
    slots,
)
from steward.broadcasts.tables import BroadcastRow
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import Priority
from steward.errors import BroadcastError
from steward.operations.recover_slots import fate
from steward.operations.studio import Studio
from steward.operations.take_slot import ASKED_FOR
from steward.speech.audio.chime import opening_ms

log = logging.getLogger(__name__)

Moved = tuple[int, S, str]


def air_broadcasts(studio: Studio, *, now: datetime) -> list[Moved]:
    """One look at every hall; the moves made, as (broadcast id, new state, why)."""
    made = []
    with studio.database.session() as session:
        hall_ids = [hall.id for hall in halls.every(session)]
    for hall_id in hall_ids:
        for step in _due_steps(studio, hall_id, now):
            try:
                made += _take(studio, hall_id, step, now)
            except BroadcastError as error:
                # Staff or another engine were quicker; the next look sees what is so.
                log.info("%s 未成：%s", [(item.id, state.value) for item, state, _ in step], error)
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


def _take(studio: Studio, hall_id: int, step: Sequence[lineup.Move], now: datetime) -> list[Moved]:
    """One step in one transaction: the hall is never silent between who goes and who comes."""
    made = []
    with studio.database.session(write=True) as session:
        hall = halls.locked(session, hall_id)
        rows = broadcasts.locked(session, [item.id for item, _, _ in step])
        for row, (item, state, given) in zip(rows, step, strict=True):
            why = given
            if state is S.PLAYING:
                if not item.urgent and halls.on_hold(hall, now):
                    raise BroadcastError("大厅刚被暂停", place=hall.title)
                if item.begun:
                    row.from_ordinal = airings.resume_ordinal(
                        session, row, chime_ms=opening_ms(item.priority)
                    )
                    why = f"从第 {row.from_ordinal + 1} 句继续"
            move = endings.lay_aside if state is S.HELD else broadcasts.move
            move(session, row, state, at=now, by=studio.owner, why=why)
            made.append((item.id, state, why))
    return made


def _due_steps(studio: Studio, hall_id: int, now: datetime) -> list[list[lineup.Move]]:
    """What is due; ends come before beginnings, so that a free hall is used at once."""
    with studio.database.session() as session:
        on_hold = halls.on_hold(halls.get(session, hall_id), now)
        steps: list[list[lineup.Move]] = []
        items = []
        rows = broadcasts.lineup(session, hall_id)
        plan_ids = slots.plan_ids(session, [row.id for row in rows])
        for row in rows:
            item = item_of(row, plan_ids.get(row.id))
            if row.state == S.PLAYING.value:
                if proof.among(session, [row.id], proof.HEARD, row.started_at):
                    steps.append([(item, S.PLAYED, "播放点已播完")])
                    continue
                over = airings.over_at(session, row)
                if over is not None and over + timedelta(seconds=studio.grace_s) <= now:
                    steps.append([(item, S.PLAYED, "时长已到，没有收到播放点的播完回执")])
                    continue
            elif row.slot_at <= now and (item.begun or (on_hold and not item.urgent)):
                rule = plans.get(session, item.plan_id) if item.plan_id else ASKED_FOR
                history = changes.of_broadcast(session, row.id)
                item = replace(item, late=fate(rule, row, history, now))
            items.append(item)
    return steps + lineup.decide(items, now, on_hold=on_hold)


def item_of(row: BroadcastRow, plan_id: int | None = None) -> lineup.Item:
    """A broadcast as the line-up sees it."""
    return lineup.Item(
        id=row.id,
        priority=Priority(row.priority),
        slot_at=row.slot_at,
        state=S(row.state),
        plan_id=plan_id,
        expires_at=row.expires_at,
        begun=row.state != S.PLAYING.value and row.started_at is not None,
    )

"""The lineup of one hall: who goes next, who interrupts whom, who may not wait any longer. Pure.

One broadcast plays at a time. Only an emergency interrupts, and only what is none itself; two
emergencies go by their time. What was interrupted comes back after all emergencies and before
everybody else. Then important goes before routine before notice, by slot. A notice gives way to
whatever waits, and expires; of two waiting broadcasts of the same plan the older one is
superseded, for its figures are no longer news. While a hall is on hold (paused, or in its quiet
hours) only emergencies begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from steward.domain.broadcasts import BroadcastState, Priority

_RANK = {priority: rank for rank, priority in enumerate(Priority)}
_WAITING = frozenset({BroadcastState.APPROVED, BroadcastState.RENDERING, BroadcastState.READY})


@dataclass(frozen=True)
class Item:
    """What the lineup needs to know of a broadcast. `plan_id` is None for one without a plan.

    `begun`: it was on the air and waits to go on. `late`: its plan's rule no longer lets it be
    heard; the state it must go to, and why.
    """

    id: int
    priority: Priority
    slot_at: datetime
    state: BroadcastState
    plan_id: int | None = None
    expires_at: datetime | None = None
    begun: bool = False
    late: tuple[BroadcastState, str] | None = None

    @property
    def urgent(self) -> bool:
        """Whether it interrupts, and passes a pause and quiet hours."""
        return self.priority is Priority.EMERGENCY


# (broadcast, the state it goes to, why)
Move = tuple[Item, BroadcastState, str]


def decide(items: Sequence[Item], now: datetime, *, on_hold: bool = False) -> list[list[Move]]:
    """What is due: each inner list is one step, made as a whole or not at all."""
    over = expired(items, now)
    steps: list[list[Move]] = [
        [(item, *(item.late or (BroadcastState.EXPIRED, "等待时间已过")))] for item in over
    ]
    steps += [
        [(old, BroadcastState.SUPERSEDED, f"同一计划有了新的播报 {new.id}")]
        for old, new in superseded(items)
        if old not in over
    ]
    chosen = next_up(items, now, on_hold=on_hold)
    if chosen is not None:
        why = f"被紧急播报 {chosen.id} 打断"
        steps.append(
            [
                *((item, BroadcastState.READY, why) for item in on_air(items)),
                (chosen, BroadcastState.PLAYING, ""),
            ]
        )
    return steps


def order(items: Sequence[Item]) -> list[Item]:
    """Emergencies, what was interrupted, important, routine, notice; then by slot, then age."""
    return sorted(
        items,
        key=lambda one: (not one.urgent, not one.begun, _RANK[one.priority], one.slot_at, one.id),
    )


def on_air(items: Sequence[Item]) -> list[Item]:
    """What plays: one, or none."""
    return [item for item in items if item.state is BroadcastState.PLAYING]


def next_up(items: Sequence[Item], now: datetime, *, on_hold: bool = False) -> Item | None:
    """Who may begin now: the first ready one whose slot has come.

    While another plays that is an emergency which interrupts it, or nobody. A broadcast whose
    sound is still being made does not hold up those that are ready, but for two: nothing begins
    before a waiting emergency, and a notice before nothing that waits.
    """
    gone = {item.id for item in expired(items, now)} | {old.id for old, _ in superseded(items)}
    waiting = [
        item
        for item in order(items)
        if item.state in _WAITING and item.slot_at <= now and item.id not in gone
    ]
    playing = on_air(items)
    if any(item.urgent for item in playing):
        return None
    only_urgent = on_hold or bool(playing) or any(item.urgent for item in waiting)
    for item in waiting:
        if item.state is not BroadcastState.READY or (only_urgent and not item.urgent):
            continue
        if not item.begun and _gives_way(item) and not all(map(_gives_way, waiting)):
            continue
        return item
    return None


def expired(items: Sequence[Item], now: datetime) -> list[Item]:
    """Waiting ones whose time has run out, or that have become too late for their plan's rule."""
    return [
        item
        for item in items
        if item.state in _WAITING
        and (item.late is not None or (item.expires_at is not None and item.expires_at <= now))
    ]


def superseded(items: Sequence[Item]) -> list[tuple[Item, Item]]:
    """Waiting ones with a later slot of the same plan behind them, each with its newest."""
    newest: dict[int, Item] = {}
    for item in items:
        if item.plan_id is not None and item.state in _WAITING:
            rival = newest.get(item.plan_id, item)
            newest[item.plan_id] = max(rival, item, key=lambda one: (one.slot_at, one.id))
    return [
        (item, newest[item.plan_id])
        for item in items
        if item.plan_id in newest and item.state in _WAITING and item.id != newest[item.plan_id].id
    ]


def _gives_way(item: Item) -> bool:
    return item.priority is Priority.NOTICE

"""The lineup of one hall: who goes next, who may not wait any longer. Pure.

One broadcast plays at a time. Those waiting go by priority, then by slot. A notice gives way to
everything else and expires; of two waiting broadcasts of the same plan the older one is
superseded, for its figures are no longer news.
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
    """What the lineup needs to know of a broadcast. `plan_id` is None for one without a plan."""

    id: int
    priority: Priority
    slot_at: datetime
    state: BroadcastState
    plan_id: int | None = None
    expires_at: datetime | None = None


def order(items: Sequence[Item]) -> list[Item]:
    """By priority (emergency, important, routine, notice), then slot, then age."""
    return sorted(items, key=lambda item: (_RANK[item.priority], item.slot_at, item.id))


def next_up(items: Sequence[Item], now: datetime) -> Item | None:
    """Who may begin now: the first ready one whose slot has come; None while another plays.

    A broadcast whose sound is still being made does not hold up those that are ready.
    """
    if any(item.state is BroadcastState.PLAYING for item in items):
        return None
    gone = {item.id for item in expired(items, now)} | {old.id for old, _ in superseded(items)}
    for item in order(items):
        if item.state is BroadcastState.READY and item.slot_at <= now and item.id not in gone:
            return item
    return None


def expired(items: Sequence[Item], now: datetime) -> list[Item]:
    """Waiting ones whose time has run out."""
    return [
        item
        for item in items
        if item.state in _WAITING and item.expires_at is not None and item.expires_at <= now
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

"""The transition table of a broadcast's life; every other transition is an error.

    draft → awaiting_approval → approved → rendering → ready → playing → played

`ready` means: its first clip exists (or no voice could speak), so it may begin; the rest is made
while it plays. `held` waits for staff. Nothing is dropped silently: every broadcast ends in one
of the FINAL states, each with its reason in the log of changes.
"""

from __future__ import annotations

from steward.domain.broadcasts import STATE_NAMES, BroadcastState
from steward.errors import BroadcastError, Overtaken

S = BroadcastState
_LAID_ASIDE = frozenset({S.HELD, S.FAILED, S.CANCELLED, S.EXPIRED, S.SUPERSEDED})

TRANSITIONS: dict[BroadcastState, frozenset[BroadcastState]] = {
    S.DRAFT: frozenset({S.AWAITING_APPROVAL, S.CANCELLED, S.SUPERSEDED}),
    # Returned to its writer as a draft, or let pass.
    S.AWAITING_APPROVAL: frozenset(
        {S.DRAFT, S.APPROVED, S.CANCELLED, S.EXPIRED, S.SUPERSEDED},
    ),
    S.APPROVED: frozenset({S.RENDERING}) | _LAID_ASIDE,
    # Back to approved when its engine died over it.
    S.RENDERING: frozenset({S.READY, S.APPROVED}) | _LAID_ASIDE,
    S.READY: frozenset({S.PLAYING}) | _LAID_ASIDE,
    # Back to ready when something more urgent interrupts it.
    S.PLAYING: frozenset({S.PLAYED, S.READY, S.FAILED, S.CANCELLED}),
    S.HELD: frozenset({S.APPROVED, S.CANCELLED, S.EXPIRED, S.SUPERSEDED}),
    S.PLAYED: frozenset(),
    S.FAILED: frozenset(),
    S.CANCELLED: frozenset(),
    S.EXPIRED: frozenset(),
    S.SUPERSEDED: frozenset(),
}

FINAL = frozenset(state for state, after in TRANSITIONS.items() if not after)
# A new broadcast begins its life in one of these; the log shows it as a change from nothing.
FIRST = frozenset({S.DRAFT, S.AWAITING_APPROVAL, S.APPROVED, S.HELD})


def move(current: BroadcastState, to: BroadcastState) -> BroadcastState:
    """`to`, when the table allows it. Raises Overtaken naming both states in Chinese."""
    if to not in TRANSITIONS[current]:
        raise Overtaken(
            f"播报处于“{STATE_NAMES[current]}”，不能变为“{STATE_NAMES[to]}”",
        )
    return to


def begin(state: BroadcastState) -> BroadcastState:
    """`state`, when a broadcast may be created in it. Raises BroadcastError."""
    if state not in FIRST:
        raise BroadcastError(f"播报不能一开始就是“{STATE_NAMES[state]}”")
    return state

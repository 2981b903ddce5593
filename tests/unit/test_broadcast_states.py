"""The transition table of a broadcast, exhaustively."""

from __future__ import annotations

import itertools

import pytest

from steward.broadcasts import states
from steward.domain.broadcasts import BroadcastState as S
from steward.errors import BroadcastError

ALLOWED = {
    "draft": "awaiting_approval cancelled superseded",
    "awaiting_approval": "draft approved cancelled expired superseded",
    "approved": "rendering held failed cancelled expired superseded",
    "rendering": "ready approved held failed cancelled expired superseded",
    "ready": "playing held failed cancelled expired superseded",
    "playing": "played ready failed cancelled",
    "held": "approved cancelled expired superseded",
    "played": "",
    "failed": "",
    "cancelled": "",
    "expired": "",
    "superseded": "",
}


@pytest.mark.parametrize(("before", "after"), list(itertools.product(S, S)))
def test_only_the_listed_transitions_are_allowed(before: S, after: S) -> None:
    if after.value in ALLOWED[before.value].split():
        assert states.move(before, after) is after
    else:
        with pytest.raises(BroadcastError, match="不能变为"):
            states.move(before, after)


def test_every_state_is_in_the_table() -> None:
    assert set(states.TRANSITIONS) == set(S)


def test_every_state_can_reach_an_end() -> None:
    for state in S:
        seen, front = {state}, [state]
        while front:
            front = [n for s in front for n in states.TRANSITIONS[s] if n not in seen]
            seen.update(front)
        assert seen & states.FINAL


def test_ends_are_the_five_of_the_record() -> None:
    assert {s.value for s in states.FINAL} == {
        "played",
        "failed",
        "cancelled",
        "expired",
        "superseded",
    }


@pytest.mark.parametrize("state", S)
def test_a_broadcast_begins_where_it_may(state: S) -> None:
    if state.value in ("draft", "awaiting_approval", "approved", "held"):
        assert states.begin(state) is state
    else:
        with pytest.raises(BroadcastError, match="一开始"):
            states.begin(state)

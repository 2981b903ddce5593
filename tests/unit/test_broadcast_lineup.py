"""The lineup of a hall."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.broadcasts import lineup, states
from steward.broadcasts.lineup import Item
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import Priority as P
from steward.domain.weeks import district_instant

NINE = district_instant("2021-11-16T09:00")


def item(id: int, priority: P = P.ROUTINE, state: S = S.READY, **more: object) -> Item:
    return Item(id=id, priority=priority, state=state, slot_at=NINE, **more)  # type: ignore[arg-type]


def test_priority_then_slot_then_age() -> None:
    late = Item(9, P.IMPORTANT, NINE + timedelta(minutes=1), S.READY)
    items = [item(1, P.NOTICE), item(3), item(2), late, item(4, P.EMERGENCY), item(5, P.IMPORTANT)]
    assert [one.id for one in lineup.order(items)] == [4, 5, 9, 2, 3, 1]


def test_one_at_a_time() -> None:
    assert lineup.next_up([item(1, state=S.PLAYING), item(2, P.IMPORTANT)], NINE) is None


def test_what_is_not_ready_holds_up_nobody() -> None:
    chosen = lineup.next_up([item(1, P.IMPORTANT, S.RENDERING), item(2)], NINE)
    assert chosen is not None
    assert chosen.id == 2


def test_nothing_begins_before_its_slot() -> None:
    assert lineup.next_up([item(1)], NINE - timedelta(microseconds=1)) is None
    assert lineup.next_up([item(1)], NINE) == item(1)


def test_a_notice_expires_where_it_waits_and_not_while_it_plays() -> None:
    limit: datetime = NINE + timedelta(minutes=30)
    waiting = item(1, P.NOTICE, expires_at=limit)
    on_air = item(2, P.NOTICE, S.PLAYING, expires_at=limit)
    assert lineup.expired([waiting, on_air], limit - timedelta(seconds=1)) == []
    assert lineup.expired([waiting, on_air], limit) == [waiting]
    assert lineup.next_up([waiting], limit) is None


def test_a_newer_slot_of_the_same_plan_supersedes_the_one_that_waits() -> None:
    old = item(1, plan_id=7)
    new = Item(2, P.ROUTINE, NINE + timedelta(days=1), S.RENDERING, plan_id=7)
    other = item(3, plan_id=8)
    assert lineup.superseded([old, new, other]) == [(old, new)]
    assert lineup.next_up([old, new], NINE) is None


def test_what_plays_is_not_superseded() -> None:
    on_air = item(1, state=S.PLAYING, plan_id=7)
    new = Item(2, P.ROUTINE, NINE + timedelta(days=1), S.READY, plan_id=7)
    assert lineup.superseded([on_air, new]) == []


def test_broadcasts_without_a_plan_supersede_nobody() -> None:
    assert lineup.superseded([item(1), item(2)]) == []


def test_only_an_emergency_interrupts_and_only_what_is_none() -> None:
    plays = item(1, state=S.PLAYING)
    assert lineup.next_up([plays, item(2, P.IMPORTANT)], NINE) is None
    assert lineup.next_up([plays, item(2, P.EMERGENCY)], NINE) == item(2, P.EMERGENCY)
    urgent = item(1, P.EMERGENCY, S.PLAYING)
    assert lineup.next_up([urgent, item(2, P.EMERGENCY)], NINE) is None


def test_who_goes_and_who_comes_is_one_step() -> None:
    plays, comes = item(1, state=S.PLAYING), item(2, P.EMERGENCY)
    assert lineup.decide([plays, comes], NINE) == [
        [(plays, S.READY, "被紧急播报 2 打断"), (comes, S.PLAYING, "")]
    ]


def test_what_was_interrupted_comes_back_after_all_emergencies_and_before_the_rest() -> None:
    begun = item(1, begun=True)
    others = [item(2, P.IMPORTANT), item(3, P.EMERGENCY), item(4, P.EMERGENCY)]
    assert [one.id for one in lineup.order([begun, *others])] == [3, 4, 1, 2]
    being_made = item(5, P.EMERGENCY, S.RENDERING)
    assert lineup.next_up([begun, being_made], NINE) is None
    assert lineup.next_up([begun, item(2, P.IMPORTANT)], NINE) == begun


def test_two_emergencies_go_by_their_time() -> None:
    later = Item(1, P.EMERGENCY, NINE, S.READY)
    earlier = Item(2, P.EMERGENCY, NINE - timedelta(seconds=1), S.READY)
    assert lineup.next_up([later, earlier], NINE) == earlier


@pytest.mark.parametrize("state", [S.APPROVED, S.RENDERING, S.READY])
def test_a_notice_gives_way_to_whatever_waits(state: S) -> None:
    notice, other = item(1, P.NOTICE), item(2, state=state)
    chosen = lineup.next_up([notice, other], NINE)
    assert chosen == (other if state is S.READY else None)
    assert lineup.next_up([notice, item(3, P.NOTICE, S.RENDERING)], NINE) == notice
    to_come = Item(2, P.ROUTINE, NINE + timedelta(minutes=1), state)
    assert lineup.next_up([notice, to_come], NINE) == notice


def test_on_hold_only_emergencies_begin() -> None:
    assert lineup.next_up([item(1, P.IMPORTANT), item(2, begun=True)], NINE, on_hold=True) is None
    urgent = item(3, P.EMERGENCY)
    assert lineup.next_up([item(1), urgent], NINE, on_hold=True) == urgent


def test_what_came_too_late_goes_where_its_rule_says() -> None:
    late = item(1, late=(S.HELD, "错过 5 分钟，按计划等待确认"))
    assert lineup.decide([late], NINE) == [[(late, S.HELD, "错过 5 分钟，按计划等待确认")]]


_ITEMS = st.lists(
    st.builds(
        Item,
        id=st.integers(1, 1000),
        priority=st.sampled_from(P),
        slot_at=st.integers(-3, 3).map(lambda h: NINE + timedelta(hours=h)),
        state=st.sampled_from([S.APPROVED, S.RENDERING, S.READY, S.PLAYING]),
        plan_id=st.none() | st.integers(1, 3),
        expires_at=st.none() | st.integers(-3, 3).map(lambda h: NINE + timedelta(hours=h)),
        begun=st.booleans(),
    ),
    unique_by=lambda one: one.id,
    max_size=8,
).filter(lambda items: len(lineup.on_air(items)) < 2)


@given(_ITEMS, st.booleans())
def test_whoever_begins_may_begin_and_nobody_better_could(items: list[Item], on_hold: bool) -> None:
    chosen = lineup.next_up(items, NINE, on_hold=on_hold)
    if chosen is None:
        return
    assert chosen.state is S.READY
    assert chosen.slot_at <= NINE
    if on_hold or lineup.on_air(items):
        assert chosen.urgent
    assert not any(one.urgent for one in lineup.on_air(items))
    gone = {one.id for one in lineup.expired(items, NINE)}
    gone |= {old.id for old, _ in lineup.superseded(items)}
    able = [o for o in items if o.state is S.READY and o.slot_at <= NINE and o.id not in gone]
    assert lineup.order(able)[0] == chosen


@given(_ITEMS, st.booleans())
def test_each_move_is_one_of_the_table_and_each_broadcast_moves_once(
    items: list[Item], on_hold: bool
) -> None:
    steps = lineup.decide(items, NINE, on_hold=on_hold)
    moved = [one for step in steps for one in step]
    for one, to, _ in moved:
        assert states.move(one.state, to) is to
    assert len({one.id for one, _, _ in moved}) == len(moved)

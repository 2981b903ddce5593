"""The lineup of a hall."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from steward.broadcasts import lineup
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


_ITEMS = st.lists(
    st.builds(
        Item,
        id=st.integers(1, 1000),
        priority=st.sampled_from(P),
        slot_at=st.integers(-3, 3).map(lambda h: NINE + timedelta(hours=h)),
        state=st.sampled_from([S.APPROVED, S.RENDERING, S.READY, S.PLAYING]),
        plan_id=st.none() | st.integers(1, 3),
        expires_at=st.none() | st.integers(-3, 3).map(lambda h: NINE + timedelta(hours=h)),
    ),
    unique_by=lambda one: one.id,
    max_size=8,
)


@given(_ITEMS)
def test_whoever_begins_may_begin_and_nobody_better_could(items: list[Item]) -> None:
    chosen = lineup.next_up(items, NINE)
    if chosen is None:
        return
    assert chosen.state is S.READY
    assert chosen.slot_at <= NINE
    assert all(one.state is not S.PLAYING for one in items)
    gone = {one.id for one in lineup.expired(items, NINE)}
    gone |= {old.id for old, _ in lineup.superseded(items)}
    able = [o for o in items if o.state is S.READY and o.slot_at <= NINE and o.id not in gone]
    assert lineup.order(able)[0] == chosen

"""A hall under everything that may come: one plays at most, and nothing is ever lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from steward.broadcasts import lineup, states
from steward.broadcasts.lineup import Item
from steward.broadcasts.states import FINAL
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import Priority as P
from steward.domain.weeks import district_instant

MINUTE = timedelta(minutes=1)
LINED_UP = {S.APPROVED, S.RENDERING, S.READY, S.PLAYING}


class Hall(RuleBasedStateMachine):
    """The lineup's decisions carried out, and between them whatever staff and time do."""

    def __init__(self) -> None:
        super().__init__()
        self.now = district_instant("2021-11-16T09:00")
        self.on_hold = False
        self.items: dict[int, Item] = {}

    @rule(
        priority=st.sampled_from(P),
        state=st.sampled_from([S.APPROVED, S.RENDERING, S.READY]),
        plan_id=st.none() | st.integers(1, 2),
        expires=st.none() | st.integers(1, 30),
        ahead=st.integers(0, 2),
    )
    def comes(
        self, priority: P, state: S, plan_id: int | None, expires: int | None, ahead: int
    ) -> None:
        number = len(self.items) + 1
        self.items[number] = Item(
            number,
            priority,
            self.now + ahead * MINUTE,
            state,
            plan_id=plan_id,
            expires_at=None if expires is None else self.now + expires * MINUTE,
        )

    @rule()
    def sounds_are_made(self) -> None:
        for item in self._in({S.APPROVED, S.RENDERING}):
            self.items[item.id] = replace(item, state=S.READY)

    @precondition(lambda self: lineup.on_air(list(self.items.values())))
    @rule(to=st.sampled_from([S.PLAYED, S.CANCELLED]))
    def it_ends(self, to: S) -> None:
        (item,) = self._in({S.PLAYING})
        self._move(item, to)

    @rule()
    def staff_pause(self) -> None:
        self.on_hold = True
        for item in self._in({S.PLAYING}):
            if not item.urgent:
                self._move(item, S.READY)

    @rule()
    def staff_resume(self) -> None:
        self.on_hold = False

    @rule(minutes=st.integers(0, 10))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        self.look()

    @rule()
    def look(self) -> None:
        before = {item.id for item in self._in({S.PLAYING})}
        for step in lineup.decide(self._in(LINED_UP), self.now, on_hold=self.on_hold):
            for item, to, _ in step:
                self._move(item, to)
        for item in self._in({S.PLAYING}):
            assert item.urgent or not self.on_hold or item.id in before

    @invariant()
    def at_most_one_plays(self) -> None:
        assert len(self._in({S.PLAYING})) <= 1

    @invariant()
    def no_emergency_was_interrupted(self) -> None:
        assert not [item for item in self._in({S.READY}) if item.begun and item.urgent]

    @invariant()
    def nothing_is_lost(self) -> None:
        """Left alone with free air, every broadcast comes to one of the ends."""
        items = {
            item.id: replace(
                item, state=S.READY if item.state in LINED_UP - {S.PLAYING} else item.state
            )
            for item in self.items.values()
        }
        now = self.now + 3 * MINUTE
        for _ in range(2 * len(items) + 1):
            waiting = [item for item in items.values() if item.state in LINED_UP]
            for item in lineup.on_air(waiting):
                items[item.id] = replace(item, state=S.PLAYED)
            waiting = [item for item in items.values() if item.state in LINED_UP]
            for step in lineup.decide(waiting, now):
                for item, to, _ in step:
                    items[item.id] = replace(item, state=to)
        assert {item.state for item in items.values()} <= FINAL

    def _in(self, wanted: set[S]) -> list[Item]:
        return [item for item in self.items.values() if item.state in wanted]

    def _move(self, item: Item, to: S) -> None:
        states.move(item.state, to)
        began = item.begun or item.state is S.PLAYING
        self.items[item.id] = replace(item, state=to, begun=began)


TestHall = Hall.TestCase
TestHall.settings = settings(max_examples=60, stateful_step_count=25)

"""What a player plays, by what the hall's log tells: the rules of the hall's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from steward.domain.broadcasts import ReceiptEvent, SoundState
from steward.player.conductor import Conductor
from steward.player.course import Mark
from steward.player.playable import Playable
from steward.player.speaker import Speaker
from steward.speech.engine import Samples
from tests.support.playing import RATE_HZ, clause, noise, playable

SECOND = RATE_HZ
ROUTINE = playable([clause(0, "zero"), clause(1, "one"), clause(2, "two")])
EMERGENCY = playable([clause(0, "fire")], id=9)


class House:
    """A conductor with a desk of papers and a loudspeaker whose samples the test takes."""

    def __init__(self, *broadcasts: Playable) -> None:
        self.broadcasts = {one.id: one for one in broadcasts}
        self.sounds = {
            name: noise(0.5, seed)
            for seed, name in enumerate(("before", "zero", "one", "two", "fire", "after"))
        }
        self.asked: list[int] = []
        self.fetches: list[tuple[int, list[str], bool]] = []
        self.receipts: list[tuple[int, str, int | None, str]] = []
        self.shown: list[tuple[int, int | None]] = []
        self.marks: list[Mark] = []
        self.speaker = Speaker()
        self.conductor = Conductor(self.speaker, self, RATE_HZ, self.marks.append)

    def ask(self, broadcast_id: int) -> None:
        self.asked.append(broadcast_id)

    def fetch(self, broadcast_id: int, names: Sequence[str], *, urgent: bool) -> None:
        self.fetches.append((broadcast_id, list(names), urgent))

    def sound(self, name: str) -> Samples | None:
        return self.sounds.get(name)

    def receipt(
        self, broadcast_id: int, event: ReceiptEvent, ordinal: int | None, detail: str
    ) -> None:
        self.receipts.append((broadcast_id, event.value, ordinal, detail))

    def show(self, broadcast: Playable, ordinal: int | None) -> None:
        self.shown.append((broadcast.id, ordinal))

    def answer(self) -> None:
        """The desk's answers so far."""
        asked, self.asked = self.asked, []
        for broadcast_id in asked:
            self.conductor.document(broadcast_id, self.broadcasts.get(broadcast_id))

    def air(self, broadcast_id: int) -> None:
        self.change(broadcast_id, "playing")
        self.answer()

    def change(self, broadcast_id: int, to: str, why: str = "", what: str = "state") -> None:
        self.conductor.change({"broadcast_id": broadcast_id, "what": what, "to": to, "why": why})

    def hear(self, seconds: float) -> Samples:
        taken = self.speaker.take(round(seconds * SECOND))
        marks, self.marks[:] = list(self.marks), []
        for mark in marks:
            self.conductor.mark(mark)
        return taken

    def events(self, broadcast_id: int = 7) -> list[tuple[str, int | None]]:
        return [(event, ordinal) for one, event, ordinal, _ in self.receipts if one == broadcast_id]


def test_a_broadcast_from_its_first_receipt_to_its_last() -> None:
    house = House(ROUTINE)
    house.conductor.hello(None)
    house.change(7, "ready")
    house.answer()
    assert house.fetches == [(7, ["before", "zero", "one", "two", "after"], False)]
    house.conductor.fetched(7)
    house.conductor.fetched(7)
    house.air(7)
    house.hear(10)
    assert house.events() == [
        ("fetched", None),
        ("started", None),
        ("clause", 0),
        ("clause", 1),
        ("clause", 2),
        ("ended", None),
    ]
    assert house.shown == [(7, 0), (7, 1), (7, 2), (7, None)]
    house.conductor.hello(7)  # the server has not taken it off the air yet
    house.answer()
    assert not house.hear(10).any()


def test_an_act_upon_the_hall_itself_disturbs_nothing() -> None:
    """A pause, a volume: rows of the log without a broadcast."""
    house = House(ROUTINE)
    house.air(7)
    house.hear(0.3)
    act = {"broadcast_id": None, "what": "hall", "to": "volume", "why": "音量：100 → 80"}
    house.conductor.change(act)
    assert house.asked == []
    house.hear(10)
    assert house.events()[-1] == ("ended", None)


def test_an_emergency_cuts_and_the_rest_is_heard_afterwards_from_its_clause() -> None:
    house = House(ROUTINE, EMERGENCY)
    house.air(7)
    house.hear(1.3)  # the second clause
    house.change(7, "ready", why="让位于紧急播报")
    assert house.events()[-1] == ("interrupted", 1)
    assert house.receipts[-1][3] == "让位于紧急播报"
    assert not house.hear(0.5)[round(0.1 * SECOND) :].any()
    house.air(9)
    house.hear(3)
    assert house.events(9) == [("started", None), ("clause", 0), ("ended", None)]
    house.receipts.clear()
    house.air(7)
    taken = house.hear(10)
    np.testing.assert_array_equal(
        taken[taken != 0],
        np.concatenate([house.sounds[name] for name in ("before", "one", "two", "after")]),
    )
    assert house.events() == [("started", None), ("clause", 1), ("clause", 2), ("ended", None)]


def test_another_put_on_the_air_without_a_word_cuts_too() -> None:
    house = House(ROUTINE, EMERGENCY)
    house.air(7)
    house.hear(0.7)
    house.air(9)
    assert house.events() == [("started", None), ("clause", 0), ("interrupted", 0)]
    house.hear(3)
    assert house.events(9)[-1] == ("ended", None)


@pytest.mark.parametrize("to", ["cancelled", "held"])
def test_what_is_taken_off_stops_and_what_is_played_ends_by_itself(to: str) -> None:
    house = House(ROUTINE)
    house.air(7)
    house.hear(0.7)
    house.change(7, "played")
    assert house.hear(0.4).any()
    house.change(7, to)
    assert house.events()[-1] == ("interrupted", 0)


def test_an_old_answer_does_not_lose_the_broadcast() -> None:
    house = House(replace(ROUTINE, state="ready"))
    house.change(7, "ready")
    house.change(7, "playing")
    house.answer()
    house.broadcasts[7] = ROUTINE
    house.conductor.tick()
    house.answer()
    assert house.hear(1).any()


def test_while_the_server_is_away_it_goes_on_and_asks_afterwards_whether_it_may() -> None:
    house = House(ROUTINE)
    house.air(7)
    house.hear(0.7)
    house.conductor.connection(False)
    assert house.conductor.course is not None
    assert not house.conductor.course.connected
    assert house.hear(0.6).any()
    house.conductor.connection(True)
    house.broadcasts[7] = replace(ROUTINE, state="played")
    house.conductor.hello(None)
    house.answer()
    assert house.hear(0.2).any()
    house.broadcasts[7] = replace(ROUTINE, state="cancelled")
    house.conductor.hello(None)
    house.answer()
    assert house.events()[-1] == ("interrupted", 1)


def test_clips_made_meanwhile_are_asked_for_and_played() -> None:
    house = House(playable([clause(0, "zero"), clause(1, None)]))
    house.air(7)
    house.hear(1.5)
    house.conductor.tick()
    assert house.asked == [7]
    house.broadcasts[7] = playable([clause(0, "zero"), clause(1, "one")])
    house.change(7, "1", what="clip")
    house.answer()
    assert house.fetches[-1] == (7, ["before", "zero", "one", "after"], True)
    np.testing.assert_array_equal(house.hear(0.5), house.sounds["one"])


def test_a_lost_loudspeaker_is_reported_and_the_lost_clause_said_again() -> None:
    house = House(ROUTINE)
    house.air(7)
    house.hear(1.3)
    house.conductor.sounding(SoundState.BLOCKED, "音频设备已断开")
    assert house.receipts[-1] == (7, "blocked", 1, "音频设备已断开")
    house.hear(0.7)  # nobody hears the third clause
    assert house.shown[-1] == (7, 2)
    assert house.events()[-1] == ("blocked", 1)
    house.conductor.sounding(SoundState.READY)
    house.answer()
    house.hear(0.02)  # what was taken for nobody dies away
    taken = house.hear(10)
    assert house.events()[-4:] == [
        ("started", None),
        ("clause", 1),
        ("clause", 2),
        ("ended", None),
    ]
    assert taken.any()


def test_what_was_not_heard_at_all_has_no_receipt_of_an_end() -> None:
    house = House(ROUTINE)
    house.conductor.sounding(SoundState.BLOCKED)
    house.air(7)
    house.hear(10)
    assert house.events() == [("blocked", 0)]
    assert house.shown[-2:] == [(7, 2), (7, None)]
    house.conductor.sounding(SoundState.READY)  # still on the air: now it is heard
    house.answer()
    house.hear(10)
    assert house.events()[-1] == ("ended", None)


def test_a_muted_player_says_so_and_claims_nothing() -> None:
    house = House(ROUTINE)
    house.conductor.sounding(SoundState.MUTED)
    house.air(7)
    house.hear(10)
    assert house.events() == [("muted", 0)]


def test_a_stopped_player_says_where_it_was() -> None:
    house = House(ROUTINE)
    house.air(7)
    house.hear(1.3)
    house.conductor.stop("播放机停止")
    assert house.receipts[-1] == (7, "interrupted", 1, "播放机停止")


def test_it_is_as_loud_as_its_priority_is_set_and_acts_upon_the_hall_change_nothing_else() -> None:
    house = House(ROUTINE)
    house.conductor.set_volumes({"routine": 50})
    house.air(7)
    house.conductor.change({"broadcast_id": None, "what": "hall", "to": "volume", "why": ""})
    softly = house.hear(0.4)
    house.conductor.set_volumes({"routine": 100})
    house.hear(0.05)
    loudly = house.hear(0.4)
    before, zero = house.sounds["before"], house.sounds["zero"]
    np.testing.assert_allclose(softly, before[: len(softly)] / 4, atol=1e-6)
    at = round(0.45 * SECOND) + len(loudly) - len(before)
    np.testing.assert_allclose(loudly[-at:], zero[:at], atol=1e-6)

"""One encoder, any number of listeners, on a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from steward.speech.audio.mp3 import FRAME_BYTES
from steward.speech.engine import Samples
from steward.web.hall.radio import BURST_S, LINGER_S, MOST_BEHIND_S, Listener, Radio

BYTES_S = 8000


@dataclass
class Time:
    """Seconds that pass when somebody waits; at some of them something happens."""

    now: float = 100.0
    until: float = 103.0
    events: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    taken: int = 0

    def monotonic(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds
        while self.events and self.events[0][0] <= self.now:
            self.events.pop(0)[1]()

    def over(self) -> bool:
        return self.now >= self.until

    def programme(self, audience: Callable[[], int]) -> Callable[[int], Samples]:
        def take(count: int) -> Samples:
            self.taken += count
            return np.zeros(count, dtype=np.float32)

        return take

    def radio(self, *listeners: Listener) -> Radio:
        """Its listeners are there; the test runs it itself."""
        radio = Radio(self.monotonic, self.wait, self.over, self.programme, lambda run: None)
        for listener in listeners:
            radio.join(listener)
        return radio


def received(listener: Listener) -> tuple[bytes, bool]:
    """What it was sent, and whether it was told that there is no more."""
    chunks = [listener.chunks.get_nowait() for _ in range(listener.chunks.qsize())]
    return b"".join(chunk for chunk in chunks if chunk is not None), None in chunks


def test_it_keeps_the_pace_of_its_clock_and_a_second_ahead() -> None:
    time, listener = Time(), Listener()
    time.radio(listener).run()
    content, ended = received(listener)
    assert ended
    assert time.taken / 24_000 == pytest.approx(3.0 + BURST_S, abs=0.3)
    assert len(content) / BYTES_S == pytest.approx(3.0 + BURST_S, abs=0.4)


def test_one_that_comes_later_gets_the_last_second_at_once_from_a_frame_on() -> None:
    time, first, late = Time(), Listener(), Listener()
    radio = time.radio(first)
    sent: list[bytes] = []

    def join() -> None:
        radio.join(late)
        sent.append(received(late)[0])

    time.events.append((102.0, join))
    radio.run()
    assert len(sent[0]) / BYTES_S == pytest.approx(BURST_S, abs=0.2)
    assert sent[0][:3] == b"\xff\xf3\x84"
    assert len(sent[0]) % FRAME_BYTES == 0
    whole, _ = received(first)
    rest, _ = received(late)
    assert whole.endswith(sent[0] + rest)


def test_one_that_does_not_keep_up_is_sent_away_and_the_others_hear_on() -> None:
    time = Time(until=100.0 + MOST_BEHIND_S + 3)
    slow, quick = Listener(), Listener()
    radio = time.radio(slow, quick)
    heard = bytearray()

    def drain() -> None:
        heard.extend(received(quick)[0])

    time.events = [(101.0 + second, drain) for second in range(int(MOST_BEHIND_S) + 3)]
    radio.run()
    assert slow.dropped
    assert not quick.dropped
    assert slow.chunks.qsize() * 6 * FRAME_BYTES <= (MOST_BEHIND_S + BURST_S + 0.5) * BYTES_S
    assert len(heard) / BYTES_S > MOST_BEHIND_S + 2


def test_it_ends_a_minute_after_the_last_listener_left_and_not_before() -> None:
    time, listener = Time(until=1000.0), Listener()
    radio = time.radio(listener)
    time.events.append((105.0, lambda: radio.leave(listener)))
    radio.run()
    assert time.now == pytest.approx(105.0 + LINGER_S, abs=0.5)
    assert not radio.running


def test_after_a_long_halt_it_does_not_flood() -> None:
    time, listener = Time(until=403.0), Listener()

    def halt() -> None:
        received(listener)
        time.now += 300.0

    time.events.append((101.0, halt))
    time.radio(listener).run()
    assert time.taken / 24_000 < 12

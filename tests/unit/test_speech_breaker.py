"""The circuit breakers: who is left alone, and who is asked again."""

from __future__ import annotations

import threading

import pytest

from steward.domain.voices import Condition
from steward.errors import EngineFailed
from steward.speech.breaker import Breakers


def failing(*, retry: bool = True) -> None:
    raise EngineFailed("没有声音", place="x", retry=retry)


def fail(breakers: Breakers, times: int, *, retry: bool = True) -> None:
    for _ in range(times):
        with pytest.raises(EngineFailed, match="没有声音"):
            breakers.call("x", lambda: failing(retry=retry))


def test_a_voice_that_keeps_failing_is_left_alone() -> None:
    breakers = Breakers(failures=3, rest_s=60)
    fail(breakers, 3)
    called = []
    with pytest.raises(EngineFailed, match=r"60 秒内不再尝试（上次：没有声音") as refused:
        breakers.call("x", lambda: called.append(1))
    assert called == []
    assert not refused.value.retry
    assert breakers.conditions() == [Condition("voice:x", "resting", "没有声音（x）", 3)]


def test_another_voice_goes_on() -> None:
    breakers = Breakers(failures=1)
    fail(breakers, 1)
    assert breakers.call("y", lambda: 7) == 7
    assert [one.state for one in breakers.conditions()] == ["resting", "well"]


def test_success_forgives() -> None:
    breakers = Breakers(failures=3)
    fail(breakers, 2)
    breakers.call("x", lambda: None)
    fail(breakers, 2)
    assert breakers.conditions() == [Condition("voice:x", "well", "没有声音（x）", 2)]


def test_a_text_nobody_can_say_is_not_the_voices_fault() -> None:
    breakers = Breakers(failures=2)
    fail(breakers, 5, retry=False)
    assert breakers.call("x", lambda: 7) == 7


def test_after_its_rest_one_call_decides() -> None:
    breakers = Breakers(failures=2, rest_s=0)
    fail(breakers, 2)
    fail(breakers, 1)  # asked again, and failed again
    assert breakers.conditions()[0].state == "resting"
    assert breakers.call("x", lambda: 7) == 7
    assert breakers.conditions() == [Condition("voice:x", "well", "", 0)]


def test_a_voice_may_speak_twice_at_once() -> None:
    breakers = Breakers()
    both = threading.Barrier(2, timeout=10)
    threads = [
        threading.Thread(target=breakers.call, args=("x", both.wait), daemon=True) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert not both.broken
    assert breakers.conditions()[0].state == "well"

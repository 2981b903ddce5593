"""The course of a broadcast: joined to the sample, waits for what is missing, dies away if cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.player.course import (
    CHIME_PATIENCE_S,
    FADE_S,
    LINE_PATIENCE_S,
    PATIENCE_S,
    Course,
    Mark,
)
from steward.player.playable import Beginning, Playable, beginning
from steward.player.speaker import Speaker
from steward.speech.engine import Samples
from tests.support.playing import RATE_HZ, clause, noise, playable

SOUNDS = {
    "before": noise(0.3, 1),
    "zero": noise(0.5, 2),
    "one": noise(0.25, 3),
    "after": noise(0.2, 4),
}
BROADCAST = playable([clause(0, "zero"), clause(1, "one")])
PAUSE = np.zeros(round(0.1 * RATE_HZ), dtype=np.float32)
WHOLE = np.concatenate(
    [SOUNDS["before"], SOUNDS["zero"], PAUSE, SOUNDS["one"], PAUSE, SOUNDS["after"]]
)


class Heard:
    """A course and its marks."""

    def __init__(
        self,
        broadcast: Playable = BROADCAST,
        start: Beginning | None = None,
        sounds: dict[str, Samples] | None = None,
    ) -> None:
        self.marks: list[tuple[str, int | None]] = []
        self.sounds = dict(SOUNDS if sounds is None else sounds)
        self.course = Course(
            broadcast, start or Beginning(0, True), self.sounds.get, RATE_HZ, self._tell
        )

    def _tell(self, mark: Mark) -> None:
        self.marks.append((mark.what, mark.ordinal))

    def take_s(self, seconds: float) -> Samples:
        return self.course.take(round(seconds * RATE_HZ))


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=400))
def test_chimes_clauses_and_pauses_follow_each_other_to_the_sample(blocks: list[int]) -> None:
    heard = Heard()
    taken = np.concatenate([heard.course.take(count) for count in blocks])
    rest = heard.course.take(len(WHOLE) + 1000)
    np.testing.assert_array_equal(np.concatenate([taken, rest])[: len(WHOLE)], WHOLE)
    assert not np.concatenate([taken, rest])[len(WHOLE) :].any()
    assert heard.course.waited == 0
    assert heard.marks == [("begun", None), ("clause", 0), ("clause", 1), ("over", None)]
    assert heard.course.over


def test_a_clip_that_comes_late_is_waited_for_and_nothing_of_it_is_lost() -> None:
    heard = Heard()
    late = heard.sounds.pop("one")
    first = heard.take_s(2.0)
    assert heard.course.waiting
    assert heard.marks[-1] == ("clause", 0)
    heard.sounds["one"] = late
    second = heard.take_s(1.0)
    assert not heard.course.waiting
    sounding = np.concatenate([first, second])
    expected = np.concatenate([SOUNDS["before"], SOUNDS["zero"], late, SOUNDS["after"]])
    np.testing.assert_array_equal(sounding[sounding != 0], expected)
    np.testing.assert_array_equal(second[: len(late)], late)


def test_a_clip_named_only_later_is_played_when_it_is() -> None:
    heard = Heard(playable([clause(0, "zero"), clause(1, None)]))
    heard.take_s(2.0)
    heard.course.update(BROADCAST)
    np.testing.assert_array_equal(heard.take_s(0.25), SOUNDS["one"])


@pytest.mark.parametrize(
    ("connected", "patience_s"), [(True, PATIENCE_S), (False, LINE_PATIENCE_S)]
)
def test_patience_ends_and_the_words_are_shown_for_their_time(
    connected: bool, patience_s: float
) -> None:
    heard = Heard(sounds={name: SOUNDS[name] for name in ("before", "one", "after")})
    heard.course.connected = connected
    heard.take_s(0.3 + patience_s - 0.1)
    assert heard.marks == [("begun", None)]
    assert heard.course.waiting
    for _ in range(20):
        heard.take_s(0.02)
    assert heard.marks[-1] == ("clause", 0)
    rest = heard.take_s(2.0)
    expected = np.concatenate([SOUNDS["one"], SOUNDS["after"]])
    np.testing.assert_array_equal(rest[rest != 0], expected)


def test_a_mute_clause_is_shown_at_once_for_its_reading_time() -> None:
    heard = Heard(playable([clause(0, None, mute=True), clause(1, "one")]))
    heard.take_s(0.3 + 1.5 + 0.1)
    assert heard.marks[-1] == ("clause", 0)
    np.testing.assert_array_equal(heard.take_s(0.25), SOUNDS["one"])


def test_a_chime_that_is_missing_is_not_waited_for_long() -> None:
    heard = Heard(sounds={name: SOUNDS[name] for name in ("zero", "one")})
    heard.take_s(0.02)
    assert heard.marks == []
    for _ in range(round(CHIME_PATIENCE_S / 0.02) + 2):
        heard.take_s(0.02)
    assert heard.marks == [("begun", None), ("clause", 0)]


def test_what_is_cut_dies_away_within_a_tenth_of_a_second_and_tells_no_end() -> None:
    heard = Heard()
    heard.take_s(0.4)
    heard.course.cut()
    tail = heard.take_s(1.0)
    assert tail[:48].any()
    assert not tail[round(0.1 * RATE_HZ) :].any()
    envelope = np.abs(tail[: round(0.02 * RATE_HZ)])
    assert envelope[-48:].max() < 0.1 * envelope[:48].max()
    assert heard.course.over
    assert heard.course.ordinal == 0
    assert heard.marks[-1] == ("clause", 0)


@pytest.mark.parametrize(
    ("gone_s", "first", "expected"),
    [
        (0.0, 0, Beginning(0, True)),
        (5.9, 1, Beginning(1, True)),
        (6.0, 0, Beginning(0, False)),
        (11.4, 0, Beginning(0, False)),
        (11.6, 0, Beginning(1, False)),
        (11.6, 1, Beginning(2, False)),
        (21.6, 1, None),
        (31.6, 0, None),
    ],
)
def test_one_that_comes_late_begins_in_the_middle(
    gone_s: float, first: int, expected: Beginning | None
) -> None:
    long = [clause(ordinal, "x", duration_ms=9900) for ordinal in range(3)]
    assert beginning(playable(long, gone_s=gone_s), first, 1.5) == expected


def test_in_the_middle_there_is_no_chime_before() -> None:
    heard = Heard(start=Beginning(1, False))
    np.testing.assert_array_equal(heard.take_s(0.25), SOUNDS["one"])
    assert heard.marks == [("begun", None), ("clause", 1)]


def test_the_next_course_follows_what_dies_away() -> None:
    speaker = Speaker(0.5)
    old, new = Heard(), Heard()
    speaker.play(old.course)
    speaker.take(round(0.4 * RATE_HZ))
    speaker.play(new.course)
    taken = speaker.take(len(WHOLE) + RATE_HZ)
    faded = round(0.02 * RATE_HZ)
    np.testing.assert_array_equal(taken[faded : len(WHOLE)], (WHOLE * np.float32(0.5))[faded:])
    assert not taken[len(WHOLE) :].any()


@given(
    first=st.floats(0, 1),
    then=st.floats(0, 1),
    sizes=st.lists(st.integers(1, 700), min_size=1, max_size=6),
)
def test_a_new_loudness_is_reached_in_its_time_and_without_a_step(
    first: float, then: float, sizes: list[int]
) -> None:
    ones = playable([clause(0, "one")], chime_before=None, chime_after=None)
    course = Course(
        ones,
        Beginning(0, False),
        {"one": np.ones(RATE_HZ, dtype=np.float32)}.get,
        RATE_HZ,
        lambda mark: None,
        gain=first,
    )
    before = course.take(100)
    course.set_gain(then)
    after = np.concatenate([course.take(count) for count in [*sizes, RATE_HZ // 2]])
    np.testing.assert_allclose(before, first, atol=1e-6)
    fade = round(FADE_S * RATE_HZ)
    np.testing.assert_allclose(after[fade : RATE_HZ // 2], then, atol=1e-4)
    joined = np.concatenate([before[-1:], after[: RATE_HZ // 2]])
    assert np.abs(np.diff(joined)).max() < 1.01 / fade + 1e-6

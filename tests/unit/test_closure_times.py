"""Closure times with open hazards among them."""

from __future__ import annotations

import pytest

from steward.analysis.closure_times import lasting
from steward.domain.inquiry import Lasting

# The remission times that every textbook reckons by hand (Freireich and others, 1963): of 21, nine
# ended; what is left after 22 is 0.538, after 23 it is 0.448.
ENDED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
STILL = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]


def words(ended: list[float], still: list[float]) -> list[str]:
    return [one.words for one in lasting(ended, still)]


def test_the_textbooks_example() -> None:
    assert words([*ENDED], [*STILL]) == ["23.0 天", "超过 35 天（尚未过九成）"]


@pytest.mark.parametrize(
    ("ended", "still", "said"),
    [
        # 3 watched: 2/3 left after 2 days; one is still open at 3; none left after 4.
        ([2, 4], [3], ["4.0 天", "4.0 天"]),
        # Exactly half is closed after the first, nine of ten after the ninth.
        ([1, 2], [], ["1.0 天", "2.0 天"]),
        ([float(n) for n in range(1, 11)], [], ["5.0 天", "9.0 天"]),
        # What is open tells nothing of the closed ones but that it lasts longer.
        ([1], [5.9, 5.2], ["超过 5 天（尚未过半）", "超过 5 天（尚未过九成）"]),
        ([], [7], ["超过 7 天（尚未过半）", "超过 7 天（尚未过九成）"]),
        ([0.25], [], ["0.3 天", "0.3 天"]),
    ],
)
def test_small_ones_by_hand(ended: list[float], still: list[float], said: list[str]) -> None:
    assert words(ended, still) == said


def test_leaving_the_open_ones_out_would_tell_too_short_times() -> None:
    with_open, without = lasting([1, 2, 3], [9, 9, 9]), lasting([1, 2, 3], [])
    assert with_open[0] == Lasting(50, with_open[0].days, 9)
    assert (with_open[0].words, without[0].words) == ("3.0 天", "2.0 天")

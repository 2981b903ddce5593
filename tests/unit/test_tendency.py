"""上升, 下降, 基本持平: small counts are noise."""

from __future__ import annotations

import pytest

from steward.domain.tendency import Tendency, tendency


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (0, 0, Tendency.STEADY),
        (0, 4, Tendency.STEADY),
        (0, 5, Tendency.RISING),
        (3, 10, Tendency.STEADY),
        (3, 11, Tendency.RISING),
        (5, 0, Tendency.FALLING),
        (100, 128, Tendency.STEADY),
        (100, 131, Tendency.RISING),
        (131, 100, Tendency.FALLING),
        (10_000, 9_800, Tendency.STEADY),
        (10_000, 9_700, Tendency.FALLING),
    ],
)
def test_a_difference_counts_beyond_two_deviations(
    before: int, now: int, expected: Tendency
) -> None:
    assert tendency(before, now) is expected

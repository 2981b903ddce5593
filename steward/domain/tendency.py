"""上升, 下降, 基本持平: when two counts differ by more than chance would make them."""

from __future__ import annotations

from enum import StrEnum

DEVIATIONS = 2


class Tendency(StrEnum):
    """Where a count has gone."""

    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"


TENDENCY_NAMES: dict[Tendency, str] = {
    Tendency.RISING: "上升",
    Tendency.FALLING: "下降",
    Tendency.STEADY: "基本持平",
}
TENDENCY_RULE = (
    "两个时期的条数之差，超过两数之和平方根的2倍的，称“上升”或“下降”；不超过的属正常波动，"
    "称“基本持平”。"
)


def tendency(before: int, now: int) -> Tendency:
    """Where a count of events of one period has gone since one of equal length.

    Were both Poisson of one mean, their difference would have about their sum for a variance: up
    to DEVIATIONS standard deviations is noise. 3 → 8 is steady, 3 → 12 is not.
    """
    difference = now - before
    if difference**2 <= DEVIATIONS**2 * (before + now):
        return Tendency.STEADY
    return Tendency.RISING if difference > 0 else Tendency.FALLING

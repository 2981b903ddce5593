"""One line of a benchmark's table."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """`what` took `value` where `against` took `other`, both in `unit`, in the same run."""

    what: str
    value: float
    against: str
    other: float
    unit: str = "s"

    @property
    def ratio(self) -> float:
        return self.value / self.other if self.other else float("nan")


def median_s(work: Callable[[], object], runs: int = 5) -> float:
    """Median wall-clock seconds of `runs` runs, after one that is not counted."""
    work()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)

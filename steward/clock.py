"""The only reader of "now". Below `operations` time is an argument."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Something that tells the present instant, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class DemonstrationClock:
    """A clock that stood at `shows` when the machine's clock stood at `since`, and runs on.

    It lets the demonstration ledger of 2021 be spoken today. Both instants are aware.
    """

    shows: datetime
    since: datetime

    def now(self) -> datetime:
        return self.shows.astimezone(UTC) + (datetime.now(UTC) - self.since)


def monotonic_s() -> float:
    """Seconds on a clock that never jumps; for durations only."""
    return time.monotonic()


def later(instant: datetime, seconds: float) -> datetime:
    """`instant` plus `seconds`."""
    return instant + timedelta(seconds=seconds)

"""Which clock is in force: the system's, or the demonstration's."""

from __future__ import annotations

from datetime import UTC, datetime

from steward.clock import Clock, DemonstrationClock, SystemClock
from steward.domain.weeks import district_instant
from steward.settings import Settings


def clock_of(settings: Settings) -> Clock:
    """The system's clock, or the demonstration's when one is set."""
    if not settings.demo_clock:
        return SystemClock()
    since = settings.demo_clock_since
    return DemonstrationClock(
        shows=district_instant(settings.demo_clock),
        since=datetime.fromisoformat(since) if since else datetime.now(UTC),
    )

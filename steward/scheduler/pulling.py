"""When sources are pulled: their plans, as cron's five fields in the district's time."""

from __future__ import annotations

from datetime import datetime

from steward.clock import Clock
from steward.errors import PlanError
from steward.operations.pull_source import Means
from steward.operations.pull_sources import Puller
from steward.scheduler import runner, when
from steward.scheduler.schedule import HORIZON
from steward.settings import Settings, variable


def puller_of(settings: Settings, clock: Clock, owner: str) -> Puller:
    """What pulls the sources that the settings' file declares."""
    return Puller(settings.sources, check_when, Means(owner, clock.now, variable, next_firing))


def check_when(text: str) -> None:
    """Raises PlanError unless a text is a plan that comes due again and again."""
    reading = when.read(text)
    if not isinstance(reading, when.Cron):
        raise PlanError("应为五段（分 时 日 月 星期），如 */10 * * * *", place=f"“{text}”")
    long_ago = datetime.fromisoformat("2021-01-01T00:00+08:00")
    next(runner.firings(reading, long_ago, long_ago + HORIZON), None)


def next_firing(text: str, after: datetime) -> datetime | None:
    """When such a plan is due after an instant. Raises PlanError."""
    reading = when.read(text)
    if isinstance(reading, when.Once):
        return None
    return next(runner.firings(reading, after, after + HORIZON), None)

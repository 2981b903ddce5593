"""What every command needs: the settings, the clock, the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from steward.clock import Clock, DemonstrationClock, SystemClock
from steward.domain.weeks import Week, district_instant
from steward.settings import Settings, load
from steward.storage.engine import Database


def clock_of(settings: Settings) -> Clock:
    """The system's clock, or the demonstration's when one is set."""
    if not settings.demo_clock:
        return SystemClock()
    since = settings.demo_clock_since
    return DemonstrationClock(
        shows=district_instant(settings.demo_clock),
        since=datetime.fromisoformat(since) if since else datetime.now(UTC),
    )


@contextmanager
def opened_database(settings: Settings | None = None) -> Iterator[Database]:
    """The configured database, closed afterwards."""
    database = Database((settings or load()).database)
    try:
        yield database
    finally:
        database.dispose()


class InstantType(click.ParamType[datetime]):
    """`2021-11-16T09:00` in district time, or with an offset."""

    name = "时刻"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return district_instant(str(value))
        except ValueError:
            self.fail(f"“{value}”不是时刻，应如 2021-11-16T09:00", param, ctx)


class WeekType(click.ParamType[Week]):
    """`2021-W46`."""

    name = "周"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Week:
        if isinstance(value, Week):
            return value
        try:
            return Week.parse(str(value))
        except ValueError:
            self.fail(f"“{value}”不是周次，应如 2021-W46", param, ctx)

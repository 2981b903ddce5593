"""What every command needs: the settings, the clock, the database."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from steward.domain.accounts import Actor
from steward.domain.months import Month
from steward.domain.weeks import Week, district_instant
from steward.operations.choose_clock import clock_of as clock_of
from steward.settings import Settings, load
from steward.storage.engine import Database


@contextmanager
def opened_database(settings: Settings | None = None) -> Iterator[Database]:
    """The configured database, closed afterwards."""
    database = Database((settings or load()).database)
    try:
        yield database
    finally:
        database.dispose()


def operator() -> Actor:
    """Who types: the machine's user, at this machine."""
    return Actor(getpass.getuser(), "command", f"命令行 {socket.gethostname()}")


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


class MonthType(click.ParamType[Month]):
    """`2021-10`."""

    name = "月"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Month:
        if isinstance(value, Month):
            return value
        try:
            return Month.parse(str(value))
        except ValueError:
            self.fail(f"“{value}”不是月份，应如 2021-10", param, ctx)

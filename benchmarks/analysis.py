"""The analysis page over a million hazards, beside the plain statements for its tables."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from benchmarks.ledger import AS_OF, filled, schema
from benchmarks.ledger_pages import query, timed
from benchmarks.measured import Measured
from steward.domain.accounts import Role
from steward.operations.analyse import Analyses
from steward.settings import Settings
from steward.storage.engine import Database
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support.accounts import enter
from tests.support.served import no_plans
from tests.support.stage import SteppedClock

ROWS = 1_000_000
FIRST_RUNS = 5
PAGES: tuple[tuple[str, str, str], ...] = (
    ("district, a month", "/analysis?period=2021-10", ""),
    ("district, a week", "/analysis?period=2021-W45", ""),
    ("a town, a month", "/analysis?period=2021-10&town=7", "AND town_id = 7"),
)
_TABLES = ("category", "industry", "source", "level", "town_id")
_PERIODS = (
    ("2021-09-30 16:00:00", "2021-10-31 16:00:00"),
    ("2021-08-31 16:00:00", "2021-09-30 16:00:00"),
    ("2020-09-30 16:00:00", "2020-10-31 16:00:00"),
)
_YEAR = ("2020-10-31 16:00:00", "2021-10-31 16:00:00")


def run(rows: int | None = None) -> list[Measured]:
    """Both databases: the page when nobody has asked before, and when somebody has."""
    number = rows or ROWS
    lines = []
    with tempfile.TemporaryDirectory(prefix="steward-bench-") as folder:
        with filled(f"sqlite:///{folder}/ledger.db", number) as database:
            lines += measure("SQLite", database, Path(folder), number)
        with schema() as url, filled(url, number) as database:
            lines += measure("PostgreSQL", database, Path(folder), number)
    return lines


def measure(name: str, database: Database, folder: Path, number: int) -> list[Measured]:
    """The first answer is computed anew each time; the others come from what is kept."""
    settings = Settings(data_dir=folder, database_url=str(database.engine.url))
    app = create_app(settings, database, SteppedClock(AS_OF), no_plans)
    print(f"  {name}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    lines = []
    with app.test_client() as client:
        enter(client, database, Role.VIEWER, at=AS_OF)

        def shown(address: str) -> None:
            if client.get(address).status_code != 200:
                raise SystemExit(f"{address} is not shown")

        for what, address, scope in PAGES:
            shown(address)  # libraries are loaded, the database's pages are in memory
            first = []
            for _ in range(FIRST_RUNS):
                kept = Analyses(database)  # nobody has asked yet
                object.__setattr__(app.extensions[EXTENSION], "analyses", kept)
                started = time.perf_counter()
                shown(address)
                first.append(time.perf_counter() - started)
            again = timed(lambda: shown(address))  # noqa: B023  (called here)
            plain = plainly(database, scope)
            for when, taken in (
                ("first, p50", median(first)),
                ("first, slowest of 5", max(first)),
                ("again, p50", median(again)),
                ("again, p95", quantiles(again, n=20)[-1]),
            ):
                label = f"{what}, {number:,}, {name}, {when}"
                lines.append(Measured(label, taken, "plain statements of its tables", plain))
    app.extensions[EXTENSION].tail.stop()
    return lines


def plainly(database: Database, scope: str) -> float:
    """Seconds of one plain statement for each table of a month's page, one after the other."""
    counted = "voided_at IS NULL {scope} AND found_at >= '{0}' AND found_at < '{1}'"
    statements = [
        f"SELECT {column}, count(*) FROM hazards"
        f" WHERE {counted.format(*days, scope=scope)} GROUP BY {column}"
        for days in _PERIODS
        for column in _TABLES
    ]
    year = counted.format(*_YEAR, scope=scope)
    statements += [
        f"SELECT town_id, category, count(*) FROM hazards"
        f" WHERE {counted.format(*_PERIODS[0], scope=scope)} GROUP BY town_id, category",
        f"SELECT date(found_at), count(*) FROM hazards WHERE {year} GROUP BY date(found_at)",
        f"SELECT level, source, town_id, found_at, closed_at FROM hazards WHERE {year}",
        f"SELECT enterprise_id, category, count(*) FROM hazards WHERE {year}"
        " GROUP BY enterprise_id, category HAVING count(*) > 1",
    ]
    times = []
    for _ in range(2):  # the first one warms up
        started = time.perf_counter()
        for statement in statements:
            query(database, statement)
        times.append(time.perf_counter() - started)
    return times[-1]

"""The four-colour map over a million hazards, beside the plain statement for its inputs."""

from __future__ import annotations

import os
import tempfile
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

from benchmarks.ledger import AS_OF, filled, schema
from benchmarks.ledger_pages import query, timed
from benchmarks.measured import Measured, median_s
from steward.briefings.town_map import map_chart
from steward.domain.accounts import Role
from steward.domain.months import Month
from steward.operations.colour_towns import colour_towns
from steward.settings import Settings
from steward.storage.engine import Database
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support.accounts import enter
from tests.support.served import no_plans
from tests.support.stage import SteppedClock

ROWS = 1_000_000
MONTH = Month.containing(AS_OF).previous()
ADDRESSES = (("the page", "/map"), ("a town", "/map/7"), ("as XLSX", "/map/file.xlsx"))
# What a month's colours are made of, by town; `{zone}` is how the database wants UTC.
PLAIN = """
SELECT town_id,
  SUM(CASE WHEN closed_at >= '{start}{zone}' AND closed_at < '{end}{zone}' THEN 1 ELSE 0 END),
  SUM(CASE WHEN closed_at IS NULL OR closed_at >= '{end}{zone}' THEN 1 ELSE 0 END),
  SUM(CASE WHEN (closed_at IS NULL OR closed_at >= '{end}{zone}')
      AND deadline < '{last}' THEN 1 ELSE 0 END),
  SUM(CASE WHEN (closed_at IS NULL OR closed_at >= '{end}{zone}')
      AND level = 'major' THEN 1 ELSE 0 END)
FROM hazards
WHERE found_at < '{end}{zone}' AND (voided_at IS NULL OR voided_at >= '{end}{zone}')
GROUP BY town_id
"""


def run(rows: int | None = None) -> list[Measured]:
    """Both databases; the page shows a month and the change on the one before: two statements."""
    number = rows or ROWS
    lines = []
    with tempfile.TemporaryDirectory(prefix="steward-bench-") as folder:
        with filled(f"sqlite:///{folder}/ledger.db", number) as database:
            lines += measure("SQLite", database, Path(folder), number)
        with schema() as url, filled(url, number) as database:
            lines += measure("PostgreSQL", database, Path(folder), number)
    return lines


def measure(name: str, database: Database, folder: Path, number: int) -> list[Measured]:
    """The page and its files as the server makes them, and drawing alone."""
    settings = Settings(data_dir=folder, database_url=str(database.engine.url))
    app = create_app(settings, database, SteppedClock(AS_OF), no_plans)
    print(f"  {name}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    zone = "+00" if name == "PostgreSQL" else ""
    asked = median_s(
        lambda: [query(database, plain(month, zone)) for month in (MONTH, MONTH.previous())], runs=3
    )
    lines = []

    def add(what: str, times: list[float]) -> None:
        for share, taken in (("p50", median(times)), ("p95", quantiles(times, n=20)[-1])):
            lines.append(
                Measured(
                    f"{what}, {number:,}, {name}, {share}", taken, "plain statements, p50", asked
                )
            )

    with app.test_client() as client:
        enter(client, database, Role.VIEWER, at=AS_OF)

        def shown(address: str) -> None:
            if client.get(address).status_code != 200:
                raise SystemExit(f"{address} is not shown")

        for what, address in ADDRESSES:
            add(what, timed(lambda: shown(address)))  # noqa: B023  (called here)
    colours = colour_towns(database, MONTH)
    add("drawing alone", timed(lambda: map_chart(colours)))
    app.extensions[EXTENSION].tail.stop()
    return lines


def plain(month: Month, zone: str) -> str:
    return PLAIN.format(
        start=_written(month.start), end=_written(month.end), last=month.last_day, zone=zone
    )


def _written(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S.%f}"

"""The ledger's pages over a million hazards, each beside the plain statement for the same rows."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import text

from benchmarks.ledger import AS_OF, filled, schema
from benchmarks.measured import Measured, median_s
from steward.domain.accounts import Role
from steward.settings import Settings
from steward.storage.engine import Database
from steward.web.context import EXTENSION
from steward.web.factory import create_app
from tests.support.accounts import enter
from tests.support.served import no_plans
from tests.support.stage import SteppedClock

ROWS = 1_000_000
RUNS = 20
NEWEST = "SELECT * FROM hazards {where} ORDER BY found_at DESC, id DESC LIMIT 50"
OPEN = "closed_at IS NULL AND voided_at IS NULL"
# Page, its address, and what the database is asked plainly for the same rows.
PAGES: tuple[tuple[str, str, str], ...] = (
    ("list, all", "/hazards?state=", NEWEST.format(where="")),
    ("list, open", "/hazards", NEWEST.format(where=f"WHERE {OPEN}")),
    (
        "list, overdue of a town",
        "/hazards?state=overdue&town=7",
        NEWEST.format(where=f"WHERE {OPEN} AND deadline < '2021-11-16' AND town_id = 7"),
    ),
    (
        "list, a town",
        "/hazards?state=&town=7",
        NEWEST.format(where="WHERE town_id = 7"),
    ),
    (
        "list, category and source",
        "/hazards?state=&category=类别7&source=enforcement",
        NEWEST.format(where="WHERE category = '类别7' AND source = 'enforcement'"),
    ),
    (
        "list, a category that is not there",
        "/hazards?state=&category=没有",
        NEWEST.format(where="WHERE category = '没有'"),
    ),
    (
        "list, by deadline",
        "/hazards?state=open&sort=deadline",
        f"SELECT * FROM hazards WHERE {OPEN} ORDER BY deadline, id LIMIT 50",
    ),
    (
        "list, an enterprise's name",
        "/hazards?state=&text=企业12345",
        "SELECT h.* FROM hazards h JOIN enterprises e ON e.id = h.enterprise_id"
        " WHERE e.name LIKE '%企业12345%' ORDER BY found_at DESC LIMIT 50",
    ),
    (
        "list, words of a description",
        "/hazards?state=&words=灭火器",
        NEWEST.format(where="WHERE description LIKE '%灭火器%'"),
    ),
    (
        "list, words that are nowhere",
        "/hazards?state=&words=萧然",
        NEWEST.format(where="WHERE description LIKE '%萧然%'"),
    ),
    (
        "enterprises with something overdue",
        "/enterprises?state=overdue",
        "SELECT * FROM enterprises WHERE id IN (SELECT enterprise_id FROM hazards"
        f" WHERE {OPEN} AND deadline < '2021-11-16') ORDER BY id DESC LIMIT 50",
    ),
    ("a hazard", "/hazards/7777", "SELECT * FROM hazards WHERE id = 7777"),
    ("an enterprise", "/enterprises/777", "SELECT * FROM hazards WHERE enterprise_id = 777"),
)


def run(rows: int | None = None) -> list[Measured]:
    """Both databases: half of the answers are as quick as p50 says, 95 of 100 as p95."""
    number = rows or ROWS
    lines = []
    with tempfile.TemporaryDirectory(prefix="steward-bench-") as folder:
        with filled(f"sqlite:///{folder}/ledger.db", number) as database:
            lines += measure("SQLite", database, Path(folder), number)
        with schema() as url, filled(url, number) as database:
            lines += measure("PostgreSQL", database, Path(folder), number)
    return lines


def measure(
    name: str,
    database: Database,
    folder: Path,
    number: int,
    pages: Sequence[tuple[str, str, str]] = PAGES,
) -> list[Measured]:
    """Each page as the server makes it, whole, for one who is logged in."""
    settings = Settings(data_dir=folder, database_url=str(database.engine.url))
    app = create_app(settings, database, SteppedClock(AS_OF), no_plans)
    print(f"  {name}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    lines = []
    with app.test_client() as client:
        enter(client, database, Role.VIEWER, at=AS_OF)

        def shown(address: str) -> None:
            if client.get(address).status_code != 200:
                raise SystemExit(f"{address} is not shown")

        for what, address, plain in pages:
            times = timed(lambda: shown(address))  # noqa: B023  (called here)
            asked = median_s(lambda: query(database, plain), runs=3)  # noqa: B023
            for share, taken in (("p50", median(times)), ("p95", quantiles(times, n=20)[-1])):
                lines.append(
                    Measured(
                        f"{what}, {number:,}, {name}, {share}",
                        taken,
                        "plain statement, p50",
                        asked,
                    )
                )
    app.extensions[EXTENSION].tail.stop()
    return lines


def query(database: Database, statement: str) -> None:
    with database.session() as session:
        session.execute(text(statement)).fetchall()


def timed(work: Callable[[], None]) -> list[float]:
    """Seconds of each of `RUNS` runs, after one that is not counted."""
    work()
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return times

"""Warnings, whom to inspect and where an accident is likelier, over a million hazards.

The nightly work beside the plain statement that counts every enterprise's hazards; the pages
beside the plain statement for their rows.
"""

from __future__ import annotations

import random
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from benchmarks.ledger import AS_OF, ENTERPRISES, filled
from benchmarks.ledger_pages import OPEN, ROWS, measure, query
from benchmarks.measured import Measured, median_s
from steward.domain.incidents import IncidentKind
from steward.domain.warning_lists import Escalation
from steward.ledger.queries import incidents
from steward.operations.follow_warnings import follow_warnings
from steward.operations.foresee_accidents import foresee_accidents
from steward.operations.rank_for_inspection import rank_for_inspection
from steward.storage.engine import Database

INCIDENTS = 400
EVERY = "SELECT enterprise_id, count(*) FROM hazards GROUP BY enterprise_id"
DUE = (
    "SELECT enterprise_id, count(*), min(deadline) FROM hazards"
    f" WHERE {OPEN} AND deadline <= '2021-11-23' GROUP BY enterprise_id"
)
PAGES: tuple[tuple[str, str, str], ...] = (
    ("warnings, overdue", "/warnings", DUE),
    ("warnings, due soon", "/warnings?kind=due_soon", DUE),
    ("warnings that are over", "/warnings/past", "SELECT * FROM warnings LIMIT 100"),
    (
        "whom to inspect",
        "/enforcement",
        "SELECT * FROM inspection_ranks ORDER BY rank LIMIT 50",
    ),
    ("penalties", "/enforcement/penalties", "SELECT * FROM penalties LIMIT 50"),
    ("accidents", "/accident", "SELECT * FROM risks ORDER BY rank LIMIT 50"),
    ("incidents", "/incidents", "SELECT * FROM incidents ORDER BY occurred_at DESC LIMIT 50"),
)


def run(rows: int | None = None) -> list[Measured]:
    """On SQLite; the machine's load is printed."""
    number = rows or ROWS
    with (
        tempfile.TemporaryDirectory(prefix="steward-bench-") as folder,
        filled(f"sqlite:///{folder}/ledger.db", number) as database,
    ):
        plain = median_s(lambda: query(database, EVERY), runs=3)
        lines = [
            Measured(f"{what}, {number:,}", taken, "counting by enterprise", plain)
            for what, taken in _nightly(database)
        ]
        return lines + measure("SQLite", database, Path(folder), number, PAGES)


def _nightly(database: Database) -> list[tuple[str, float]]:
    _happen(database)
    taken = []
    for what, work in (
        ("rank for inspection", lambda: rank_for_inspection(database, rules=None, now=AS_OF)),
        ("foresee accidents", lambda: foresee_accidents(database, rules=None, now=AS_OF)),
        (
            "follow warnings, first look",
            lambda: follow_warnings(database, due_soon_days=7, rules=Escalation(), now=AS_OF),
        ),
    ):
        started = time.perf_counter()
        work()
        taken.append((what, time.perf_counter() - started))
    return taken


def _happen(database: Database) -> None:
    """Incidents by chance, over two years: the model has something to look at, not to find."""
    chance = random.Random(5)
    with database.session(write=True) as session:
        for number in range(INCIDENTS):
            at = AS_OF - timedelta(days=chance.randrange(1, 720))
            incidents.add(
                session,
                external_id=f"SG-{number}",
                enterprise_id=chance.randrange(1, ENTERPRISES),
                kind=IncidentKind.OTHER,
                occurred_at=at,
                deaths=0,
                injured=1,
                description="",
                at=at,
            )

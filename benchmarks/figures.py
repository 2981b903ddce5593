"""Weekly figures of one district beside the plain GROUP BY and DuckDB on the same rows."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import text

from benchmarks.ledger import AS_OF, filled, schema
from benchmarks.measured import Measured, median_s
from steward.analysis.weekly import weekly
from steward.domain.figures import Figures
from steward.domain.weeks import Week, local_date
from steward.storage.engine import Database

ROWS = 1_000_000

# The definitions as one statement over all hazards.
PLAIN = """
SELECT town_id, source, industry, category,
  SUM(CASE WHEN found_at >= '{week}' AND found_at <= '{as_of}' THEN 1 ELSE 0 END) AS new_hazards,
  SUM(CASE WHEN closed_at >= '{week}' AND closed_at <= '{as_of}' THEN 1 ELSE 0 END) AS closed_week,
  SUM(CASE WHEN found_at <= '{as_of}' THEN 1 ELSE 0 END) AS monitored,
  SUM(CASE WHEN closed_at <= '{as_of}' THEN 1 ELSE 0 END) AS closed_total
FROM hazards
WHERE voided_at IS NULL OR voided_at > '{as_of}'
GROUP BY town_id, source, industry, category
"""
PLAIN_ENTERPRISES = """
SELECT
  COUNT(DISTINCT CASE WHEN deadline >= '{today}' AND deadline <= '{horizon}'
        THEN enterprise_id END),
  COUNT(DISTINCT CASE WHEN deadline < '{today}' THEN enterprise_id END)
FROM hazards
WHERE found_at <= '{as_of}' AND (voided_at IS NULL OR voided_at > '{as_of}')
  AND (closed_at IS NULL OR closed_at > '{as_of}')
"""


def run(rows: int | None = None) -> list[Measured]:
    """Both databases and DuckDB, with the same hazards; fails where their numbers differ."""
    number = rows or ROWS
    with tempfile.TemporaryDirectory(prefix="steward-bench-") as folder:
        lite = f"sqlite:///{folder}/ledger.db"
        duck = duckdb.connect(f"{folder}/ledger.duckdb")
        lines = []
        with filled(lite, number) as database:
            load_duck(duck, database, Path(folder))
            duck_s = median_s(lambda: plain(lambda q: duck.execute(q).fetchall(), "duck"))
            expected = plain(lambda q: duck.execute(q).fetchall(), "duck")
            lines += measure("SQLite", database, expected, duck_s, number)
        with schema() as url, filled(url, number) as database:
            lines += measure("PostgreSQL", database, expected, duck_s, number)
        duck.close()
    return lines


def measure(
    name: str, database: Database, expected: tuple[int, ...], duck_s: float, number: int
) -> list[Measured]:
    """Our figures beside the database's own GROUP BY and DuckDB."""

    def ours() -> Figures:
        with database.session() as session:
            return weekly(session, week=Week.containing(AS_OF), as_of=AS_OF)

    def query(statement: str) -> Any:
        with database.session() as session:
            return session.execute(text(statement)).fetchall()

    counts = ours().counts
    said = (
        counts.new_hazards,
        counts.closed_hazards,
        counts.monitored,
        counts.closed_total,
        counts.due_soon_enterprises,
        counts.overdue_enterprises,
    )
    grouped = plain(query, database.engine.dialect.name)
    if not said == grouped == expected:
        raise SystemExit(f"{name}: the figures differ: {said} {grouped} {expected}")
    ours_s = median_s(ours)
    what = f"weekly figures, {number:,} hazards, {name}"
    return [
        Measured(
            what,
            ours_s,
            f"plain GROUP BY, {name}",
            median_s(lambda: plain(query, database.engine.dialect.name), runs=3),
        ),
        Measured(what, ours_s, "DuckDB, same rows", duck_s),
    ]


def plain(query: Any, dialect: str) -> tuple[int, ...]:
    """The figures by the plain statements: new, closed, monitored, closed total, due, overdue."""
    today = local_date(AS_OF)
    form = "%Y-%m-%d %H:%M:%S.%f"
    zone = "+00" if dialect == "postgresql" else ""
    values = {
        "week": Week.containing(AS_OF).start.strftime(form) + zone,
        "as_of": AS_OF.strftime(form) + zone,
        "today": today.isoformat(),
        "horizon": (today + timedelta(days=7)).isoformat(),
    }
    groups = query(PLAIN.format(**values))
    due, overdue = query(PLAIN_ENTERPRISES.format(**values))[0]
    sums = [sum(int(group[column]) for group in groups) for column in range(4, 8)]
    return (*sums, due, overdue)


def load_duck(duck: Any, database: Database, folder: Path) -> None:
    """The same rows as a DuckDB table of its own, by way of a CSV."""
    path = folder / "hazards.csv"
    columns = (
        "id, enterprise_id, town_id, source, industry, category, level, "
        "found_at, deadline, closed_at, voided_at"
    )
    with database.engine.connect() as connection, path.open("w", encoding="utf-8") as out:
        out.write(columns.replace(" ", "") + "\n")
        for row in connection.execute(text(f"SELECT {columns} FROM hazards")):
            out.write(",".join("" if cell is None else str(cell) for cell in row) + "\n")
    duck.execute(
        "CREATE TABLE hazards AS SELECT * FROM read_csv(?, header=true, nullstr='', types={"
        "'found_at':'TIMESTAMP','closed_at':'TIMESTAMP','voided_at':'TIMESTAMP','deadline':'DATE'})",
        [str(path)],
    )
    path.unlink()

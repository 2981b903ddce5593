"""Small files of hazards, as they arrive."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from steward.domain.hazards import Source
from steward.domain.intake import IntakeReport
from steward.ledger.intake.headers import CHINESE
from steward.operations.take_file import take_file
from steward.storage.engine import Database


def arriving(folder: Path, rows: Sequence[Sequence[str]], name: str = "来件.csv") -> Path:
    """A CSV with the thirteen headings; rows may end early."""
    path, width = folder / name, len(CHINESE)
    with path.open("w", encoding="utf-8", newline="") as out:
        lines = [[*row, *[""] * (width - len(row))] for row in rows]
        csv.writer(out).writerows([[*CHINESE], *lines])
    return path


def take(
    database: Database, path: Path, *, at: datetime, source: Source = Source.SELF_INSPECTION
) -> IntakeReport:
    """Taken in; what is refused goes beside it."""
    return take_file(database, path, source, at=at, error_folder=path.parent / "errors")

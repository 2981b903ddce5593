"""What becomes of a file that arrives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from steward.domain.hazards import Level, Source, Status


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a file, read and found consistent. Instants are aware; the deadline is local."""

    row_number: int
    external_id: str
    enterprise_name: str
    credit_code: str | None
    town_id: int
    industry: str | None
    category: str
    level: Level
    description: str | None
    found_at: datetime
    deadline: date | None
    rectified_at: datetime | None
    closed_at: datetime | None
    status: Status
    extra: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that could not be taken: its number in the original file, its cells, why (Chinese)."""

    row_number: int
    cells: list[Any]
    reason: str


@dataclass(frozen=True)
class IntakeReport:
    """One file's intake. `rows_read` = new + updated + unchanged + rejected."""

    file: str
    source: Source
    rows_read: int
    rows_new: int
    rows_updated: int
    rows_unchanged: int
    rejections: tuple[Rejection, ...]
    unknown_columns: tuple[str, ...]
    error_copy: str | None
    dry_run: bool

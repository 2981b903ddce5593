"""Take a file of hazards into the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from steward.domain.hazards import Source
from steward.domain.intake import Entry, IntakeReport, Rejection
from steward.ledger.intake.error_copy import write_error_copy
from steward.ledger.intake.files import CellTable, read_cells
from steward.ledger.intake.headers import Headers, find_headers
from steward.ledger.intake.rows import RowReader
from steward.ledger.queries import intake, towns
from steward.storage.engine import Database

Progress = Callable[[int, int], None]


def take_file(
    database: Database,
    path: Path,
    source: Source,
    *,
    at: datetime,
    error_folder: Path,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> IntakeReport:
    """Take one CSV or XLSX in, in one transaction; rows that cannot be taken come back marked.

    `at` is the instant of the intake (aware). `progress(done, all)` is told as rows are written.
    With `dry_run` nothing is written anywhere. Raises IntakeError for the file as a whole,
    StorageBusy and StorageError; then nothing of the file was taken.
    """
    table = read_cells(path)
    headers = find_headers(table.rows, str(path))
    with database.session() as session:
        known_towns = towns.ids_by_word(session)
    entries, rejections = _read(table, headers, RowReader(headers, known_towns, at, source))
    read = len(entries) + len(rejections)
    error_copy: Path | None = None
    with database.session(write=True) as session:
        intake.hold_hazards(session)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        run = intake.begin_run(session, source, path.name, sha256, at)
        taken = intake.store_entries(
            session,
            run.id,
            source,
            entries,
            at,
            (lambda done: progress(done, read)) if progress else None,
        )
        rejections += [
            Rejection(entry.row_number, table.rows[entry.row_number - 1], reason)
            for entry, reason in taken.refused
        ]
        rejections.sort(key=lambda rejection: rejection.row_number)
        intake.store_rejections(session, run.id, rejections)
        run.rows_read, run.rows_rejected = read, len(rejections)
        run.rows_new, run.rows_updated = taken.new, taken.updated
        run.rows_unchanged = taken.unchanged
        run.unknown_columns = list(headers.unknown)
        run.finished_at = at
        if rejections and not dry_run:
            error_copy = error_folder / f"{path.stem}.错误-{run.id}.{table.kind}"
            run.error_copy = str(error_copy)
            write_error_copy(error_copy, table, headers, rejections)
        if dry_run:
            session.rollback()
    return IntakeReport(
        file=str(path),
        source=source,
        rows_read=read,
        rows_new=taken.new,
        rows_updated=taken.updated,
        rows_unchanged=taken.unchanged,
        rejections=tuple(rejections),
        unknown_columns=tuple(headers.unknown),
        error_copy=str(error_copy) if error_copy else None,
        dry_run=dry_run,
    )


def _read(
    table: CellTable, headers: Headers, reader: RowReader
) -> tuple[list[Entry], list[Rejection]]:
    """The rows below the headers; empty ones are passed over. Row numbers are the file's."""
    entries: list[Entry] = []
    rejections: list[Rejection] = []
    first: dict[str, int] = {}
    for number, cells in enumerate(table.rows[headers.row + 1 :], start=headers.row + 2):
        if not any(_is_filled(cell) for cell in cells):
            continue
        row = reader.read(number, cells)
        if isinstance(row, Rejection):
            rejections.append(row)
            continue
        earlier = first.setdefault(row.external_id, number)
        if earlier != number:
            reason = f"隐患编号“{row.external_id}”与第 {earlier} 行重复"
            rejections.append(Rejection(number, cells, reason))
            continue
        entries.append(row)
    return entries, rejections


def _is_filled(cell: Any) -> bool:
    return cell is not None and cell != "" and not (isinstance(cell, str) and cell.isspace())

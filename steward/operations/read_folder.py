"""Read a watched folder: each whole file once, moved to `done` after its rows are kept."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime
from pathlib import Path

from steward.domain.sources import Batch
from steward.errors import IntakeError, SourceError
from steward.ledger.intake.files import read_cells
from steward.ledger.intake.headers import find_headers, mapped_headers
from steward.operations.watch_folder import (
    DONE,
    REFUSED,
    TAKING,
    Watched,
    make_folders,
    modified,
    move,
    refuse,
    settled,
    shown_name,
)
from steward.sources.shapes import FolderSource


def read_folder(
    source: FolderSource, watched: dict[str, Watched], *, now: datetime
) -> Generator[Batch, None, None]:
    """The rows of each file that nobody writes to any more, the oldest first.

    A file stands in `taking` until its rows are kept, which whoever asks for the next batch says:
    after a crash it is read again. One that cannot be read goes to `refused` with the reason beside
    it, and is a warning. Raises SourceError: the folder cannot be read.
    """
    own = watched.setdefault(source.name, Watched(Path(source.folder)))
    try:
        make_folders(own.folder)
        left = sorted((own.folder / TAKING).iterdir())
        come = settled(own, now, by_its_time=True)
        for path in (*left, *come):
            if path.parent.name != TAKING:
                path = move(path, own.folder / TAKING)
            try:
                batch = _batch(source, path, now)
            except IntakeError as error:
                refuse(path, own.folder / REFUSED, error.sentence)
                yield Batch((), [], warnings=(f"{shown_name(path)} 没有接收：{error.sentence}",))
                continue
            yield batch
            move(path, own.folder / DONE)
    except OSError as error:
        name = shown_name(Path(error.filename or own.folder))
        why = f"文件夹不能读写：{error.strerror}（{name}）"
        raise SourceError(why, place=source.name, retry=True) from error


def _batch(source: FolderSource, path: Path, now: datetime) -> Batch:
    """The rows below the headers, under the headers' names. Raises IntakeError."""
    table = read_cells(path)
    found = find_headers(table.rows, path.name, source.columns)
    head = table.rows[found.row][: found.width]
    columns = tuple(str(cell if cell is not None else "") for cell in head)
    mapped_headers(columns, source.columns, path.name)
    rows = [
        (number, cells)
        for number, cells in enumerate(table.rows[found.row + 1 :], start=found.row + 2)
        if any(cell is not None and str(cell).strip() for cell in cells)
    ]
    return Batch(
        columns,
        [cells for _, cells in rows],
        origin=shown_name(path),
        numbers=tuple(number for number, _ in rows),
        as_of=min(now, modified(path.stat().st_mtime)),
    )

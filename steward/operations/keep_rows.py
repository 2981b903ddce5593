"""Rows of a source into the ledger, a transaction a batch; what is refused is tried again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from steward.domain.hazards import Source
from steward.domain.intake import Entry, Rejection
from steward.domain.sources import Batch, Outstanding, Tally, Watermark
from steward.errors import IntakeError
from steward.ledger.intake.cells import as_code
from steward.ledger.intake.headers import Headers, mapped_headers
from steward.ledger.intake.rows import RowReader
from steward.ledger.queries import intake, towns
from steward.sources.queries import rejections, runs, sources
from steward.storage.engine import Database, Session

AT_ONCE = 5_000
"""Rows that wait which are tried in one transaction."""
MOST_TRIED = 25_000
"""Rows that wait which are tried in one run, the oldest first."""


@dataclass(frozen=True)
class Place:
    """Where rows go: their source and run, what they are in the ledger, and by whose claim."""

    source_id: int
    run_id: int
    feeds: Source
    mapping: Mapping[str, str]
    aside: str
    claim: str


@dataclass(frozen=True)
class _Sorted:
    """Rows that were read: which go in, which do not."""

    entries: list[Entry]
    rejections: list[Rejection]


def keep_rows(
    database: Database, place: Place, batch: Batch, *, at: datetime, until: datetime
) -> Tally:
    """Take a batch, and note how far the source is read. `until`: as long the claim is held then.

    Raises SourceError (the claim was lost), IntakeError (columns are missing), StorageError; then
    nothing of the batch was taken.
    """
    with database.session(write=True) as session:
        tally = Tally(read=len(batch.rows), warnings=list(batch.warnings))
        if batch.rows:
            headers = mapped_headers(batch.columns, place.mapping, "", aside=place.aside)
            _take(session, place, batch, headers, tally, at)
            tally.unknown_columns = list(headers.unknown)
        _note(session, place, tally, batch.watermark, at=at, until=until)
    return tally


def retry_rows(database: Database, place: Place, *, at: datetime, until: datetime) -> int:
    """Try the rows that wait once more, by what is known now; how many are in the ledger now."""
    taken, after = 0, 0
    for _ in range(0, MOST_TRIED, AT_ONCE):
        with database.session(write=True) as session:
            waiting = rejections.waiting(session, place.source_id, after_id=after, limit=AT_ONCE)
            if not waiting:
                break
            after = waiting[-1].id
            tally = Tally()
            over = rejections.overtaken(session, place.feeds.value, waiting)
            rejections.settle(session, place.source_id, sorted(over), at=at)
            rest = sorted((one for one in waiting if one.key not in over), key=lambda o: o.columns)
            for columns, group in groupby(rest, key=lambda one: one.columns):
                _retry(session, place, columns, list(group), tally, at)
            _note(session, place, tally, None, at=at, until=until)
            taken += tally.retried
    return taken


def _take(
    session: Session, place: Place, batch: Batch, headers: Headers, tally: Tally, at: datetime
) -> None:
    numbers = batch.numbers or range(1, len(batch.rows) + 1)
    reader = RowReader(headers, towns.ids_by_word(session), at, place.feeds)
    sorted_ = _sort(reader, numbers, batch, tally)
    by_number = dict(zip(numbers, batch.rows, strict=True))
    if sorted_.entries:
        intake.hold_hazards(session)
        intake_run = runs.intake_run(session, place.run_id, place.feeds, at=at)
        taken = intake.store_entries(session, intake_run, place.feeds, sorted_.entries, at)
        tally.new, tally.updated = taken.new, taken.updated
        tally.unchanged += taken.unchanged
        sorted_.rejections.extend(
            Rejection(entry.row_number, by_number[entry.row_number], why)
            for entry, why in taken.refused
        )
    tally.rejected = len(sorted_.rejections)
    refused = [
        (
            rejections.key_of(_external_id(headers, one.cells), one.cells),
            batch.columns,
            one.cells,
            f"{batch.origin} 第 {one.row_number} 行：{one.reason}" if batch.origin else one.reason,
        )
        for one in sorted_.rejections
    ]
    bad = {key for key, *_ in refused}
    good = {rejections.key_of(entry.external_id, ()) for entry in sorted_.entries} - bad
    rejections.settle(session, place.source_id, sorted(good), at=at)
    rejections.keep(session, place.source_id, place.run_id, refused, at=at)


def _sort(reader: RowReader, numbers: Sequence[int], batch: Batch, tally: Tally) -> _Sorted:
    """Read the rows. Of one 隐患编号 the last counts; within a file the first, as in any file."""
    entries: dict[str, Entry] = {}
    refused: list[Rejection] = []
    for number, cells in zip(numbers, batch.rows, strict=True):
        row = reader.read(number, cells)
        if isinstance(row, Rejection):
            refused.append(row)
            continue
        earlier = entries.get(row.external_id)
        if earlier is not None and batch.origin:
            why = f"隐患编号“{row.external_id}”与第 {earlier.row_number} 行重复"
            refused.append(Rejection(number, cells, why))
            continue
        if earlier is not None:
            tally.unchanged += 1  # what came later in the same batch stands for it
        entries[row.external_id] = row
    return _Sorted(list(entries.values()), refused)


def _retry(
    session: Session,
    place: Place,
    columns: Sequence[str],
    waiting: Sequence[Outstanding],
    tally: Tally,
    at: datetime,
) -> None:
    """Rows of the same columns. What is refused again waits on, for whatever reason it has now."""
    try:
        headers = mapped_headers(columns, place.mapping, "", aside=place.aside)
    except IntakeError:
        return  # as it came; another mapping may know its columns
    reader = RowReader(headers, towns.ids_by_word(session), at, place.feeds)
    entries: dict[int, Entry] = {}
    refused: dict[int, str] = {}
    for one in waiting:
        row = reader.read(one.id, one.cells)
        if isinstance(row, Rejection):
            refused[one.id] = row.reason
        else:
            entries[one.id] = row
    keys = {one.id: one.key for one in waiting}
    if entries:
        intake.hold_hazards(session)
        intake_run = runs.intake_run(session, place.run_id, place.feeds, at=at)
        taken = intake.store_entries(session, intake_run, place.feeds, list(entries.values()), at)
        refused |= {entry.row_number: why for entry, why in taken.refused}
        tally.new, tally.updated = tally.new + taken.new, tally.updated + taken.updated
        tally.unchanged += taken.unchanged
        done = [keys[id_] for id_ in entries if id_ not in refused]
        tally.retried += len(done)
        tally.read += len(done)
        rejections.settle(session, place.source_id, done, at=at)
    known = {one.id: one.reason for one in waiting}
    for id_, why in refused.items():
        if not known[id_].endswith(why):
            rejections.reason(session, id_, why)


def _note(
    session: Session,
    place: Place,
    tally: Tally,
    watermark: Watermark | None,
    *,
    at: datetime,
    until: datetime,
) -> None:
    """The counts, the claim and the watermark, with the rows or not at all."""
    run = runs.get(session, place.run_id)
    runs.add(run, tally)
    values: dict[str, Any] = {"claimed_until": until}
    if watermark is not None:
        values["watermark"] = run.watermark_after = sources.as_column(watermark.until(at))
    sources.hold(session, place.source_id, by=place.claim, **values)


def _external_id(headers: Headers, cells: Sequence[Any]) -> str:
    column = headers.columns["external_id"]
    return as_code(cells[column]) if column < len(cells) else ""

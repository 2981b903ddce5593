"""The sources as staff see them: how fresh each is, its runs, and the rows that wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from steward.domain.figures import Freshness
from steward.domain.hazards import SOURCE_NAMES, Source
from steward.domain.sources import KIND_NAMES, Kind, Outstanding
from steward.ledger.intake.cells import as_code
from steward.ledger.intake.error_copy import write_marked
from steward.ledger.intake.headers import CHINESE, ENGLISH, REASON, ROW_NUMBER
from steward.ledger.intake.rows import nearest
from steward.ledger.queries import towns
from steward.sources.declared import read_declared
from steward.sources.queries import rejections, runs, sources
from steward.sources.queries.freshness import declared_at, freshness, is_stale
from steward.sources.tables import SourceRow, SourceRunRow
from steward.storage.engine import Database, Session

SHOWN_ROWS = 100
LOOKED_AT = 5_000  # rows that wait, for names of towns in them
RUNS = 20


@dataclass(frozen=True)
class Run:
    """One run. `finished_at` None: it goes on. `error` "": it came to its end."""

    id: int
    asked_by: str
    started_at: datetime
    finished_at: datetime | None
    rows_read: int
    rows_new: int
    rows_updated: int
    rows_unchanged: int
    rows_rejected: int
    rows_retried: int
    unknown_columns: Sequence[str]
    warnings: Sequence[str]
    error: str
    tries: int
    next_at: datetime | None

    @property
    def lasted(self) -> timedelta | None:
        return None if self.finished_at is None else self.finished_at - self.started_at


@dataclass(frozen=True)
class Shown:
    """One source now. `as_of` None: it never came to an end; `next_at` None: not planned."""

    name: str
    kind: str
    feeds: str
    as_of: datetime | None
    stale: bool
    hours: int
    declared: bool
    running: bool
    asked_by: str | None
    next_at: datetime | None
    last: Run | None
    waiting: int


@dataclass(frozen=True)
class UnknownTown:
    """A name that rows of a source have for a town: how many wait for it, what it may mean."""

    name: str
    rows: int
    near: str


@dataclass(frozen=True)
class Detail:
    """One source with its history and the rows that wait, the first hundred of them."""

    shown: Shown
    runs: Sequence[Run]
    older: int | None
    waiting: Sequence[Outstanding]
    unknown_towns: Sequence[UnknownTown]
    towns: Sequence[str]


def show_freshness(database: Database, *, at: datetime) -> Sequence[Freshness]:
    """How fresh each of the ledger's sources is that is pulled; nothing when none is."""
    with database.session() as session:
        return freshness(session, at)


def show_sources(database: Database, *, at: datetime) -> Sequence[Shown]:
    """What is declared now, by name."""
    with database.session() as session:
        return [_shown(session, row, as_of, at) for row, as_of in declared_at(session, at)]


def file_faults(database: Database) -> tuple[str, Sequence[str]]:
    """Where the sources are declared, and what is wrong there."""
    with database.session() as session:
        row = sources.file_faults(session)
        return ("", ()) if row is None else (row.path, row.faults)


def show_source(
    database: Database, name: str, *, at: datetime, before_run: int | None = None
) -> Detail:
    """One source. Raises NotFound."""
    with database.session() as session:
        row = sources.find(session, name)
        as_of = {one.id: known for one, known in declared_at(session, at)}.get(row.id)
        found = runs.history(session, row.id, before_run, RUNS + 1)
        waiting = rejections.waiting(session, row.id, limit=LOOKED_AT)
        known = towns.ids_by_word(session)
        return Detail(
            shown=_shown(session, row, as_of, at),
            runs=[_run(one) for one in found[:RUNS]],
            older=found[RUNS - 1].id if len(found) > RUNS else None,
            waiting=waiting[:SHOWN_ROWS],
            unknown_towns=_unknown_towns(waiting, known),
            towns=towns.names(session),
        )


def write_rejected(database: Database, name: str, stream: BinaryIO, *, file: Path) -> int:
    """The rows that wait as a marked copy, which can be corrected and taken in as a file; how many.

    `file`: where it is declared which column is which field. Raises NotFound.
    """
    with database.session() as session:
        waiting = rejections.waiting(session, sources.find(session, name).id)
    declared = read_declared(file, lambda _when: None).sources
    mapping = next((one.columns for one in declared if one.name == name), {})
    named = [[ENGLISH.get(mapping.get(one, one), one) for one in row.columns] for row in waiting]
    columns = dict.fromkeys(name for name in CHINESE if any(name in row for row in named))
    columns |= dict.fromkeys(name for row in named for name in row)
    lines: list[list[Any]] = [[ROW_NUMBER, REASON, *columns]]
    for number, (row, names) in enumerate(zip(waiting, named, strict=True), start=1):
        cells = dict(zip(names, row.cells, strict=False))
        lines.append([number, row.reason, *(cells.get(one) for one in columns)])
    write_marked(stream, lines)
    return len(waiting)


def _unknown_towns(waiting: Sequence[Outstanding], known: dict[str, int]) -> Sequence[UnknownTown]:
    counted: dict[str, int] = {}
    for name in _town_words(waiting):
        if name and name not in known:
            counted[name] = counted.get(name, 0) + 1
    return [UnknownTown(name, n, nearest(name, known)) for name, n in sorted(counted.items())]


def _town_words(waiting: Sequence[Outstanding]) -> Iterator[str]:
    """The words that stand where a town should, of rows that wait for that reason."""
    for row in waiting:
        for cell in row.cells:
            word = as_code(cell) if isinstance(cell, str) else ""
            if word and f"所属镇街“{word}”不认识" in row.reason:
                yield word
                break


def _shown(session: Session, row: SourceRow, as_of: datetime | None, at: datetime) -> Shown:
    last = runs.last(session, row.id)
    return Shown(
        name=row.name,
        kind=KIND_NAMES[Kind(row.kind)],
        feeds=SOURCE_NAMES[Source(row.feeds)],
        as_of=as_of,
        stale=row.dropped_at is None and is_stale(row, as_of, at),
        hours=row.stale_after_hours,
        declared=row.dropped_at is None,
        running=row.claimed_until is not None and row.claimed_until > at,
        asked_by=row.asked_by if row.asked_at else None,
        next_at=row.next_at,
        last=_run(last) if last else None,
        waiting=rejections.count(session, row.id),
    )


def _run(row: SourceRunRow) -> Run:
    return Run(
        id=row.id,
        asked_by=row.asked_by,
        started_at=row.started_at,
        finished_at=row.finished_at,
        rows_read=row.rows_read,
        rows_new=row.rows_new,
        rows_updated=row.rows_updated,
        rows_unchanged=row.rows_unchanged,
        rows_rejected=row.rows_rejected,
        rows_retried=row.rows_retried,
        unknown_columns=row.unknown_columns,
        warnings=row.warnings,
        error=row.error,
        tries=row.tries,
        next_at=row.next_at,
    )

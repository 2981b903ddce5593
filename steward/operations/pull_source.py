"""Pull one source once: what waits is tried again, what is new comes in batch by batch.

A batch is one transaction: its rows in the ledger, the rows that are refused, the counts and the
watermark. A process that is killed has lost nothing, and the next one goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from steward.domain.hazards import Source as LedgerSource
from steward.domain.sources import Batch, Kind, Pulled, Watermark
from steward.errors import SourceError, StewardError
from steward.operations.keep_rows import Place, keep_rows, retry_rows
from steward.operations.read_folder import read_folder
from steward.operations.read_http import read_http
from steward.operations.watch_folder import Watched
from steward.sources.queries import runs, sources
from steward.sources.queries.upstream import read_database
from steward.sources.shapes import DatabaseSource, FolderSource, HttpSource, Source
from steward.sources.tables import SourceRunRow
from steward.storage.engine import Database

FIRST_AGAIN = timedelta(minutes=1)
LONGEST_AGAIN = timedelta(hours=1)
LEASE = timedelta(minutes=5)  # or twice what one answer may take, where that is longer
LONGEST_RUN = timedelta(hours=2)


@dataclass(frozen=True)
class Means:
    """What a run needs besides the database.

    `tell_time` gives the instant; `variable` what stands in the environment under a name;
    `next_at` when a plan is due after an instant; `watched` how folders looked before, by source;
    `progress` is told the rows read so far.
    """

    owner: str
    tell_time: Callable[[], datetime]
    variable: Callable[[str], str | None]
    next_at: Callable[[str, datetime], datetime | None]
    watched: dict[str, Watched] = field(default_factory=dict)
    stopping: Callable[[], bool] = lambda: False
    progress: Callable[[int], None] = lambda _rows: None


def pull_source(database: Database, source: Source, means: Means) -> Pulled | None:
    """One run of a declared source; None when somebody else has it.

    A fault of the source ends the run, is put down and tried again later, each time after twice as
    long. Raises StorageError when not even that could be written: then the claim runs out.
    """
    now = means.tell_time()
    with database.session(write=True) as session:
        row = sources.find(session, source.name)
        by = f"{means.owner[:80]}#{now.isoformat()}"
        if not sources.claim(session, source.name, by=by, now=now, until=now + lease_of(source)):
            return None
        session.refresh(row)
        run = runs.begin(session, row, at=now)
        row.asked_at, row.asked_by = None, ""
        place = Place(row.id, run.id, LedgerSource(source.source), source.columns, source.aside, by)
        reached = sources.watermark_of(row.watermark)
    try:
        as_of = _run(database, source, means, place, reached, now)
        error = ""
    except StewardError as fault:
        as_of, error = None, fault.sentence
    return _finish(database, source, means, place, as_of, error)


def _run(
    database: Database,
    source: Source,
    means: Means,
    place: Place,
    reached: Watermark | None,
    began: datetime,
) -> datetime | None:
    """Everything between claim and end; the instant up to which the source is known by it."""
    retry_rows(database, place, at=means.tell_time(), until=means.tell_time() + lease_of(source))
    read, as_of = 0, None if source.dated else began
    with closing(READERS[source.kind](source, means, reached)) as batches:
        for batch in batches:
            now = means.tell_time()
            keep_rows(database, place, batch, at=now, until=now + lease_of(source))
            as_of = max(filter(None, (as_of, batch.as_of)), default=None)
            read += len(batch.rows)
            means.progress(read)
            if means.stopping():
                raise SourceError("正在停止，下次接着拉", retry=True)
            if now - began > LONGEST_RUN:
                raise SourceError("拉了太久，下次接着拉", retry=True)
    return as_of


def _database(
    source: DatabaseSource, means: Means, reached: Watermark | None
) -> Generator[Batch, None, None]:
    password = _secret(means, source.password_env, source.password_file)
    return read_database(source, password, reached)


def _http(
    source: HttpSource, means: Means, reached: Watermark | None
) -> Generator[Batch, None, None]:
    return read_http(source, _secret(means, source.token_env, source.token_file), reached)


def _folder(
    source: FolderSource, means: Means, _reached: Watermark | None
) -> Generator[Batch, None, None]:
    return read_folder(source, means.watched, now=means.tell_time())


Reader = Callable[[Any, Means, Watermark | None], Generator[Batch, None, None]]
READERS: dict[str, Reader] = {
    Kind.DATABASE: _database,
    Kind.HTTP: _http,
    Kind.FOLDER: _folder,
}
"""How a source of each kind is read; a reader raises SourceError."""


def _secret(means: Means, variable: str, file: str) -> str | None:
    """A password or token from where it is kept; None where none is wanted. Raises SourceError."""
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(f"密码文件 {file} 不能读", place=file, retry=True) from error
    if not variable:
        return None
    found = means.variable(variable)
    if not found:
        raise SourceError(f"环境变量 {variable} 没有设置", place=variable, retry=True)
    return found


def _finish(
    database: Database,
    source: Source,
    means: Means,
    place: Place,
    as_of: datetime | None,
    error: str,
) -> Pulled:
    """Put down how it ended, when it is to be tried next, and give the source back."""
    now = means.tell_time()
    with database.session(write=True) as session:
        run = runs.get(session, place.run_id)
        if run.finished_at is not None:  # whoever took over has closed it
            return _pulled(source, run)
        tries = run.tries + 1 if error else 0
        next_at = again_at(now, tries) if error else means.next_at(source.when, now)
        run.finished_at, run.as_of, run.error = now, as_of, error
        run.tries, run.next_at = tries, next_at
        sources.hold(
            session,
            place.source_id,
            by=place.claim,
            claimed_by=None,
            claimed_until=None,
            tries=tries,
            next_at=next_at,
        )
        runs.close_intake(session, run, at=now)
        runs.forget(session, place.source_id, now=now)
        return _pulled(source, run)


def lease_of(source: Source) -> timedelta:
    """How long a claim holds from its last batch on."""
    return max(LEASE, timedelta(seconds=2 * source.answer_s))


def again_at(now: datetime, tries: int) -> datetime:
    """When to try again after so many failures in a row: each time after twice as long."""
    wait: timedelta = FIRST_AGAIN * 2 ** min(tries - 1, 10)
    return now + min(wait, LONGEST_AGAIN)


def _pulled(source: Source, run: SourceRunRow) -> Pulled:
    return Pulled(
        source=source.name,
        started_at=run.started_at,
        finished_at=run.finished_at or run.started_at,
        rows_read=run.rows_read,
        rows_new=run.rows_new,
        rows_updated=run.rows_updated,
        rows_unchanged=run.rows_unchanged,
        rows_rejected=run.rows_rejected,
        rows_retried=run.rows_retried,
        unknown_columns=tuple(run.unknown_columns),
        warnings=tuple(run.warnings),
        error=run.error,
        next_at=run.next_at,
    )

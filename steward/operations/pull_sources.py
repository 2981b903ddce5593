"""Pull every source that is due: by its plan, after a failure, or because somebody asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from steward.domain.sources import Pulled
from steward.errors import SourceError
from steward.operations.pull_source import Means, pull_source
from steward.sources.declared import Declared, read_declared
from steward.sources.queries import sources
from steward.sources.shapes import Source
from steward.sources.tables import SourceRow
from steward.storage.engine import Database


@dataclass
class Puller:
    """The file of sources, what is to be had besides, and what the file said when it was read last.

    `check_when` raises PlanError for a plan that is none.
    """

    file: Path
    check_when: Callable[[str], object]
    means: Means
    declared: Declared = field(default_factory=Declared)
    stamp: tuple[int, int] | None = (0, 0)


def pull_sources(database: Database, puller: Puller, *, now: datetime) -> list[Pulled]:
    """One look: read the file when it has changed, run what is due; what was run.

    Raises StorageError, SourceError (a claim was lost); the next look goes on from there.
    """
    declare_sources(database, puller, now=now)
    if not puller.declared.sources:
        return []
    with database.session() as session:
        due = {row.name for row in sources.declared(session) if _is_due(row, now)}
    done = []
    for source in puller.declared.sources:
        if puller.means.stopping():
            break
        if source.name in due:
            pulled = pull_source(database, source, puller.means)
            if pulled is not None:
                done.append(pulled)
    return done


def declare_sources(database: Database, puller: Puller, *, now: datetime) -> None:
    """Put down what the file declares, when it has changed since; its faults are for staff.

    A source with a fault is not run, and stays declared: it grows old, which is an alarm. Of a file
    that cannot be read at all nothing is taken.
    """
    stamp = _stamp(puller.file)
    if stamp == puller.stamp:
        return
    found = read_declared(puller.file, puller.check_when)
    with database.session(write=True) as session:
        before = sources.file_faults(session)
        if stamp is not None or before is not None:
            sources.note_file(session, str(puller.file), found.faults, at=now)
        if found.whole:
            for one in found.sources:
                sources.declare(session, one, at=now)
            sources.drop_others(session, found.names, at=now)
    puller.stamp = stamp
    if found.whole:
        puller.declared = found


def find_source(puller: Puller, name: str) -> Source:
    """One declared source. Raises SourceError: there is none, or it has a fault."""
    for source in puller.declared.sources:
        if source.name == name:
            return source
    if name in puller.declared.names:
        raise SourceError(f"来源“{name}”写得不对，请先改好", place=str(puller.file))
    raise SourceError(f"没有名为“{name}”的数据来源", place=str(puller.file))


def _is_due(row: SourceRow, now: datetime) -> bool:
    free = row.claimed_until is None or row.claimed_until <= now
    return free and (row.asked_at is not None or (row.next_at is not None and row.next_at <= now))


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes when the file does; None without a file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size

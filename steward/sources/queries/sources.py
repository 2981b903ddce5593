"""What is declared, when it is due, and who runs it: one run of a source at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from steward.domain.sources import Form, Watermark
from steward.errors import NotFound, SourceError
from steward.sources.shapes import Source
from steward.sources.tables import SourceFileRow, SourceRow

_FILE = 1


def declared(session: Session) -> Sequence[SourceRow]:
    """Those that are declared now, by name."""
    query = select(SourceRow).where(SourceRow.dropped_at.is_(None)).order_by(SourceRow.name)
    return session.scalars(query).all()


def find(session: Session, name: str) -> SourceRow:
    """One source, also one that is declared no more. Raises NotFound."""
    row = session.scalar(select(SourceRow).where(SourceRow.name == name))
    if row is None:
        raise NotFound(f"没有名为“{name[:40]}”的数据来源")
    return row


def declare(session: Session, source: Source, *, at: datetime) -> None:
    """Put down what is declared; a new one is due at once, one that came back goes on."""
    row = session.scalar(select(SourceRow).where(SourceRow.name == source.name))
    if row is None:
        row = SourceRow(name=source.name, declared_at=at, next_at=at)
        session.add(row)
    elif row.dropped_at is not None:
        row.dropped_at, row.declared_at, row.next_at = None, at, at
    if (row.feeds, row.cron) != (source.source, source.when) and row.tries == 0:
        row.next_at = at
    row.kind, row.feeds, row.cron = source.kind, source.source, source.when
    row.stale_after_hours = source.stale_after_hours
    session.flush()


def drop_others(session: Session, names: Collection[str], *, at: datetime) -> None:
    """What is declared no more has no freshness and is not run; its history stays."""
    for row in declared(session):
        if row.name not in names:
            row.dropped_at = at


def note_file(session: Session, path: str, faults: Sequence[str], *, at: datetime) -> None:
    """Put down what was found in the file of sources."""
    row = session.get(SourceFileRow, _FILE) or SourceFileRow(id=_FILE)
    row.path, row.read_at, row.faults = path[:400], at, list(faults)
    session.add(row)


def file_faults(session: Session) -> SourceFileRow | None:
    """What was found in the file of sources when it was read last."""
    return session.get(SourceFileRow, _FILE)


def ask(session: Session, row: SourceRow, *, at: datetime, by: str) -> None:
    """Somebody wants it run at once."""
    row.asked_at, row.asked_by = at, by[:80]


def claim(session: Session, name: str, *, by: str, now: datetime, until: datetime) -> bool:
    """Take a source for one run, unless somebody has it."""
    taken = session.scalar(
        update(SourceRow)
        .where(
            SourceRow.name == name,
            SourceRow.dropped_at.is_(None),
            or_(SourceRow.claimed_until.is_(None), SourceRow.claimed_until <= now),
        )
        .values(claimed_by=by, claimed_until=until)
        .returning(SourceRow.id)
        .execution_options(synchronize_session=False)
    )
    return taken is not None


def hold(session: Session, source_id: int, *, by: str, **values: Any) -> None:
    """Go on with a claim and change the source in one step. Raises SourceError: it was lost."""
    held = session.scalar(
        update(SourceRow)
        .where(SourceRow.id == source_id, SourceRow.claimed_by == by)
        .values(**values)
        .returning(SourceRow.id)
        .execution_options(synchronize_session=False)
    )
    if held is None:
        raise SourceError("这一次拖得太久，已由另一个进程接手", retry=True)


def watermark_of(kept: dict[str, Any] | None) -> Watermark | None:
    """A watermark from its column."""
    return Watermark(Form(kept["form"]), str(kept["value"])) if kept else None


def as_column(watermark: Watermark | None) -> dict[str, Any] | None:
    """A watermark for its column."""
    return {"form": watermark.form.value, "value": watermark.value} if watermark else None

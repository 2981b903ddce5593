"""The runs of a source: begun, added to, over; and those that a dead process left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from steward.domain.hazards import Source
from steward.domain.sources import Tally
from steward.ledger.queries import intake
from steward.ledger.tables import IntakeRunRow
from steward.sources.tables import SourceRejectionRow, SourceRow, SourceRunRow

KEPT = timedelta(days=90)
"""How long a run that brought nothing is kept."""


def begin(session: Session, row: SourceRow, *, at: datetime) -> SourceRunRow:
    """A new run; one that nobody brought to its end is closed."""
    session.execute(
        update(SourceRunRow)
        .where(SourceRunRow.source_id == row.id, SourceRunRow.finished_at.is_(None))
        .values(finished_at=at, error="没有做完：运行它的进程中断了，已做的部分有效")
        .execution_options(synchronize_session=False)
    )
    run = SourceRunRow(
        source_id=row.id,
        asked_by=row.asked_by if row.asked_at else "",
        started_at=at,
        watermark_before=row.watermark,
        watermark_after=row.watermark,
        tries=row.tries,
        unknown_columns=[],
        warnings=[],
    )
    session.add(run)
    session.flush()
    return run


def add(run: SourceRunRow, tally: Tally) -> None:
    """Add what became of some rows."""
    run.rows_read += tally.read
    run.rows_new += tally.new
    run.rows_updated += tally.updated
    run.rows_unchanged += tally.unchanged
    run.rows_rejected += tally.rejected
    run.rows_retried += tally.retried
    run.unknown_columns = list(dict.fromkeys([*run.unknown_columns, *tally.unknown_columns]))
    run.warnings = list(dict.fromkeys([*run.warnings, *tally.warnings]))[:50]


def get(session: Session, run_id: int) -> SourceRunRow:
    return session.get_one(SourceRunRow, run_id)


def intake_run(session: Session, run_id: int, feeds: Source, *, at: datetime) -> int:
    """The intake that the hazards of this run belong to, begun with the first of them."""
    run = get(session, run_id)
    if run.intake_run_id is None:
        name = session.get_one(SourceRow, run.source_id).name
        begun = intake.begin_run(session, feeds, f"数据来源 {name}", "", at)
        run.intake_run_id = begun.id
    return run.intake_run_id


def close_intake(session: Session, run: SourceRunRow, *, at: datetime) -> None:
    """Give its intake the counts of a run that is over."""
    if run.intake_run_id is None:
        return
    row = session.get_one(IntakeRunRow, run.intake_run_id)
    row.finished_at = at
    row.rows_read, row.rows_new, row.rows_updated = run.rows_read, run.rows_new, run.rows_updated
    row.rows_unchanged, row.rows_rejected = run.rows_unchanged, run.rows_rejected
    row.unknown_columns = list(run.unknown_columns)


def last(session: Session, source_id: int) -> SourceRunRow | None:
    """The newest run."""
    return next(iter(history(session, source_id, None, 1)), None)


def history(
    session: Session, source_id: int, before_id: int | None, limit: int
) -> Sequence[SourceRunRow]:
    """Runs, newest first, from before this one."""
    query = select(SourceRunRow).where(SourceRunRow.source_id == source_id)
    if before_id is not None:
        query = query.where(SourceRunRow.id < before_id)
    return session.scalars(query.order_by(SourceRunRow.id.desc()).limit(limit)).all()


def forget(session: Session, source_id: int, *, now: datetime) -> None:
    """Let go of old runs that brought nothing and failed at nothing."""
    session.execute(
        delete(SourceRunRow)
        .where(
            SourceRunRow.source_id == source_id,
            SourceRunRow.finished_at < now - KEPT,
            SourceRunRow.rows_read == 0,
            SourceRunRow.error == "",
            ~exists().where(SourceRejectionRow.run_id == SourceRunRow.id),
        )
        .execution_options(synchronize_session=False)
    )

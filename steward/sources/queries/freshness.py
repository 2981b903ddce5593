"""How fresh the sources were at an instant: what the figures say of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from steward.domain.figures import Freshness
from steward.domain.hazards import SOURCE_NAMES, Source
from steward.sources.tables import SourceRow, SourceRunRow


def freshness(session: Session, at: datetime) -> tuple[Freshness, ...]:
    """Each of the ledger's sources that something declared then feeds, in the domain's order.

    Where several feed one, it is as fresh as the one that is worst off.
    """
    worst: dict[Source, Freshness] = {}
    for row, as_of in declared_at(session, at):
        one = _of(row, as_of, at)
        known = worst.get(one.source)
        if known is None or _ill(one) > _ill(known):
            worst[one.source] = one
    return tuple(worst[source] for source in Source if source in worst)


def declared_at(session: Session, at: datetime) -> Sequence[tuple[SourceRow, datetime | None]]:
    """What was declared at an instant, by name, with the instant it was known up to by then."""
    known = (
        select(func.max(SourceRunRow.as_of))
        .where(SourceRunRow.source_id == SourceRow.id, SourceRunRow.finished_at <= at)
        .scalar_subquery()
    )
    rows = session.execute(
        select(SourceRow, known)
        .where(
            SourceRow.declared_at <= at,
            or_(SourceRow.dropped_at.is_(None), SourceRow.dropped_at > at),
        )
        .order_by(SourceRow.name)
    )
    return [(row, as_of) for row, as_of in rows]


def is_stale(row: SourceRow, as_of: datetime | None, at: datetime) -> bool:
    """Whether a source is older than it may be; one that never came, since it was declared."""
    return at > (as_of or row.declared_at) + timedelta(hours=row.stale_after_hours)


def _of(row: SourceRow, as_of: datetime | None, at: datetime) -> Freshness:
    source = Source(row.feeds)
    return Freshness(
        source, SOURCE_NAMES[source], as_of, is_stale(row, as_of, at), row.stale_after_hours
    )


def _ill(one: Freshness) -> tuple[bool, bool, float]:
    """Stale before fresh, never before late, the oldest first."""
    return one.stale, one.as_of is None, -one.as_of.timestamp() if one.as_of else 0.0

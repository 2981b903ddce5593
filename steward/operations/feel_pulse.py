"""Whether an engine is at work: without one nothing is said, and no alarm is raised either."""

from __future__ import annotations

from datetime import datetime, timedelta

from steward.broadcasts.queries import conditions
from steward.storage.engine import Database

EVERY = timedelta(seconds=15)
GONE_AFTER = timedelta(seconds=60)


def beat(database: Database, *, at: datetime) -> None:
    """An engine says that it is at work."""
    with database.session(write=True) as session:
        conditions.beat(session, at=at)


def engine_gone(database: Database, *, at: datetime) -> datetime | None:
    """When an engine was last at work, if that is too long ago; None when one is, or none ever was.

    A clock that was set back (a demonstration begun anew) is no sign of that.
    """
    with database.session() as session:
        row = conditions.of(session, conditions.ENGINE)
    return row.since if row is not None and row.since + GONE_AFTER <= at else None

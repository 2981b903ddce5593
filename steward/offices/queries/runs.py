"""The making of a month's reports: claimed once, by whoever is first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from steward.offices.tables import ReportRunRow

R = ReportRunRow


def get(session: Session, month: str) -> ReportRunRow | None:
    """The run of a month; None where there was none."""
    return session.get(R, month)


def claim(session: Session, month: str, *, at: datetime, lease_until: datetime) -> int:
    """The number of this try; 0 when it is done, or somebody is at it."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    begun: int | None = session.scalar(
        dialect.insert(R)
        .values(month=month, begun_at=at, tries=1, due_at=lease_until, fault="")
        .on_conflict_do_nothing(index_elements=[R.month])
        .returning(R.tries)
    )
    if begun is not None:
        return begun
    again: int | None = session.scalar(
        update(R)
        .where(R.month == month, R.done_at.is_(None), R.due_at <= at)
        .values(tries=R.tries + 1, due_at=lease_until)
        .returning(R.tries)
        .execution_options(synchronize_session=False)
    )
    return again or 0


def done(session: Session, month: str, *, at: datetime) -> None:
    """All is there."""
    session.execute(
        update(R)
        .where(R.month == month)
        .values(done_at=at, fault="")
        .execution_options(synchronize_session=False)
    )


def failed(session: Session, month: str, *, due_at: datetime, fault: str) -> None:
    """Not all is there; to be tried again then."""
    session.execute(
        update(R)
        .where(R.month == month)
        .values(due_at=due_at, fault=fault)
        .execution_options(synchronize_session=False)
    )

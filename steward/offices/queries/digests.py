"""Statements about the days' warnings of towns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.offices.tables import DigestRow


def add(
    session: Session,
    town_code: str,
    day: date,
    *,
    title: str,
    lines: Sequence[str],
    overdue: int,
    due_soon: int,
    at: datetime,
) -> DigestRow | None:
    """A town's of a day; None when it has one already."""
    known = select(DigestRow.id).where(DigestRow.day == day, DigestRow.town_code == town_code)
    if session.scalar(known) is not None:
        return None
    row = DigestRow(
        day=day,
        town_code=town_code,
        title=title,
        made_at=at,
        overdue=overdue,
        due_soon=due_soon,
        lines=list(lines),
    )
    session.add(row)
    session.flush()
    return row

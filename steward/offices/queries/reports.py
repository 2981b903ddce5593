"""Monthly reports: the one that holds, and the next one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.offices.tables import ReportRow
from steward.storage.turns import Turn, take_turn


def holding(session: Session, month: str, town_code: str) -> ReportRow | None:
    """The town's report of a month (`2021-10`) with the highest number."""
    return session.scalar(
        select(ReportRow)
        .where(ReportRow.month == month, ReportRow.town_code == town_code)
        .order_by(ReportRow.number.desc())
        .limit(1)
    )


def take_issuing(session: Session) -> None:
    """Wait until nobody else issues a report; the transaction's end lets the next one."""
    take_turn(session, Turn.REPORTS)


def add(
    session: Session,
    *,
    month: str,
    town_code: str,
    number: int,
    title: str,
    as_of: datetime,
    made_at: datetime,
    reason: str,
    figures: dict[str, Any],
) -> ReportRow:
    """The next report of a town's month, stored."""
    row = ReportRow(
        month=month,
        town_code=town_code,
        number=number,
        title=title,
        as_of=as_of,
        made_at=made_at,
        reason=reason,
        figures=figures,
    )
    session.add(row)
    session.flush()
    return row

"""Briefings: issued, spoken, written; and the weeks kept for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from steward.domain.offices import SoundState
from steward.offices.tables import BriefingRow, KeptWeekRow


def holding(session: Session, week: str) -> dict[str, BriefingRow]:
    """The briefing that holds of each town in a week (`2021-W46`), by the town's code."""
    newest = (
        select(BriefingRow.town_code, func.max(BriefingRow.number).label("number"))
        .where(BriefingRow.week == week)
        .group_by(BriefingRow.town_code)
        .subquery()
    )
    rows = session.scalars(
        select(BriefingRow)
        .join(
            newest,
            (newest.c.town_code == BriefingRow.town_code) & (newest.c.number == BriefingRow.number),
        )
        .where(BriefingRow.week == week)
        .order_by(BriefingRow.town_code)
    )
    return {row.town_code: row for row in rows}


def issue(
    session: Session,
    *,
    week: str,
    town_code: str,
    number: int,
    broadcast_id: int | None,
    title: str,
    as_of: datetime,
    at: datetime,
    figures: dict[str, Any],
    evidence: dict[str, Any],
    reason: str = "",
    changes: Sequence[dict[str, Any]] = (),
) -> int | None:
    """A new briefing, yet to be spoken and written; its id. None when the town has this number
    of the week already."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    made: int | None = session.scalar(
        dialect.insert(BriefingRow)
        .values(
            week=week,
            town_code=town_code,
            number=number,
            broadcast_id=broadcast_id,
            title=title,
            as_of=as_of,
            made_at=at,
            reason=reason,
            changes=list(changes),
            figures=figures,
            evidence=evidence,
            clauses=[],
            sound=SoundState.WAITING.value,
            clips={},
            fault="",
            papers=SoundState.WAITING.value,
            paper_fault="",
        )
        .on_conflict_do_nothing(
            index_elements=[BriefingRow.week, BriefingRow.town_code, BriefingRow.number]
        )
        .returning(BriefingRow.id)
    )
    return made


def keep_week(
    session: Session, announcement_id: int, towns: Sequence[dict[str, Any]], *, at: datetime
) -> None:
    """Keep the towns' weeks until their announcement is sent."""
    session.merge(KeptWeekRow(announcement_id=announcement_id, kept_at=at, towns=list(towns)))
    session.flush()


def take_kept_week(session: Session, announcement_id: int) -> list[dict[str, Any]]:
    """What was kept for an announcement; it is kept no more."""
    row = session.get(KeptWeekRow, announcement_id)
    if row is None:
        return []
    session.execute(delete(KeptWeekRow).where(KeptWeekRow.announcement_id == announcement_id))
    return row.towns

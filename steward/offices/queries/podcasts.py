"""Briefings as a podcast lists them, and who fetched their sound."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from steward.domain.offices import Issue, SoundState
from steward.offices.queries.downloads import FEED, record
from steward.offices.tables import BriefingRow, DownloadRow
from steward.storage.turns import Turn, take_turn


def heard_of_town(
    session: Session, town_code: str, limit: int
) -> Sequence[tuple[BriefingRow, datetime | None]]:
    """The town's briefings that have their sound, newest first, and when each was put right."""
    last = (
        select(
            BriefingRow.week,
            func.max(BriefingRow.number).label("number"),
            func.max(BriefingRow.made_at).label("made_at"),
        )
        .where(BriefingRow.town_code == town_code)
        .group_by(BriefingRow.week)
        .subquery()
    )
    found = session.execute(
        select(BriefingRow, last.c.number, last.c.made_at)
        .join(last, last.c.week == BriefingRow.week)
        .where(BriefingRow.town_code == town_code, BriefingRow.sound == SoundState.MADE.value)
        .order_by(BriefingRow.made_at.desc(), BriefingRow.id.desc())
        .limit(limit)
    )
    return [(row, made_at if row.number < number else None) for row, number, made_at in found]


def fetched(session: Session, issue: Issue, by: str) -> bool:
    """Is it on record that this key fetched the sound of this briefing?"""
    mine = (
        DownloadRow.matter == issue.matter.value,
        DownloadRow.issue_id == issue.id,
        DownloadRow.format == FEED,
        DownloadRow.by == by,
    )
    return session.scalar(select(DownloadRow.id).where(*mine).limit(1)) is not None


def note_fetch(session: Session, issue: Issue, by: str, *, at: datetime, where: str) -> None:
    """Put it on record, once an issue and key: clients fetch a sound in parts, some at once."""
    take_turn(session, Turn.DOWNLOADS)
    if not fetched(session, issue, by):
        record(session, issue, FEED, by=by, at=at, where=where)

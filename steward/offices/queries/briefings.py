"""Briefings: issued, spoken, written; and the weeks kept for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, load_only

from steward.domain.offices import SoundState
from steward.offices.tables import BriefingRow, KeptWeekRow

FAULT_LENGTH = 300
_WAITING, _FAILED = SoundState.WAITING.value, SoundState.FAILED.value
_SHORT = (
    BriefingRow.week,
    BriefingRow.town_code,
    BriefingRow.number,
    BriefingRow.title,
    BriefingRow.made_at,
    BriefingRow.sound,
    BriefingRow.fault,
    BriefingRow.papers,
    BriefingRow.paper_fault,
)


def holding(session: Session, week: str) -> dict[str, BriefingRow]:
    """The briefing that holds of each town in a week (`2021-W46`), by the town's code."""
    newest = _holding_numbers(week).subquery()
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


def next_silent(session: Session) -> BriefingRow | None:
    """The next one whose script or a clip of it is to be made; corrections first, then by age."""
    for row in _waiting(session, BriefingRow.sound == _WAITING):
        if not row.clauses or len(row.clips) < len(row.clauses):
            return row
    return None


def next_unwritten(session: Session) -> BriefingRow | None:
    """The next one of which files are to be written: its clips are complete, or there will be
    none; in the same order."""
    for row in _waiting(
        session, or_(BriefingRow.sound == _WAITING, BriefingRow.papers == _WAITING)
    ):
        spoken = row.clauses and len(row.clips) == len(row.clauses)
        if spoken or row.sound != _WAITING:
            return row
    return None


def former(session: Session, row: BriefingRow) -> BriefingRow | None:
    """What the town was given of the same week before."""
    return session.scalars(
        select(BriefingRow).where(
            BriefingRow.week == row.week,
            BriefingRow.town_code == row.town_code,
            BriefingRow.number == row.number - 1,
        )
    ).first()


def locked(session: Session, briefing_id: int) -> BriefingRow:
    """One briefing as it is now, locked until the commit."""
    return session.get_one(BriefingRow, briefing_id, with_for_update=True, populate_existing=True)


def failed_since(session: Session, since: datetime) -> Sequence[BriefingRow]:
    """Those made since then that hold and lack sound or papers for good, by week and town."""
    rows = session.scalars(
        select(BriefingRow)
        .where(
            BriefingRow.made_at >= since,
            or_(BriefingRow.sound == _FAILED, BriefingRow.papers == _FAILED),
        )
        .order_by(BriefingRow.week, BriefingRow.town_code, BriefingRow.number)
        .options(load_only(*_SHORT))
    ).all()
    held = {week: holding_numbers(session, week) for week in {row.week for row in rows}}
    return [row for row in rows if held[row.week][row.town_code] == row.number]


def underway(session: Session, week: str) -> bool:
    """Whether the engine still has briefings of this week to speak or to write."""
    waiting = or_(BriefingRow.sound == _WAITING, BriefingRow.papers == _WAITING)
    one = select(BriefingRow.id).where(BriefingRow.week == week, waiting)
    return session.scalar(one.limit(1)) is not None


def holding_numbers(session: Session, week: str) -> dict[str, int]:
    """The number that holds of each town in a week."""
    return {row.town_code: row.number for row in session.execute(_holding_numbers(week))}


def _holding_numbers(week: str) -> Select[str, int]:
    return (
        select(BriefingRow.town_code, func.max(BriefingRow.number).label("number"))
        .where(BriefingRow.week == week)
        .group_by(BriefingRow.town_code)
    )


def again(session: Session, week: str) -> list[int]:
    """Have those of a week that failed tried once more; their ids."""
    rows = session.scalars(
        select(BriefingRow)
        .where(
            BriefingRow.week == week,
            or_(BriefingRow.sound == _FAILED, BriefingRow.papers == _FAILED),
        )
        .order_by(BriefingRow.id)
        .with_for_update()
    ).all()
    for row in rows:
        if row.sound == _FAILED:
            # Written anew, too: a reading may have been settled, a template mended.
            row.sound, row.fault, row.clips, row.clauses = _WAITING, "", {}, []
        if row.papers == _FAILED:
            row.papers, row.paper_fault = _WAITING, ""
    session.flush()
    return [row.id for row in rows]


def _waiting(session: Session, what: ColumnElement[bool]) -> Iterator[BriefingRow]:
    """One after the other: each carries its figures, and the first is mostly the one."""
    ids = session.scalars(
        select(BriefingRow.id).where(what).order_by(BriefingRow.number.desc(), BriefingRow.id)
    ).all()
    for one in ids:
        row = session.get(BriefingRow, one)
        if row is not None:
            yield row


def keep_script(session: Session, briefing_id: int, clauses: list[dict[str, Any]]) -> None:
    """Put down what is said, unless somebody else has meanwhile."""
    row = locked(session, briefing_id)
    if row.sound == _WAITING and not row.clauses:
        row.clauses = clauses


def keep_clip(session: Session, briefing_id: int, ordinal: int, clip: dict[str, Any]) -> None:
    """Put down the sound of a clause (from 0)."""
    row = locked(session, briefing_id)
    if row.sound == _WAITING:
        row.clips = {**row.clips, str(ordinal): clip}


def lose_clips(session: Session, briefing_id: int, ordinals: Sequence[str]) -> None:
    """These clips are gone from the cache, and are to be made again."""
    row = locked(session, briefing_id)
    row.clips = {n: clip for n, clip in row.clips.items() if n not in ordinals}


def settle_sound(
    session: Session, briefing_id: int, duration_ms: int | None, fault: str = ""
) -> None:
    """Its sound lies there as files, that long; or there is none, and why."""
    row = locked(session, briefing_id)
    row.sound = SoundState.MADE.value if duration_ms is not None else _FAILED
    row.duration_ms, row.fault = duration_ms, fault[:FAULT_LENGTH]


def settle_papers(session: Session, briefing_id: int, fault: str = "") -> None:
    """Its papers lie there as files; or some do not, and why."""
    row = locked(session, briefing_id)
    row.papers = _FAILED if fault else SoundState.MADE.value
    row.paper_fault = fault[:FAULT_LENGTH]

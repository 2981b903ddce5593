"""Broadcasts and announcements as programs list them: the newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from steward.broadcasts.tables import AnnouncementRow, BroadcastRow, HallRow, PlayerRow, ReceiptRow
from steward.domain.alarms import RETRY
from steward.domain.announcements import AnnouncementState, Status
from steward.domain.broadcasts import BroadcastState, Priority


@dataclass(frozen=True)
class Wanted:
    """Which broadcasts: each condition that is not None holds. `town` is a code: about it, or in
    its own hall; `since` and `until` bound the slot, `[since, until)`."""

    hall: str | None = None
    state: BroadcastState | None = None
    priority: Priority | None = None
    announcement: int | None = None
    town: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def page_of_broadcasts(
    session: Session, wanted: Wanted, *, before: int | None, limit: int
) -> Sequence[tuple[BroadcastRow, HallRow]]:
    """At most `limit`, from before that id, the highest id first."""
    query = select(BroadcastRow, HallRow).join(HallRow, HallRow.id == BroadcastRow.hall_id)
    if wanted.hall is not None:
        query = query.where(HallRow.name == wanted.hall)
    if wanted.state is not None:
        query = query.where(BroadcastRow.state == wanted.state.value)
    if wanted.priority is not None:
        query = query.where(BroadcastRow.priority == wanted.priority.value)
    if wanted.announcement is not None:
        query = query.where(BroadcastRow.announcement_id == wanted.announcement)
    if wanted.town is not None:
        query = query.where(
            or_(BroadcastRow.town_code == wanted.town, HallRow.town_code == wanted.town)
        )
    if wanted.since is not None:
        query = query.where(BroadcastRow.slot_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(BroadcastRow.slot_at < wanted.until)
    if before is not None:
        query = query.where(BroadcastRow.id < before)
    found = session.execute(query.order_by(BroadcastRow.id.desc()).limit(limit))
    return [(row, hall) for row, hall in found]


def heard_by_district(session: Session, limit: int) -> Sequence[BroadcastRow]:
    """What was played of the district's with its sound kept, each announcement once, newest first.

    A town's own, exercises, tests and what was said again because nobody heard it are left out.
    """
    of_district = (
        BroadcastRow.state == BroadcastState.PLAYED.value,
        BroadcastRow.sound_key != "",
        BroadcastRow.status == Status.ACTUAL.value,
        BroadcastRow.town_code.is_(None),
        func.coalesce(BroadcastRow.relation, "") != RETRY,
        HallRow.town_code.is_(None),
    )
    once = (
        select(func.min(BroadcastRow.id))
        .join(HallRow, HallRow.id == BroadcastRow.hall_id)
        .where(*of_district)
        .group_by(func.coalesce(BroadcastRow.announcement_id, -BroadcastRow.id))
    )
    return session.scalars(
        select(BroadcastRow)
        .where(BroadcastRow.id.in_(once))
        .order_by(BroadcastRow.slot_at.desc(), BroadcastRow.id.desc())
        .limit(limit)
    ).all()


def page_of_announcements(
    session: Session,
    *,
    state: AnnouncementState | None,
    author: str | None,
    town: str | None,
    before: int | None,
    limit: int,
) -> Sequence[AnnouncementRow]:
    """At most `limit`, from before that id, the highest id first; `town`: said in its hall."""
    query = select(AnnouncementRow)
    if state is not None:
        query = query.where(AnnouncementRow.state == state.value)
    if author is not None:
        query = query.where(AnnouncementRow.author == author)
    if town is not None:
        query = query.where(said_in_town(town))
    if before is not None:
        query = query.where(AnnouncementRow.id < before)
    return session.scalars(query.order_by(AnnouncementRow.id.desc()).limit(limit)).all()


def said_in_town(town: str) -> ColumnElement[bool]:
    """The announcement of the enclosing statement became a broadcast in a hall of that town."""
    return exists().where(
        BroadcastRow.announcement_id == AnnouncementRow.id,
        HallRow.id == BroadcastRow.hall_id,
        HallRow.town_code == town,
    )


def page_of_receipts(
    session: Session, hall: str, *, before: int | None, limit: int
) -> Sequence[tuple[ReceiptRow, PlayerRow]]:
    """What players told of a hall's broadcasts, the newest first."""
    query = (
        select(ReceiptRow, PlayerRow)
        .join(PlayerRow, PlayerRow.id == ReceiptRow.player_id)
        .join(BroadcastRow, BroadcastRow.id == ReceiptRow.broadcast_id)
        .join(HallRow, HallRow.id == BroadcastRow.hall_id)
        .where(HallRow.name == hall)
    )
    if before is not None:
        query = query.where(ReceiptRow.id < before)
    found = session.execute(query.order_by(ReceiptRow.id.desc()).limit(limit))
    return [(row, player) for row, player in found]

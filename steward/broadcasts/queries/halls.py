"""Halls: the places that play."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.broadcasts.queries import changes
from steward.broadcasts.tables import HallRow
from steward.domain.halls import QuietHours
from steward.errors import NotFound


def every(session: Session) -> Sequence[HallRow]:
    """All halls, in the order they were made."""
    return session.scalars(select(HallRow).order_by(HallRow.id)).all()


def get(session: Session, hall_id: int) -> HallRow:
    """One hall by its id, which must exist."""
    return session.get_one(HallRow, hall_id)


def on_hold(hall: HallRow, now: datetime) -> bool:
    """Whether only emergencies may begin: it is paused, or in its quiet hours."""
    return hall.paused_at is not None or quiet_until(hall, now) is not None


def quiet_until(hall: HallRow, now: datetime) -> datetime | None:
    """When the quiet hours that hold now end; None outside of them."""
    return QuietHours.parse(hall.quiet).until(now)


def named(session: Session, name: str) -> HallRow | None:
    """The hall whose `name` stands in its URL."""
    return session.scalars(select(HallRow).where(HallRow.name == name)).first()


def locked(session: Session, hall_id: int) -> HallRow:
    """The hall, its row locked until the commit: whoever moves several broadcasts asks first.

    Always hall, then broadcasts, then the log, so that two never wait for each other.
    """
    return session.scalars(
        select(HallRow)
        .where(HallRow.id == hall_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def to_control(session: Session, name: str) -> HallRow:
    """The hall of that name, locked until the commit. Raises NotFound."""
    hall = named(session, name)
    if hall is None:
        raise NotFound(f"没有名为“{name}”的大厅")
    return locked(session, hall.id)


def note_act(session: Session, hall: HallRow, act: str, *, at: datetime, by: str, why: str) -> None:
    """Log an act upon the hall itself: "paused", "resumed", "quiet", "volume", "stopped"."""
    session.flush()
    changes.record(
        session,
        at=at,
        hall_id=hall.id,
        broadcast_id=None,
        what="hall",
        from_=None,
        to=act,
        by=by,
        why=why,
    )


def ensure(session: Session, name: str, title: str) -> HallRow:
    """The hall of that name; made with `title` where there is none. Needs a write session."""
    hall = named(session, name)
    if hall is None:
        hall = HallRow(name=name, title=title)
        session.add(hall)
        session.flush()
    return hall

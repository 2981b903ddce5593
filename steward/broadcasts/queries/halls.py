"""Halls: the places that play."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.broadcasts.tables import HallRow


def every(session: Session) -> Sequence[HallRow]:
    """All halls, in the order they were made."""
    return session.scalars(select(HallRow).order_by(HallRow.id)).all()


def named(session: Session, name: str) -> HallRow | None:
    """The hall whose `name` stands in its URL."""
    return session.scalars(select(HallRow).where(HallRow.name == name)).first()


def ensure(session: Session, name: str, title: str) -> HallRow:
    """The hall of that name; made with `title` where there is none. Needs a write session."""
    hall = named(session, name)
    if hall is None:
        hall = HallRow(name=name, title=title)
        session.add(hall)
        session.flush()
    return hall

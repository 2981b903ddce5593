"""One writer at a time, for what must be written in an order: a log, a count with a limit."""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session


class Turn(IntEnum):
    """What writers queue for. A transaction that takes several takes them in this order."""

    LOGINS = 0x53544550
    PLACES = 0x53544552
    ALERTS = 0x53544554
    REPORTS = 0x53544556
    CHANGES = 0x53544557
    DOWNLOADS = 0x53544559
    AUDIT = 0x5354455A


def take_turn(session: Session, turn: Turn) -> None:
    """Wait until no other transaction has this turn; the transaction's end gives it back.

    PostgreSQL: an advisory lock. SQLite has one writer (`Database.session(write=True)`).
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(int(turn))))

"""Tries to log in, counted by account and by address; what locks for how long."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from steward.accounts.tables import LoginAttemptRow
from steward.storage.turns import Turn, take_turn

WINDOW = timedelta(minutes=15)
TRIES_OF_ACCOUNT = 5
TRIES_OF_ADDRESS = 20
_KEPT = timedelta(days=1)


def begin(session: Session, name: str, address: str, *, at: datetime) -> datetime | None:
    """Put down one more try, failed until `forget` says otherwise; None.

    Where there were too many in the last 15 minutes nothing is put down, and the instant is given
    from which on one may try again. `name` is "" for what cannot be an account's.
    """
    take_turn(session, Turn.LOGINS)
    until = locked_until(session, name, address, at=at)
    if until is not None:
        return until
    session.execute(delete(LoginAttemptRow).where(LoginAttemptRow.at < at - _KEPT))
    session.add(LoginAttemptRow(at=at, name=name, address=address))
    session.flush()
    return None


def locked_until(session: Session, name: str, address: str, *, at: datetime) -> datetime | None:
    """Until when neither this account nor this address may try; None when they may now."""
    ends = [_full_until(session, LoginAttemptRow.address == address, TRIES_OF_ADDRESS, at)]
    if name:
        ends.append(_full_until(session, LoginAttemptRow.name == name, TRIES_OF_ACCOUNT, at))
    return max((end for end in ends if end is not None), default=None)


def forget(session: Session, name: str) -> None:
    """An account's tries no longer count: it was logged in to, or unlocked."""
    session.execute(delete(LoginAttemptRow).where(LoginAttemptRow.name == name))


def _full_until(
    session: Session, whose: ColumnElement[bool], tries: int, at: datetime
) -> datetime | None:
    first = session.scalar(
        select(LoginAttemptRow.at)
        .where(whose, LoginAttemptRow.at > at - WINDOW)
        .order_by(LoginAttemptRow.at.desc())
        .offset(tries - 1)
        .limit(1)
    )
    return None if first is None else first + WINDOW

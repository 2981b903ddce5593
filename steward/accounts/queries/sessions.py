"""Log-ins that go on. A row gone is a log-in ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from steward.accounts.keys import digest as digest_of
from steward.accounts.keys import new_key
from steward.accounts.tables import UserRow, UserSessionRow

LONGEST = timedelta(hours=12)  # one shift, however busy


def begin(session: Session, user: UserRow, *, at: datetime) -> str:
    """A new log-in of an account; its key, of which only the digest is kept."""
    session.execute(delete(UserSessionRow).where(UserSessionRow.created_at <= at - LONGEST))
    key = new_key()
    session.add(UserSessionRow(digest=digest_of(key), user_id=user.id, created_at=at, seen_at=at))
    user.last_login_at = at
    session.flush()
    return key


def find(
    session: Session, digest: str, *, at: datetime, idle: timedelta
) -> tuple[UserRow, datetime] | None:
    """Whose log-in it is and when it was last seen; None when it is over or was never begun.

    It is over after `idle` without use, 12 hours after its begin, or with its account disabled.
    """
    found = session.execute(
        select(UserRow, UserSessionRow.seen_at)
        .join(UserSessionRow, UserSessionRow.user_id == UserRow.id)
        .where(
            UserSessionRow.digest == digest,
            UserSessionRow.seen_at > at - idle,
            UserSessionRow.created_at > at - LONGEST,
            UserRow.disabled_at.is_(None),
        )
    ).first()
    return None if found is None else (found[0], found[1])


def touch(session: Session, digest: str, *, at: datetime) -> None:
    """Note that it was used."""
    session.execute(
        update(UserSessionRow).where(UserSessionRow.digest == digest).values(seen_at=at)
    )


def end(session: Session, digest: str) -> None:
    """End one."""
    session.execute(delete(UserSessionRow).where(UserSessionRow.digest == digest))


def end_all(session: Session, user_id: int) -> None:
    """End every one of an account."""
    session.execute(delete(UserSessionRow).where(UserSessionRow.user_id == user_id))

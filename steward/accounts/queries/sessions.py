"""Log-ins that go on. A row gone is a log-in ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from steward.accounts.keys import digest as digest_of
from steward.accounts.keys import new_key
from steward.accounts.queries import tokens
from steward.accounts.tables import TokenRow, UserRow, UserSessionRow
from steward.domain.accounts import Token

LONGEST = timedelta(hours=12)  # one shift, however busy


def begin(session: Session, user: UserRow, *, at: datetime) -> str:
    """A new log-in of an account; its key, of which only the digest is kept."""
    user.last_login_at = at
    return _begin(session, UserSessionRow(user_id=user.id), at=at)


def begin_by_link(session: Session, token: Token, *, at: datetime) -> str:
    """A new log-in of whoever came by a personal link; its key, as above."""
    tokens.touch(session, token.id, at=at)
    return _begin(session, UserSessionRow(token_id=token.id), at=at)


def _begin(session: Session, row: UserSessionRow, *, at: datetime) -> str:
    session.execute(delete(UserSessionRow).where(UserSessionRow.created_at <= at - LONGEST))
    key = new_key()
    row.digest, row.created_at, row.seen_at = digest_of(key), at, at
    session.add(row)
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
        .where(*_goes_on(digest, at, idle), UserRow.disabled_at.is_(None))
    ).first()
    return None if found is None else (found[0], found[1])


def find_by_link(
    session: Session, digest: str, *, at: datetime, idle: timedelta
) -> tuple[Token, datetime] | None:
    """By whose personal link it is, as above; it is over as soon as the token is revoked."""
    found = session.execute(
        select(TokenRow, UserSessionRow.seen_at)
        .join(UserSessionRow, UserSessionRow.token_id == TokenRow.id)
        .where(*_goes_on(digest, at, idle), TokenRow.revoked_at.is_(None))
    ).first()
    return None if found is None else (tokens.as_token(found[0]), found[1])


def _goes_on(digest: str, at: datetime, idle: timedelta) -> tuple[ColumnElement[bool], ...]:
    return (
        UserSessionRow.digest == digest,
        UserSessionRow.seen_at > at - idle,
        UserSessionRow.created_at > at - LONGEST,
    )


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

"""Who asks: by the key of a log-in, or by a token."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from steward.accounts.keys import digest
from steward.accounts.queries import sessions, tokens, users
from steward.domain.accounts import Caller, Role
from steward.errors import StorageBusy
from steward.storage.engine import Database, Session

log = logging.getLogger(__name__)

NOTED_EVERY = timedelta(minutes=1)


def caller_of_session(
    database: Database, key: str, *, at: datetime, idle: timedelta, prolong: bool = True
) -> Caller | None:
    """Whose log-in this is; None when it is over, or was never begun.

    `prolong`: somebody uses it, so that it goes on for as long as `idle` from now.
    """
    own = digest(key)
    with database.session() as session:
        found = _of_account(session, own, at, idle) or _of_link(session, own, at, idle)
    if found is None:
        return None
    caller, seen_at, token_id = found
    if prolong and at - seen_at >= NOTED_EVERY:

        def touch(session: Session) -> None:
            sessions.touch(session, own, at=at)
            if token_id is not None:
                tokens.touch(session, token_id, at=at)

        _note(database, touch)
    return caller


def _of_account(
    session: Session, digest: str, at: datetime, idle: timedelta
) -> tuple[Caller, datetime, int | None] | None:
    found = sessions.find(session, digest, at=at, idle=idle)
    if found is None:
        return None
    row, seen_at = found
    caller = Caller(row.name, Role(row.role), row.town_code, must_change=row.must_change)
    return caller, seen_at, None


def _of_link(
    session: Session, digest: str, at: datetime, idle: timedelta
) -> tuple[Caller, datetime, int | None] | None:
    found = sessions.find_by_link(session, digest, at=at, idle=idle)
    if found is None:
        return None
    token, seen_at = found
    caller = Caller(token.name, token.role, token.town_code, by_link=True)
    return caller, seen_at, token.id


def caller_of_token(database: Database, key: str, *, at: datetime) -> Caller | None:
    """Whose token this is; None when there is none such, or it is revoked."""
    with database.session() as session:
        token = tokens.find(session, digest(key))
    if token is None:
        return None
    if token.last_used_at is None or at - token.last_used_at >= NOTED_EVERY:
        _note(database, lambda session: tokens.touch(session, token.id, at=at))
    return Caller(token.name, token.role, token.town_code, token.hall, is_token=True)


def any_account(database: Database) -> bool:
    """Was there ever an account?"""
    with database.session() as session:
        return users.exist(session)


def _note(database: Database, what: Callable[[Any], None]) -> None:
    """Note a use. A database busy with something long is no reason to refuse the page."""
    try:
        with database.session(write=True) as session:
            what(session)
    except StorageBusy as error:
        log.warning("没有记下使用时间：%s", error)

"""Come in by a personal link: a town's token in an address, no password."""

from __future__ import annotations

from datetime import datetime

from steward.accounts.keys import digest
from steward.accounts.queries import attempts, audit, sessions, tokens
from steward.domain.accounts import Caller, Role, Token
from steward.domain.audit import Act
from steward.errors import AccessRefused
from steward.operations.log_in import NOBODY, locked_out
from steward.storage.engine import Database

ABOUT = "个人链接"


def enter_by_link(database: Database, town: str, key: str, *, at: datetime, address: str) -> str:
    """The key of a new log-in, to be kept by the browser, for that town's token.

    Each try counts before the token is looked up, as for passwords. Raises AccessRefused for a
    wrong or revoked one, one of another town, and one that is no town officer's; LockedOut.
    """
    known = digest(key)
    tried = f"link:{known[:32]}"  # no account's name has a colon
    with database.session(write=True) as session:
        until = attempts.begin(session, tried, address, at=at)
        if until is not None:
            raise locked_out("不对的链接试得太多，已暂停", until, at=at)
        token = tokens.find(session, known)
        if token is not None and opens(token, town):
            attempts.forget(session, tried)
            made = sessions.begin_by_link(session, token, at=at)
            by = Caller(token.name, token.role, town, by_link=True).actor(address)
            audit.record(session, Act.LOGGED_IN, at=at, by=by, about=ABOUT)
            return made
        nobody = Caller(NOBODY, None, by_link=True).actor(address)
        audit.record(session, Act.LOGIN_FAILED, at=at, by=nobody, about=ABOUT)
        until = attempts.locked_until(session, tried, address, at=at)
        if until is not None:
            facts = {"until": until.isoformat()}
            audit.record(session, Act.LOCKED_OUT, at=at, by=nobody, about=ABOUT, after=facts)
    raise AccessRefused("这个链接不对，或已经作废；请向区应急管理局要一个新的")


def opens(token: Token, town: str) -> bool:
    """Is it a personal link of that town?"""
    return token.role is Role.TOWN_OFFICER and token.town_code == town

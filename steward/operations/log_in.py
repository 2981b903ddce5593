"""Log in with a password, log out, change the password."""

from __future__ import annotations

from datetime import datetime

from steward.accounts import passwords
from steward.accounts.keys import digest
from steward.accounts.queries import attempts, audit, sessions, users
from steward.domain.accounts import Actor, plain_name
from steward.domain.audit import Act
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import AccessRefused, AccountError, LockedOut
from steward.storage.engine import Database

NOBODY = ""  # who an act is put down to when no account is known
WRONG = "帐号或密码不对，请核对后再试"


def log_in(database: Database, name: str, password: str, *, at: datetime, address: str) -> str:
    """The key of a new log-in, to be kept by the browser.

    The same AccessRefused, after as long a time, for a wrong password, an unknown account and one
    that is disabled; LockedOut after too many, before the password is looked at.
    """
    known = plain_name(name)
    kept = _begin_try(database, known, at=at, address=address)
    right = passwords.matches(kept, password)
    with database.session(write=True) as session:
        row = users.find(session, known) if known else None
        if row is not None and right and row.disabled_at is None and row.password_hash == kept:
            if kept is not None and passwords.outdated(kept):
                row.password_hash = passwords.hashed(password)
            attempts.forget(session, known)
            key = sessions.begin(session, row, at=at)
            audit.record(session, Act.LOGGED_IN, at=at, by=Actor(known, row.role, address))
            return key
    _fail(database, known, at=at, address=address)
    raise AccessRefused(WRONG)


def log_in_from_outside(
    database: Database, name: str, subject: str, *, at: datetime, address: str
) -> str:
    """The key of a new log-in of an account that the single sign-on vouches for.

    Only accounts without a password are open to it. The first `subject` (issuer and identity there)
    that comes under a name keeps it. Raises AccessRefused.
    """
    known = plain_name(name)
    with database.session(write=True) as session:
        row = users.find(session, known) if known else None
        able = row is not None and row.password_hash is None and row.disabled_at is None
        if row is not None and able and row.subject in (None, subject):
            row.subject = subject
            key = sessions.begin(session, row, at=at)
            by, about = Actor(known, row.role, address), "统一登录"
            audit.record(session, Act.LOGGED_IN, at=at, by=by, about=about)
            return key
        by = Actor(known if row else NOBODY, row.role if row else "", address)
        audit.record(session, Act.LOGIN_FAILED, at=at, by=by, about="统一登录")
    raise AccessRefused(
        "统一登录认出了您，但这里没有为您开通统一登录的帐号，请联系管理员", place=known
    )


def log_out(database: Database, key: str, *, at: datetime, by: Actor) -> None:
    """End a log-in."""
    with database.session(write=True) as session:
        sessions.end(session, digest(key))
        audit.record(session, Act.LOGGED_OUT, at=at, by=by)


def change_password(
    database: Database, name: str, old: str, new: str, *, at: datetime, by: Actor
) -> str:
    """Change one's own password; every log-in of the account ends, the key of a new one is given.

    Raises AccessRefused or LockedOut for the old password, AccountError for the new one.
    """
    passwords.check_new(new, name)
    kept = _begin_try(database, name, at=at, address=by.where)
    if not passwords.matches(kept, old):
        _fail(database, name, at=at, address=by.where)
        raise AccessRefused("现在的密码不对")
    if passwords.matches(kept, new):
        raise AccountError("新密码和现在的一样，请换一个")
    renewed = passwords.hashed(new)
    with database.session(write=True) as session:
        row = users.get(session, name)
        row.password_hash = renewed
        row.must_change = False
        attempts.forget(session, name)
        sessions.end_all(session, row.id)
        key = sessions.begin(session, row, at=at)
        audit.record(session, Act.PASSWORD_CHANGED, at=at, by=by, about=f"帐号 {name}")
        return key


def _begin_try(database: Database, name: str, *, at: datetime, address: str) -> str | None:
    """Count a try; the hash to compare with, None for nobody's. Raises LockedOut."""
    with database.session(write=True) as session:
        until = attempts.begin(session, name, address, at=at)
        row = users.find(session, name) if name else None
        kept = row.password_hash if row else None
    if until is not None:
        raise locked_out("密码错的次数太多，已暂停登录；急用请管理员重置密码", until, at=at)
    return kept


def locked_out(why: str, until: datetime, *, at: datetime) -> LockedOut:
    """The refusal until that instant, to be raised."""
    sentence = f"{why}。请在 {until.astimezone(DISTRICT_ZONE):%H:%M:%S} 之后再试"
    return LockedOut(sentence, wait_s=max(1, round((until - at).total_seconds())))


def _fail(database: Database, name: str, *, at: datetime, address: str) -> None:
    """Put down that a try failed, and that it was the last one for now.

    A name that is no account's is not put down: people type passwords in the wrong field.
    """
    with database.session(write=True) as session:
        row = users.find(session, name) if name else None
        by = Actor(name if row else NOBODY, row.role if row else "", address)
        audit.record(session, Act.LOGIN_FAILED, at=at, by=by)
        until = attempts.locked_until(session, name, address, at=at)
        if until is not None:
            audit.record(session, Act.LOCKED_OUT, at=at, by=by, after={"until": until.isoformat()})

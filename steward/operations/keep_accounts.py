"""Keep the accounts: the first one, add, reset, change the role, disable and enable, list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from steward.accounts import passwords
from steward.accounts.queries import attempts, audit, sessions, users
from steward.analysis.queries import towns
from steward.domain.accounts import NAME_LENGTH, NAME_RULE, Account, Actor, Role, plain_name
from steward.domain.audit import Act
from steward.domain.figures import Town
from steward.errors import AccountError
from steward.storage.engine import Database
from steward.storage.turns import Turn, take_turn

FIRST = "admin"


@dataclass(frozen=True)
class Listed:
    """An account, and until when it is locked out."""

    account: Account
    locked_until: datetime | None


def ensure_first_account(database: Database, *, at: datetime, by: Actor) -> str:
    """Make the account `admin` where there never was one; its one-time password, else ""."""
    with database.session(write=True) as session:
        take_turn(session, Turn.LOGINS)
        if users.exist(session):
            return ""
        once = passwords.one_time()
        kept = passwords.hashed(once)
        row = users.add(session, FIRST, Role.ADMIN, password_hash=kept, must_change=True, at=at)
        about, after = f"帐号 {FIRST}", users.facts(row)
        audit.record(session, Act.USER_ADDED, at=at, by=by, about=about, after=after)
        return once


def add_account(
    database: Database,
    name: str,
    role: Role,
    *,
    at: datetime,
    by: Actor,
    town: str | None = None,
    password: str | None = None,
    single_sign_on: bool = False,
) -> tuple[Account, str]:
    """The new account and its one-time password, "" when it was given one or needs none.

    `town` (name or code) is a town officer's, and his alone. Raises AccountError.
    """
    known = checked_name(name)
    if password is not None:
        passwords.check_new(password, known)
    once = "" if password or single_sign_on else passwords.one_time()
    kept = None if single_sign_on else passwords.hashed(password or once)
    with database.session(write=True) as session:
        row = users.add(
            session,
            known,
            role,
            town_code=checked_town(towns(session).values(), role, town),
            password_hash=kept,
            must_change=bool(once),
            at=at,
        )
        about, after = f"帐号 {known}", users.facts(row)
        audit.record(session, Act.USER_ADDED, at=at, by=by, about=about, after=after)
        return users.account(row), once


def reset_account(
    database: Database, name: str, *, at: datetime, by: Actor, password: str | None = None
) -> str:
    """A new password: the one-time one that is given, or `password` (then ""); unlocks.

    Every log-in of the account ends. Raises AccountError.
    """
    known = plain_name(name)
    with database.session(write=True) as session:
        row = users.get(session, known or name)
        if row.password_hash is None:
            raise AccountError(f"帐号“{known}”由单位统一登录，没有密码可以重置")
        if password is not None:
            passwords.check_new(password, known)
        once = "" if password else passwords.one_time()
        row.password_hash = passwords.hashed(password or once)
        row.must_change = bool(once)
        attempts.forget(session, known)
        sessions.end_all(session, row.id)
        audit.record(session, Act.USER_RESET, at=at, by=by, about=f"帐号 {known}")
        return once


def change_role(
    database: Database, name: str, role: Role, *, at: datetime, by: Actor, town: str | None = None
) -> None:
    """Give an account another role, from its next request on. Raises AccountError."""
    with database.session(write=True) as session:
        row = users.get(session, plain_name(name) or name)
        code = checked_town(towns(session).values(), role, town)
        if role is not Role.ADMIN:
            users.spare(session, row)
        before = users.facts(row)
        row.role, row.town_code = role.value, code
        about, after = f"帐号 {row.name}", users.facts(row)
        audit.record(session, Act.USER_ROLE, at=at, by=by, about=about, before=before, after=after)


def disable_account(database: Database, name: str, *, at: datetime, by: Actor) -> None:
    """Nobody can use it from now on; its log-ins end. Raises AccountError."""
    with database.session(write=True) as session:
        row = users.get(session, plain_name(name) or name)
        if row.disabled_at is not None:
            raise AccountError(f"帐号“{row.name}”已经停用")
        users.spare(session, row)
        row.disabled_at = at
        sessions.end_all(session, row.id)
        audit.record(session, Act.USER_DISABLED, at=at, by=by, about=f"帐号 {row.name}")


def enable_account(database: Database, name: str, *, at: datetime, by: Actor) -> None:
    """It can be used again; a lock on it ends too. Raises AccountError."""
    with database.session(write=True) as session:
        row = users.get(session, plain_name(name) or name)
        row.disabled_at = None
        attempts.forget(session, row.name)
        audit.record(session, Act.USER_ENABLED, at=at, by=by, about=f"帐号 {row.name}")


def list_accounts(database: Database, *, at: datetime) -> Sequence[Listed]:
    """All accounts by name."""
    with database.session() as session:
        return [
            Listed(users.account(row), attempts.locked_until(session, row.name, "", at=at))
            for row in users.every(session)
        ]


def checked_name(name: str) -> str:
    """The plain name of an account or a token to be. Raises AccountError."""
    known = plain_name(name)
    if not known:
        raise AccountError(NAME_RULE, place=name[:NAME_LENGTH])
    return known


def checked_town(known: Iterable[Town], role: Role | None, town: str | None) -> str | None:
    """The code of the town a role is bound to. Raises AccountError: too much, too little, none."""
    if role is not Role.TOWN_OFFICER:
        if town is not None:
            raise AccountError("只有镇街安监员（town_officer）才指定镇街")
        return None
    if town is None:
        raise AccountError("镇街安监员（town_officer）须指定镇街（名称或代码）")
    found = [one for one in known if town in (one.code, one.name)]
    if not found:
        raise AccountError(f"没有名称或代码为“{town}”的镇街", place="town")
    return found[0].code

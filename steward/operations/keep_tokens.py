"""Keep the tokens of programs, players and town officers: add, revoke, list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from steward.accounts.keys import TOKEN_PREFIX, digest, new_key
from steward.accounts.queries import audit, tokens
from steward.analysis.queries import towns
from steward.broadcasts.queries import halls
from steward.domain.accounts import Actor, Role, Token, plain_name
from steward.domain.audit import Act
from steward.errors import AccountError
from steward.operations.keep_accounts import checked_name, checked_town
from steward.storage.engine import Database


def add_token(
    database: Database,
    name: str,
    *,
    at: datetime,
    by: Actor,
    role: Role | None = None,
    hall: str | None = None,
    town: str | None = None,
    feed: bool = False,
) -> tuple[Token, str]:
    """The new token, and its secret, which is kept nowhere: show it once.

    Bound to a role (a town officer's to a town), or to a hall; or with `feed` a feed key, of a town
    or of the district. Raises AccountError.
    """
    known = checked_name(name)
    if (role is not None) + (hall is not None) + feed != 1:
        raise AccountError("令牌应指定一个角色（role）、一个大厅（hall）或订阅（feed），三者选一")
    key = TOKEN_PREFIX + new_key()
    with database.session(write=True) as session:
        if hall is not None and halls.named(session, hall) is None:
            raise AccountError(f"没有名为“{hall}”的大厅", place="hall")
        bound = Role.TOWN_OFFICER if feed and town is not None else role
        code = checked_town(towns(session).values(), bound, town)
        token = tokens.add(session, known, digest(key), role=role, hall=hall, town_code=code, at=at)
        facts = {"name": known, "role": role, "hall": hall, "town": code, "feed": feed or None}
        audit.record(session, Act.TOKEN_ADDED, at=at, by=by, about=f"令牌 {known}", after=facts)
    return token, key


def revoke_token(database: Database, name: str, *, at: datetime, by: Actor) -> None:
    """End a token, from the next request on. Raises AccountError."""
    with database.session(write=True) as session:
        token = tokens.revoke(session, plain_name(name) or name, at=at)
        audit.record(session, Act.TOKEN_REVOKED, at=at, by=by, about=f"令牌 {token.name}")


def list_tokens(database: Database) -> Sequence[Token]:
    """All tokens by name, revoked ones too."""
    with database.session() as session:
        return tokens.every(session)

"""Tokens of programs and players; revoked ones stay on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from steward.accounts.tables import TokenRow
from steward.domain.accounts import Role, Token
from steward.errors import AccountError


def add(
    session: Session,
    name: str,
    digest: str,
    *,
    role: Role | None,
    hall: str | None,
    town_code: str | None,
    at: datetime,
) -> Token:
    """A new token. Raises AccountError when its name is taken, by a revoked one too."""
    if session.scalar(select(TokenRow.id).where(TokenRow.name == name)) is not None:
        raise AccountError(f"已经有名为“{name}”的令牌（吊销的也算），请换一个名称")
    row = TokenRow(
        name=name,
        digest=digest,
        role=role.value if role else None,
        hall=hall,
        town_code=town_code,
        created_at=at,
    )
    session.add(row)
    session.flush()
    return as_token(row)


def find(session: Session, digest: str) -> Token | None:
    """The token of this secret; None when there is none, or it is revoked."""
    query = select(TokenRow).where(TokenRow.digest == digest, TokenRow.revoked_at.is_(None))
    row = session.scalars(query).one_or_none()
    return None if row is None else as_token(row)


def touch(session: Session, token_id: int, *, at: datetime) -> None:
    """Note that it was used."""
    session.execute(update(TokenRow).where(TokenRow.id == token_id).values(last_used_at=at))


def every(session: Session) -> Sequence[Token]:
    """All tokens by name, revoked ones too."""
    return [as_token(row) for row in session.scalars(select(TokenRow).order_by(TokenRow.name))]


def revoke(session: Session, name: str, *, at: datetime) -> Token:
    """End a token. Raises AccountError when none of this name is in force."""
    query = select(TokenRow).where(TokenRow.name == name, TokenRow.revoked_at.is_(None))
    row = session.scalars(query).one_or_none()
    if row is None:
        raise AccountError(f"没有名为“{name}”的令牌，或它已被吊销")
    row.revoked_at = at
    session.flush()
    return as_token(row)


def as_token(row: TokenRow) -> Token:
    """The row as the domain's word."""
    return Token(
        id=row.id,
        name=row.name,
        role=Role(row.role) if row.role else None,
        hall=row.hall,
        town_code=row.town_code,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )

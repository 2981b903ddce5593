"""Accounts: made, found, changed; never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.accounts.tables import UserRow
from steward.domain.accounts import Account, Role
from steward.domain.audit import Facts
from steward.errors import AccountError


def add(
    session: Session,
    name: str,
    role: Role,
    *,
    password_hash: str | None,
    must_change: bool,
    town_code: str | None = None,
    at: datetime,
) -> UserRow:
    """A new account; without a hash it is for single sign-on. Raises AccountError when taken."""
    if find(session, name) is not None:
        raise AccountError(f"已经有名为“{name}”的帐号")
    row = UserRow(
        name=name,
        role=role.value,
        town_code=town_code,
        password_hash=password_hash,
        must_change=must_change,
        created_at=at,
    )
    session.add(row)
    session.flush()
    return row


def find(session: Session, name: str) -> UserRow | None:
    """The account of a plain name, disabled ones too."""
    return session.scalars(select(UserRow).where(UserRow.name == name)).one_or_none()


def get(session: Session, name: str) -> UserRow:
    """The account of a plain name. Raises AccountError when there is none."""
    row = find(session, name)
    if row is None:
        raise AccountError(f"没有名为“{name}”的帐号")
    return row


def every(session: Session) -> Sequence[UserRow]:
    """All accounts by name, disabled ones too."""
    return session.scalars(select(UserRow).order_by(UserRow.name)).all()


def exist(session: Session) -> bool:
    """Was there ever an account?"""
    return session.scalar(select(UserRow.id).limit(1)) is not None


def spare(session: Session, row: UserRow) -> None:
    """Raise AccountError when nobody could administer without this account."""
    able = (UserRow.role == Role.ADMIN.value, UserRow.disabled_at.is_(None))
    others = select(UserRow.id).where(*able, UserRow.id != row.id).with_for_update()
    is_one = row.role == Role.ADMIN.value and row.disabled_at is None
    if is_one and not session.scalars(others).all():
        raise AccountError(f"“{row.name}”是唯一可用的管理员，请先添加另一位管理员")


def facts(row: UserRow) -> Facts:
    """What the log of acts keeps of an account."""
    return {"name": row.name, "role": row.role, "town": row.town_code}


def account(row: UserRow) -> Account:
    """The row as the domain's word."""
    return Account(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        town_code=row.town_code,
        must_change=row.must_change,
        single_sign_on=row.password_hash is None,
        created_at=row.created_at,
        last_login_at=row.last_login_at,
        disabled_at=row.disabled_at,
    )

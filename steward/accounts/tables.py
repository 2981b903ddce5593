"""Tables of accounts, their sessions and tokens, and of the log of acts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from steward.storage.base import Base, Id, Instant


class UserRow(Base):
    """帐号. Without a password it is logged in by the district's single sign-on alone.

    `subject` is the identity there that logged in first; no other one may take the name over.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    town_code: Mapped[str | None] = mapped_column(String(12))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    must_change: Mapped[bool]
    subject: Mapped[str | None] = mapped_column(String(400))
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_login_at: Mapped[datetime | None] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)


class UserSessionRow(Base):
    """A log-in that goes on; `digest` is the SHA-256 of what the browser holds.

    It is an account's, or a token's: somebody came by his personal link.
    """

    __tablename__ = "user_sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    token_id: Mapped[int | None] = mapped_column(ForeignKey("tokens.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)


class LoginAttemptRow(Base):
    """A try to log in: put down as failed before the password is looked at."""

    __tablename__ = "login_attempts"
    __table_args__ = (
        Index("ix_login_attempts_name_at", "name", "at"),
        Index("ix_login_attempts_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    name: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(60))


class TokenRow(Base):
    """令牌 of a program or a player; `digest` is the SHA-256 of its secret."""

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str | None] = mapped_column(String(20))
    hall: Mapped[str | None] = mapped_column(String(40))
    town_code: Mapped[str | None] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class AuditRow(Base):
    """操作记录: one act, chained to the one before. Rows are only ever added.

    `before` and `after` are texts, not JSON columns: the digest is over their very characters.
    """

    __tablename__ = "audit_log"

    number: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    who: Mapped[str] = mapped_column(String(60), index=True)
    role: Mapped[str] = mapped_column(String(20))
    where: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(40), index=True)
    about: Mapped[str] = mapped_column(String(80), index=True)
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class AuditHeadRow(Base):
    """How long the log is and how it ends, in one row: the removal of its last rows shows."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(Id)
    digest: Mapped[str] = mapped_column(String(64))

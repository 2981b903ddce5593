"""Answers to requests that carried an idempotency key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from steward.broadcasts.tables import KeptAnswerRow


def claim(
    session: Session, caller: str, key: str, *, asked: str, at: datetime
) -> KeptAnswerRow | None:
    """Begin a request of that key; None when there was one already (see `find`).

    While another transaction works on the same key, this waits for its end.
    """
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    made = session.scalar(
        dialect.insert(KeptAnswerRow)
        .values(caller=caller, key=key, asked=asked, at=at)
        .on_conflict_do_nothing(index_elements=[KeptAnswerRow.caller, KeptAnswerRow.key])
        .returning(KeptAnswerRow.key)
    )
    return None if made is None else find(session, caller, key)


def find(session: Session, caller: str, key: str) -> KeptAnswerRow:
    """What is kept under a key that is there."""
    return session.get_one(KeptAnswerRow, (caller, key), populate_existing=True)


def forget(session: Session, before: datetime) -> None:
    """Drop the answers of requests from before that."""
    session.execute(delete(KeptAnswerRow).where(KeptAnswerRow.at < before))

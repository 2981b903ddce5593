"""Readings that staff settled, by words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.broadcasts.tables import ReadingRow


def every(session: Session) -> Sequence[ReadingRow]:
    """All of them, by words."""
    return session.scalars(select(ReadingRow).order_by(ReadingRow.words)).all()


def put(session: Session, words: str, pinyin: str, *, at: datetime, by: str) -> str | None:
    """Keep a reading; the one that held before, None when there was none."""
    row = session.get(ReadingRow, words)
    before = row.pinyin if row is not None else None
    if row is None:
        row = ReadingRow(words=words)
        session.add(row)
    row.pinyin, row.at, row.by = pinyin, at, by
    session.flush()
    return before


def remove(session: Session, words: str) -> str | None:
    """Forget a reading; what it was, None when there was none."""
    row = session.get(ReadingRow, words)
    if row is None:
        return None
    session.delete(row)
    session.flush()
    return row.pinyin

"""How the parts of the engine do: written by the engine, read by the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.broadcasts.tables import ConditionRow

READBACK = "readback"
WELL, RESTING, TRYING, OFF = "well", "resting", "trying", "off"


def voice(voice_id: str) -> str:
    """The name of a voice's condition."""
    return f"voice:{voice_id}"


def note(
    session: Session,
    name: str,
    state: str,
    *,
    at: datetime,
    detail: str = "",
    failures: int = 0,
) -> None:
    """Put down how a part does; `since` moves only when its state changes."""
    row = session.get(ConditionRow, name)
    if row is None:
        row = ConditionRow(name=name, state=state, since=at)
        session.add(row)
    elif row.state != state:
        row.since = at
    row.state, row.detail, row.failures = state, detail, failures
    session.flush()


def every(session: Session) -> Sequence[ConditionRow]:
    """All of them, by name."""
    return session.scalars(select(ConditionRow).order_by(ConditionRow.name)).all()


def of(session: Session, name: str) -> ConditionRow | None:
    """One of them; None when the engine has not told yet."""
    return session.get(ConditionRow, name)

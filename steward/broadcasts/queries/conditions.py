"""How the parts of the engine do: written by the engine, read by the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.broadcasts.tables import ConditionRow
from steward.domain.voices import Condition

READBACK = "readback"
ENGINE = "engine"


def note(session: Session, condition: Condition, *, at: datetime) -> None:
    """Put down how a part does; `since` moves only when its state changes."""
    row = session.get(ConditionRow, condition.name)
    if row is None:
        row = ConditionRow(name=condition.name, state=condition.state, since=at)
        session.add(row)
    elif row.state != condition.state:
        row.since = at
    row.state, row.detail, row.failures = condition.state, condition.detail, condition.failures
    session.flush()


def beat(session: Session, *, at: datetime) -> None:
    """An engine is at work: of this one, `since` is when it last said so."""
    row = session.get(ConditionRow, ENGINE)
    if row is None:
        row = ConditionRow(name=ENGINE, state="well", since=at)
        session.add(row)
    row.since = at
    session.flush()


def every(session: Session) -> Sequence[ConditionRow]:
    """All of them, by name."""
    return session.scalars(select(ConditionRow).order_by(ConditionRow.name)).all()


def of(session: Session, name: str) -> ConditionRow | None:
    """One of them; None when the engine has not told yet."""
    return session.get(ConditionRow, name)

"""Broadcasts with what stands behind their figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.broadcasts.tables import BroadcastRow


@dataclass(frozen=True)
class Behind:
    """A broadcast's evidence: the ledger's ids by what they are kept under."""

    id: int
    title: str
    as_of: datetime
    evidence: Mapping[str, Sequence[int]]


def of_range(session: Session, since: datetime, until: datetime, limit: int) -> list[Behind]:
    """Those with figures as of an instant in `[since, until]`, the latest first."""
    b = BroadcastRow
    query = (
        select(b.id, b.title, b.as_of, b.evidence)
        .where(b.as_of >= since, b.as_of <= until, b.figures.is_not(None))
        .order_by(b.as_of.desc(), b.id.desc())
        .limit(limit)
    )
    return [Behind(id_, title, at, told or {}) for id_, title, at, told in session.execute(query)]

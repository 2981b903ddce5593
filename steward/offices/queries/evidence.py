"""Towns' briefings with what stands behind their figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.offices.tables import BriefingRow


@dataclass(frozen=True)
class Behind:
    """A briefing's evidence: the ledger's ids by what they are kept under."""

    id: int
    title: str
    as_of: datetime
    evidence: Mapping[str, Sequence[int]]


def of_town(
    session: Session, town_code: str, since: datetime, until: datetime, limit: int
) -> list[Behind]:
    """A town's as of an instant in `[since, until]`, the latest first."""
    b = BriefingRow
    query = (
        select(b.id, b.title, b.as_of, b.evidence)
        .where(b.town_code == town_code, b.as_of >= since, b.as_of <= until)
        .order_by(b.as_of.desc(), b.id.desc())
        .limit(limit)
    )
    return [Behind(id_, title, at, told or {}) for id_, title, at, told in session.execute(query)]

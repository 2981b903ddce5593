"""Pairs that may be one hazard, side by side, as staff decide them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from steward.domain.hazards import LEVEL_NAMES, SOURCE_NAMES, STATUS_NAMES, Level, Source, Status
from steward.domain.merges import DECISION_NAMES, Decision
from steward.ledger.queries import suggestions
from steward.ledger.tables import HazardRow
from steward.storage.engine import Database

SHOWN = 20
DECIDED = 20


@dataclass(frozen=True)
class Side:
    """One of two hazards."""

    source: str
    external_id: str
    level: str
    description: str
    found_at: datetime
    deadline: date | None
    closed_at: datetime | None
    status: str


@dataclass(frozen=True)
class Pair:
    """Two hazards; `first` was found first and stays. `decision` None: it waits."""

    id: int
    enterprise: str
    town: str
    category: str
    score: int
    first: Side
    second: Side
    decision: str | None
    decided_at: datetime | None
    decided_by: str | None


def waiting_merges(database: Database) -> tuple[Sequence[Pair], int]:
    """The likest that wait, and how many wait in all."""
    with database.session() as session:
        rows = suggestions.undecided(session, SHOWN)
        return [_pair(*row) for row in rows], suggestions.count(session)


def count_merges(database: Database) -> int:
    """How many pairs wait."""
    with database.session() as session:
        return suggestions.count(session)


def decided_merges(database: Database) -> Sequence[Pair]:
    """What was decided lately, the latest first."""
    with database.session() as session:
        return [_pair(*row) for row in suggestions.decided(session, DECIDED)]


def _pair(row: Any, low: HazardRow, high: HazardRow, enterprise: str, town: str) -> Pair:
    first, second = sorted((low, high), key=lambda one: (one.found_at, one.id))
    return Pair(
        id=row.id,
        enterprise=enterprise,
        town=town,
        category=first.category,
        score=row.score,
        first=_side(first),
        second=_side(second),
        decision=DECISION_NAMES[Decision(row.decision)] if row.decision else None,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
    )


def _side(row: HazardRow) -> Side:
    return Side(
        source=SOURCE_NAMES[Source(row.source)],
        external_id=row.external_id,
        level=LEVEL_NAMES[Level(row.level)],
        description=row.description or "",
        found_at=row.found_at,
        deadline=row.deadline,
        closed_at=row.closed_at,
        status=STATUS_NAMES[Status(row.status)],
    )

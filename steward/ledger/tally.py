"""The tally: findings, closings and voids a local day and a month, kept beside the hazards.

A total over all time is a sum over months and days instead of a scan of every hazard. Whoever
changes hazards calls `apply` in the same transaction with the facts before and after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from steward.domain.weeks import local_date
from steward.ledger.tables import HazardRow, HazardTallyRow
from steward.storage.bulk import add_rows

_COUNTS = ("found", "voided", "closed", "closed_voided")
_KEY = ("dimension", "span", "day", "town_id", "key")
DISTRICT = 0  # the town of day rows that are kept for all towns together

Key = tuple[str, str, date, int, str]


@dataclass(frozen=True, slots=True)
class HazardFacts:
    """What the tally needs to know of one hazard. Instants are aware."""

    town_id: int
    source: str
    industry: str | None
    category: str
    found_at: datetime
    closed_at: datetime | None
    voided_at: datetime | None


def apply(session: Session, before: Iterable[HazardFacts], after: Iterable[HazardFacts]) -> None:
    """Take the facts `before` out of the tally and put those `after` in, in this transaction."""
    deltas: dict[Key, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for facts in before:
        _add(deltas, facts, -1)
    for facts in after:
        _add(deltas, facts, +1)
    _store(session, deltas)


def rebuild(session: Session) -> None:
    """Make the whole tally again from the hazards, in this transaction."""
    session.execute(delete(HazardTallyRow))
    columns = (
        HazardRow.town_id,
        HazardRow.source,
        HazardRow.industry,
        HazardRow.category,
        HazardRow.found_at,
        HazardRow.closed_at,
        HazardRow.voided_at,
    )
    rows = session.execute(select(*columns).execution_options(yield_per=10_000))
    deltas: dict[Key, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for row in rows:
        _add(deltas, HazardFacts(*row), +1)
    _store(session, deltas)


def _add(deltas: dict[Key, list[int]], facts: HazardFacts, sign: int) -> None:
    town_id = facts.town_id
    parts = (
        ("source", facts.source),
        ("industry", facts.industry or ""),
        ("category", facts.category),
    )
    for at, index in _events(facts):
        day = local_date(at)
        month = day.replace(day=1)
        deltas["all", "day", day, town_id, ""][index] += sign
        deltas["all", "month", month, town_id, ""][index] += sign
        for dimension, key in parts:
            deltas[dimension, "day", day, DISTRICT, key][index] += sign
            deltas[dimension, "month", month, town_id, key][index] += sign


def _events(facts: HazardFacts) -> Iterator[tuple[datetime, int]]:
    yield facts.found_at, 0
    if facts.voided_at is not None:
        yield facts.voided_at, 1
    if facts.closed_at is not None:
        yield facts.closed_at, 2
        if facts.voided_at is not None:
            yield max(facts.closed_at, facts.voided_at), 3


def _store(session: Session, deltas: dict[Key, list[int]]) -> None:
    add_rows(
        session,
        cast(Table, HazardTallyRow.__table__),
        (*_KEY, *_COUNTS),
        [(*key, *counts) for key, counts in deltas.items() if any(counts)],
        key=_KEY,
        summed=_COUNTS,
    )

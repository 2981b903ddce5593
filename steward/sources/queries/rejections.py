"""Rows that could not be taken: one a row, kept as it came last, until it is settled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from steward.domain.sources import Outstanding
from steward.ledger.tables import HazardChangeRow, HazardRow
from steward.sources.cells import kept
from steward.sources.tables import SourceRejectionRow

_AT_ONCE = 5_000  # parameters of an IN list
_ID_LENGTH = 100
T = TypeVar("T")

Refused = tuple[str, Sequence[str], list[Any], str]
"""A row's key, its columns, its cells, and why."""


def key_of(external_id: str, cells: Sequence[Any]) -> str:
    """What names a row among those of its source."""
    if external_id and len(external_id) <= _ID_LENGTH:
        return f"={external_id}"
    text = json.dumps([kept(cell) for cell in cells], ensure_ascii=False)
    return f"#{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def keep(
    session: Session, source_id: int, run_id: int, refused: Sequence[Refused], *, at: datetime
) -> None:
    """Keep rows; what is kept already of the same key is replaced by how it came now.

    What comes again as it was is no news: it waits since it came first, and what was settled (by a
    corrected copy, by a newer version) stays so.
    """
    newest = {key: (columns, cells, why) for key, columns, cells, why in refused}
    known = _known(session, source_id, list(newest))
    fresh, changed = [], []
    for key, (columns, cells, why) in newest.items():
        row = known.get(key)
        values: dict[str, Any] = {
            "columns": list(columns),
            "cells": [kept(cell) for cell in cells],
            "reason": why,
        }
        same = row is not None and (row.columns, row.cells) == (values["columns"], values["cells"])
        now = {"run_id": run_id, "last_at": at}
        if row is None or (row.settled_at is not None and not same):
            fresh.append(values | now | {"source_id": source_id, "key": key, "first_at": at})
        elif row.settled_at is None and not (same and row.reason == why):
            changed.append(values | ({} if same else now) | {"id": row.id})
    for part in _parts(fresh):
        session.execute(insert(SourceRejectionRow), part)
    for one in changed:
        session.execute(update(SourceRejectionRow), [one])


def settle(session: Session, source_id: int, keys: Sequence[str], *, at: datetime) -> None:
    """These rows are in the ledger now, as they are or as they came since."""
    if not keys or not count(session, source_id):
        return
    ids = list(_open_ids(session, source_id, keys).values())
    for part in _parts(ids):
        session.execute(
            update(SourceRejectionRow)
            .where(SourceRejectionRow.id.in_(part))
            .values(settled_at=at)
            .execution_options(synchronize_session=False)
        )


def reason(session: Session, rejection_id: int, why: str) -> None:
    """It waits for another reason now."""
    session.execute(
        update(SourceRejectionRow)
        .where(SourceRejectionRow.id == rejection_id)
        .values(reason=why)
        .execution_options(synchronize_session=False)
    )


def waiting(
    session: Session, source_id: int, *, after_id: int = 0, limit: int | None = None
) -> list[Outstanding]:
    """The rows that wait, in the order in which they came first."""
    rows = session.scalars(
        select(SourceRejectionRow)
        .where(
            SourceRejectionRow.source_id == source_id,
            SourceRejectionRow.settled_at.is_(None),
            SourceRejectionRow.id > after_id,
        )
        .order_by(SourceRejectionRow.id)
        .limit(limit)
    )
    return [_outstanding(row) for row in rows]


def find_waiting(session: Session, source_id: int, rejection_id: int) -> Outstanding | None:
    """One row of a source, if it waits."""
    row = session.get(SourceRejectionRow, rejection_id)
    if row is None or row.source_id != source_id or row.settled_at is not None:
        return None
    return _outstanding(row)


def _outstanding(row: SourceRejectionRow) -> Outstanding:
    return Outstanding(
        row.id, row.key, tuple(row.columns), row.cells, row.reason, row.first_at, row.last_at
    )


def count(session: Session, source_id: int) -> int:
    """How many rows wait."""
    return (
        session.scalar(
            select(func.count())
            .select_from(SourceRejectionRow)
            .where(
                SourceRejectionRow.source_id == source_id,
                SourceRejectionRow.settled_at.is_(None),
            )
        )
        or 0
    )


def overtaken(session: Session, feeds: str, waiting: Sequence[Outstanding]) -> set[str]:
    """Keys of those that the ledger has from elsewhere since: a corrected copy, carried in."""
    last_at = {one.key: one.last_at for one in waiting if one.key.startswith("=")}
    found: set[str] = set()
    for part in _parts(list(last_at)):
        rows = session.execute(
            select(
                HazardRow.external_id,
                HazardRow.created_at,
                select(func.max(HazardChangeRow.recorded_at))
                .where(HazardChangeRow.hazard_id == HazardRow.id)
                .scalar_subquery(),
            ).where(
                HazardRow.source == feeds,
                HazardRow.external_id.in_([key[1:] for key in part]),
            )
        )
        for external_id, created_at, changed_at in rows:
            key = f"={external_id}"
            if max(created_at, changed_at or created_at) > last_at[key]:
                found.add(key)
    return found


def _known(session: Session, source_id: int, keys: list[str]) -> dict[str, SourceRejectionRow]:
    """The newest of each key, whether it waits or not."""
    found: dict[str, SourceRejectionRow] = {}
    for part in _parts(keys):
        rows = session.scalars(
            select(SourceRejectionRow)
            .where(SourceRejectionRow.source_id == source_id, SourceRejectionRow.key.in_(part))
            .order_by(SourceRejectionRow.id)
        )
        found.update((row.key, row) for row in rows)
    return found


def _open_ids(session: Session, source_id: int, keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in _parts(list(keys)):
        rows = session.execute(
            select(SourceRejectionRow.key, SourceRejectionRow.id).where(
                SourceRejectionRow.source_id == source_id,
                SourceRejectionRow.settled_at.is_(None),
                SourceRejectionRow.key.in_(part),
            )
        )
        found.update((key, id_) for key, id_ in rows)
    return found


def _parts(rows: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]

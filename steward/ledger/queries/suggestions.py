"""Pairs that may be one hazard: found when rows arrive, decided by staff, remembered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Interval, Table, and_, func, literal, select
from sqlalchemy.orm import Session, aliased

from steward.domain.hazards import Source
from steward.domain.merges import DAYS, Decision
from steward.domain.weeks import local_date
from steward.errors import NotFound
from steward.ledger.similar import ALIKE, alike
from steward.ledger.tables import EnterpriseRow, HazardRow, MergeSuggestionRow, TownRow
from steward.storage.bulk import add_rows

_AT_ONCE = 5_000  # parameters of an IN list
_LOW, _HIGH = aliased(HazardRow, name="low"), aliased(HazardRow, name="high")
_TABLE = cast(Table, MergeSuggestionRow.__table__)


def suggest(session: Session, source: Source, ids: Sequence[int], *, at: datetime) -> int:
    """Put down what hazards of this source that are new or changed may be the same as; how many.

    Looked for by the enterprise's index, from these hazards alone; a pair that was suggested before
    stays as it is, decided or not.
    """
    found: dict[tuple[int, int], int] = {}
    for start in range(0, len(ids), _AT_ONCE):
        for row in _candidates(session, source, ids[start : start + _AT_ONCE]):
            days = abs((local_date(row.here_at) - local_date(row.there_at)).days)
            score = alike(row.here_text, row.there_text) if days <= DAYS else 0
            if score >= ALIKE:
                found[min(row.here, row.there), max(row.here, row.there)] = score
    columns = ("low_id", "high_id", "score", "suggested_at")
    rows = [(low, high, score, at) for (low, high), score in found.items()]
    add_rows(session, _TABLE, columns, rows, key=("low_id", "high_id"))
    return len(rows)


def _candidates(session: Session, source: Source, ids: Sequence[int]) -> Sequence[Any]:
    """Hazards of other sources at the enterprise, of the category, about the time of these."""
    here, there = aliased(HazardRow), aliased(HazardRow)
    in_a_row = ids[-1] - ids[0] + 1 == len(ids)  # new ones are, and thousands of parameters slow
    own = here.id.between(ids[0], ids[-1]) if in_a_row else here.id.in_(ids)
    return session.execute(
        select(
            here.id.label("here"),
            here.found_at.label("here_at"),
            here.description.label("here_text"),
            there.id.label("there"),
            there.found_at.label("there_at"),
            there.description.label("there_text"),
        )
        .join(
            there,
            and_(
                there.enterprise_id == here.enterprise_id,
                there.category == here.category,
                there.source != source.value,
                there.voided_at.is_(None),
                there.description.is_not(None),
                _near(session, here.found_at, there.found_at),
            ),
        )
        .where(own, here.voided_at.is_(None), here.description.is_not(None))
    ).all()


def _near(session: Session, one: Any, other: Any) -> ColumnElement[bool]:
    """Within one day more than the rule allows, which counts local days."""
    days = DAYS + 1
    if session.get_bind().dialect.name == "sqlite":
        return func.abs(func.julianday(one) - func.julianday(other)) <= days
    span = literal(timedelta(days=days), Interval())
    return cast(ColumnElement[bool], other.between(one - span, one + span))


def get(session: Session, suggestion_id: int) -> MergeSuggestionRow:
    """One pair. Raises NotFound."""
    row = session.get(MergeSuggestionRow, suggestion_id)
    if row is None:
        raise NotFound("没有这一对")
    return row


def of_pair(session: Session, one: int, other: int) -> MergeSuggestionRow | None:
    """The suggestion of these two hazards; None when they were never suggested."""
    low, high = sorted((one, other))
    query = select(MergeSuggestionRow).where(
        MergeSuggestionRow.low_id == low, MergeSuggestionRow.high_id == high
    )
    return session.scalar(query)


def undecided(session: Session, limit: int) -> Sequence[Any]:
    """The pairs that wait, the likest first: suggestion, and each hazard with enterprise, town.

    A pair of which one is voided since is none any more.
    """
    query = _pairs().where(MergeSuggestionRow.decision.is_(None))
    query = query.where(_LOW.voided_at.is_(None), _HIGH.voided_at.is_(None))
    order = (MergeSuggestionRow.score.desc(), MergeSuggestionRow.id)
    return session.execute(query.order_by(*order).limit(limit)).all()


def decided(session: Session, limit: int) -> Sequence[Any]:
    """The pairs that staff decided, the latest first."""
    query = _pairs().where(MergeSuggestionRow.decision.is_not(None))
    order = (MergeSuggestionRow.decided_at.desc(), MergeSuggestionRow.id.desc())
    return session.execute(query.order_by(*order).limit(limit)).all()


def count(session: Session) -> int:
    """How many pairs wait."""
    query = (
        select(func.count())
        .select_from(MergeSuggestionRow)
        .join(_LOW, _LOW.id == MergeSuggestionRow.low_id)
        .join(_HIGH, _HIGH.id == MergeSuggestionRow.high_id)
        .where(
            MergeSuggestionRow.decision.is_(None),
            _LOW.voided_at.is_(None),
            _HIGH.voided_at.is_(None),
        )
    )
    return session.scalar(query) or 0


def note(row: MergeSuggestionRow, decision: Decision | None, *, at: datetime, by: str) -> None:
    """Put down what was decided; None: it waits again."""
    row.decision = decision.value if decision else None
    row.decided_at, row.decided_by = (at, by[:80]) if decision else (None, None)


def _pairs() -> Any:
    return (
        select(MergeSuggestionRow, _LOW, _HIGH, EnterpriseRow.name, TownRow.name)
        .join(_LOW, _LOW.id == MergeSuggestionRow.low_id)
        .join(_HIGH, _HIGH.id == MergeSuggestionRow.high_id)
        .join(EnterpriseRow, EnterpriseRow.id == _LOW.enterprise_id)
        .join(TownRow, TownRow.id == _LOW.town_id)
    )

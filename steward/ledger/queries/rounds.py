"""Statements about whom to inspect: the last night's ranking, rounds, exclusions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Select, Table, delete, func, select
from sqlalchemy.orm import Session

from steward.domain.accidents import Enterprise, Reason
from steward.domain.enforcement import Candidate, Left
from steward.errors import LedgerError, NotFound
from steward.ledger.enforcement_tables import (
    ExclusionRow,
    InspectionRankRow,
    RoundItemRow,
    RoundRow,
)
from steward.ledger.tables import EnterpriseRow, InspectionRow, TownRow
from steward.storage.bulk import insert_rows

_COLUMNS = ("rank", "as_of", "enterprise_id", "town_id", "points", "reasons", "categories")
_AT_ONCE = 500


@dataclass(frozen=True)
class Ranked:
    """A candidate and its place, from 1."""

    rank: int
    candidate: Candidate


@dataclass(frozen=True)
class Round:
    """A round's head."""

    id: int
    title: str
    made_at: datetime
    made_by: str
    as_of: datetime
    rules: str
    left: tuple[Left, ...]


@dataclass(frozen=True)
class Exclusion:
    """An enterprise that is left out, until and including a day."""

    id: int
    enterprise_id: int
    enterprise: str
    town: str
    reason: str
    until: date
    by: str


def keep_ranking(session: Session, ranked: Sequence[Candidate], *, as_of: datetime) -> None:
    """Put a ranking, best first, in the place of the last one."""
    towns = {code: id_ for id_, code in session.execute(select(TownRow.id, TownRow.code))}
    session.execute(delete(InspectionRankRow))

    def rows() -> Iterator[tuple[Any, ...]]:
        for rank, one in enumerate(ranked, start=1):
            of = one.enterprise
            reasons = [[r.words, r.weight] for r in one.reasons]
            town = towns[of.town_code]
            yield (rank, as_of, of.id, town, one.points, reasons, list(one.categories))

    insert_rows(session, cast(Table, InspectionRankRow.__table__), _COLUMNS, list(rows()))


def ranked_at(session: Session) -> datetime | None:
    """The instant of the ranking; None when there is none."""
    return session.scalar(select(InspectionRankRow.as_of).limit(1))


def ranking(
    session: Session, *, town_code: str | None = None, after: int = 0, limit: int = 50
) -> list[Ranked]:
    """The ranking after a place, of a town or of all, with each one's last inspection."""
    query = (
        select(InspectionRankRow, EnterpriseRow.name, TownRow.code, TownRow.name)
        .join(EnterpriseRow, EnterpriseRow.id == InspectionRankRow.enterprise_id)
        .join(TownRow, TownRow.id == InspectionRankRow.town_id)
        .where(InspectionRankRow.rank > after)
        .order_by(InspectionRankRow.rank)
        .limit(limit)
    )
    if town_code is not None:
        query = query.where(TownRow.code == town_code)
    found = session.execute(query).all()
    last = _last_inspections(session, [row[0].enterprise_id for row in found])
    return [
        Ranked(
            row.rank,
            Candidate(
                Enterprise(row.enterprise_id, name, code, town),
                row.points,
                _reasons(row.reasons),
                tuple(row.categories),
                last.get(row.enterprise_id),
            ),
        )
        for row, name, code, town in found
    ]


def add_round(
    session: Session,
    items: Iterable[Candidate],
    *,
    title: str,
    rules: str,
    left: Iterable[Left],
    as_of: datetime,
    at: datetime,
    by: str,
) -> int:
    """A round of these, in this order; its id."""
    row = RoundRow(
        title=title,
        made_at=at,
        made_by=by,
        as_of=as_of,
        rules=rules,
        left=[asdict(one) for one in left],
    )
    session.add(row)
    session.flush()
    session.add_all(
        RoundItemRow(
            round_id=row.id,
            ordinal=ordinal,
            enterprise_id=one.enterprise.id,
            points=one.points,
            reasons=[[reason.words, reason.weight] for reason in one.reasons],
            categories=list(one.categories),
        )
        for ordinal, one in enumerate(items, start=1)
    )
    session.flush()
    return row.id


def rounds(session: Session, *, limit: int = 50) -> list[Round]:
    """The latest first."""
    rows = session.scalars(select(RoundRow).order_by(RoundRow.id.desc()).limit(limit))
    return [_round(row) for row in rows]


def round_of(session: Session, round_id: int) -> tuple[Round, list[Candidate]]:
    """One round with its enterprises in their order. Raises NotFound."""
    row = session.get(RoundRow, round_id)
    if row is None:
        raise NotFound(f"没有第 {round_id} 轮检查")
    query: Select[RoundItemRow, str, str, str] = (
        select(RoundItemRow, EnterpriseRow.name, TownRow.code, TownRow.name)
        .join(EnterpriseRow, EnterpriseRow.id == RoundItemRow.enterprise_id)
        .join(TownRow, TownRow.id == EnterpriseRow.town_id)
        .where(RoundItemRow.round_id == round_id)
        .order_by(RoundItemRow.ordinal)
    )
    found = session.execute(query).all()
    last = _last_inspections(session, [one.enterprise_id for one, *_ in found])
    return _round(row), [
        Candidate(
            Enterprise(one.enterprise_id, name, code, town),
            one.points,
            _reasons(one.reasons),
            tuple(one.categories),
            last.get(one.enterprise_id),
        )
        for one, name, code, town in found
    ]


def exclude(
    session: Session, enterprise_id: int, *, reason: str, until: date, at: datetime, by: str
) -> int:
    """Leave an enterprise out of rounds until and including a day; the exclusion's id."""
    row = ExclusionRow(enterprise_id=enterprise_id, reason=reason, until=until, by=by, at=at)
    session.add(row)
    session.flush()
    return row.id


def end_exclusion(session: Session, exclusion_id: int, *, at: datetime) -> ExclusionRow:
    """It may be inspected again. Raises LedgerError."""
    row = session.get(ExclusionRow, exclusion_id)
    if row is None or row.ended_at is not None:
        raise LedgerError("没有这条排除，或它已经结束", place=str(exclusion_id))
    row.ended_at = at
    session.flush()
    return row


def exclusions(session: Session, today: date) -> list[Exclusion]:
    """Those in force, the soonest to end first."""
    rows = session.execute(
        select(ExclusionRow, EnterpriseRow.name, TownRow.name)
        .join(EnterpriseRow, EnterpriseRow.id == ExclusionRow.enterprise_id)
        .join(TownRow, TownRow.id == EnterpriseRow.town_id)
        .where(ExclusionRow.ended_at.is_(None), ExclusionRow.until >= today)
        .order_by(ExclusionRow.until, ExclusionRow.id)
    )
    return [
        Exclusion(row.id, row.enterprise_id, name, town, row.reason, row.until, row.by)
        for row, name, town in rows
    ]


def _last_inspections(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for start in range(0, len(ids), _AT_ONCE):
        rows = session.execute(
            select(InspectionRow.enterprise_id, func.max(InspectionRow.inspected_at))
            .where(InspectionRow.enterprise_id.in_(ids[start : start + _AT_ONCE]))
            .group_by(InspectionRow.enterprise_id)
        )
        found.update((id_, at) for id_, at in rows)
    return found


def _round(row: RoundRow) -> Round:
    left = tuple(Left(one["why"], one["number"]) for one in row.left)
    return Round(row.id, row.title, row.made_at, row.made_by, row.as_of, row.rules, left)


def _reasons(listed: Sequence[Any]) -> tuple[Reason, ...]:
    return tuple(Reason(str(words), int(weight)) for words, weight in listed)

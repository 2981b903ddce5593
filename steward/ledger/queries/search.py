"""Hazards by a filter: a page of them, how many they are, all of them one after the other.

A page is fetched from a mark on, by the list's own index. Where a filter must test row by row what
no index answers, only so many rows are tested: the page then says where it stopped.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from steward.domain.hazards import Level, Source, Status
from steward.domain.search import (
    MOST_COUNTED,
    Counted,
    Hazard,
    HazardFilter,
    Mark,
    Order,
    Page,
    Sort,
)
from steward.ledger.queries import narrowing
from steward.ledger.queries.narrowing import Condition, H, Narrowing
from steward.ledger.tables import EnterpriseRow, HazardRow, TownRow

_FIRST = aliased(HazardRow)


@dataclass(frozen=True)
class _Stretch:
    """A part of a list: what lies in it, and by what it is ordered."""

    where: tuple[Condition, ...]
    key: tuple[InstrumentedAttribute[Any], ...]

    def mark(self, row: Any) -> Mark:
        return Mark(row[0] if len(self.key) > 1 else None, row[-1])


_ORDERS: dict[Sort, tuple[_Stretch, ...]] = {
    Sort.FOUND: (_Stretch((), (H.found_at, H.id)),),
    Sort.ID: (_Stretch((), (H.id,)),),
    Sort.DEADLINE: (
        _Stretch((H.deadline.is_not(None),), (H.deadline, H.id)),
        _Stretch((H.deadline.is_(None),), (H.id,)),
    ),
}


def page(
    session: Session,
    asked: HazardFilter,
    order: Order,
    *,
    limit: int,
    after: Mark | None = None,
    before: Mark | None = None,
    reach: int | None = None,
) -> Page[Hazard]:
    """At most `limit` hazards from after a mark on, or those before one; the first ones without.

    `reach`: how many rows may be tested, where it is not as many as take a moment.
    """
    narrowed = narrowing.hazards(session, asked, order.by)
    if reach is not None:
        narrowed = replace(narrowed, reach=reach)
    backwards = before is not None
    ids, stopped = _walk(session, narrowed, order, before or after, backwards, limit + 1)
    more = len(ids) > limit
    ids = ids[:limit]
    beyond = ids[-1] if more else stopped
    if backwards:
        ids.reverse()
    rows = of_ids(session, [one.id for one in ids])
    start = before or after
    behind = (ids[-1] if backwards else ids[0]) if ids else start
    if start is None:
        behind = None
    back, on = (beyond, behind) if backwards else (behind, beyond)
    return Page(rows, back, on, stopped is not None and not more)


def count(session: Session, asked: HazardFilter, *, reach: int | None = None) -> Counted:
    """How many there are, up to MOST_COUNTED, or among as many as may be tested."""
    narrowed = narrowing.to_count(session, asked)
    query, where, cut = select(H.id), narrowed.all, None
    if narrowed.tested and not narrowed.few:
        stretch = _ORDERS[Sort.FOUND][0]
        query = _ordered(query, stretch, True)  # by the same index
        cut = _end(session, stretch, narrowed.led, True, reach or narrowed.reach)
        if cut is not None:
            where.append(_within(stretch, cut, True))
    some = query.where(*where).limit(MOST_COUNTED + 1).subquery()
    number = session.scalar(select(func.count()).select_from(some)) or 0
    return Counted(min(number, MOST_COUNTED), number > MOST_COUNTED or cut is not None)


def walk(session: Session, asked: HazardFilter, *, after: int, limit: int) -> list[Hazard]:
    """The next hazards by id after one, for whoever takes them all."""
    narrowed = narrowing.hazards(session, asked, Sort.ID)
    ids = session.scalars(
        select(H.id).where(*narrowed.all, H.id > after).order_by(H.id).limit(limit)
    )
    return of_ids(session, list(ids))


def of_ids(session: Session, ids: Sequence[int]) -> list[Hazard]:
    """These hazards in this order; those that are not there are left out."""
    found = {row[0]: _hazard(row) for row in session.execute(_shown(session, ids))}
    return [found[one] for one in ids if one in found]


def earlier_of_enterprise(session: Session, one: Hazard, limit: int) -> list[Hazard]:
    """Hazards of the same enterprise into which this one may be merged, the latest first."""
    ids = session.scalars(
        select(H.id)
        .where(
            H.enterprise_id == one.enterprise_id,
            H.id != one.id,
            H.voided_at.is_(None),
            H.found_at <= one.found_at,
        )
        .order_by(func.coalesce(H.found_at, H.found_at).desc(), H.id.desc())
        .limit(limit)
    )
    return of_ids(session, list(ids))


def _walk(
    session: Session,
    narrowed: Narrowing,
    order: Order,
    start: Mark | None,
    backwards: bool,
    limit: int,
) -> tuple[list[Mark], Mark | None]:
    """Marks of at most `limit` rows, and where the search stopped before it had them."""
    descending = order.descending != backwards
    found: list[Mark] = []
    for stretch in _stretches(order.by, start, backwards):
        led = [*narrowed.led, *stretch.where]
        if start is not None and _holds(stretch, start):
            led.append(_beyond(stretch, start, descending))
        stop = None
        if narrowed.tested and not narrowed.few:
            stop = _end(session, stretch, led, descending, narrowed.reach)
        where = [*led, *narrowed.tested]
        if stop is not None:
            where.append(_within(stretch, stop, descending))
        query = select(*stretch.key).where(*where)
        query = (
            _sorted(query, stretch, descending)
            if narrowed.few
            else _ordered(query, stretch, descending)
        )
        rows = session.execute(query.limit(limit - len(found)))
        found += [stretch.mark(row) for row in rows]
        if len(found) >= limit:
            break
        if stop is not None:
            return found, stop
    return found, None


def _stretches(by: Sort, start: Mark | None, backwards: bool) -> Iterator[_Stretch]:
    stretches = _ORDERS[by][::-1] if backwards else _ORDERS[by]
    reached = start is None
    for stretch in stretches:
        reached = reached or _holds(stretch, start)
        if reached:
            yield stretch


def _holds(stretch: _Stretch, mark: Mark | None) -> bool:
    return mark is not None and (mark.value is not None) == (len(stretch.key) > 1)


def _end(
    session: Session, stretch: _Stretch, led: Sequence[Condition], descending: bool, reach: int
) -> Mark | None:
    """The last row that may be tested; None when there are no more than that. By the index."""
    query = _ordered(select(*stretch.key).where(*led), stretch, descending)
    row = session.execute(query.offset(reach).limit(1)).first()
    return stretch.mark(row) if row is not None else None


def _ordered(query: Select[Any], stretch: _Stretch, descending: bool) -> Select[Any]:
    return query.order_by(*(one.desc() if descending else one.asc() for one in stretch.key))


def _sorted(query: Select[Any], stretch: _Stretch, descending: bool) -> Select[Any]:
    """In the same order, and not by its index."""
    keys = [func.coalesce(one, one) for one in stretch.key]
    return query.order_by(*(one.desc() if descending else one.asc() for one in keys))


def _beyond(stretch: _Stretch, mark: Mark, descending: bool) -> Condition:
    return _compared(stretch, mark, operator.lt if descending else operator.gt)


def _within(stretch: _Stretch, mark: Mark, descending: bool) -> Condition:
    return _compared(stretch, mark, operator.ge if descending else operator.le)


def _compared(stretch: _Stretch, mark: Mark, compare: Callable[[Any, Any], Condition]) -> Condition:
    if len(stretch.key) == 1:
        return compare(H.id, mark.id)
    value = literal(mark.value, stretch.key[0].type)
    return compare(tuple_(*stretch.key), tuple_(value, literal(mark.id)))


def _shown(session: Session, ids: Sequence[int]) -> Select[Any]:
    columns: tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...] = (
        H.id,
        H.source,
        H.external_id,
        H.enterprise_id,
        EnterpriseRow.name,
        EnterpriseRow.credit_code,
        TownRow.code,
        TownRow.name,
        H.industry,
        H.category,
        H.level,
        H.description,
        H.found_at,
        H.deadline,
        H.rectified_at,
        H.closed_at,
        H.voided_at,
        _FIRST.external_id,
        H.status,
    )
    return (
        select(*columns)
        .join(EnterpriseRow, EnterpriseRow.id == H.enterprise_id)
        .join(TownRow, TownRow.id == H.town_id)
        .outerjoin(_FIRST, _FIRST.id == H.merged_into_id)
        .where(narrowing.among(session, H.id, ids))
    )


def _hazard(row: Row[Any]) -> Hazard:
    values = list(row)
    values[1], values[10], values[18] = Source(values[1]), Level(values[10]), Status(values[18])
    return Hazard(*values)

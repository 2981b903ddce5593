"""A filter as conditions on hazards and enterprises, and whether an index leads to all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, bindparam, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from steward.domain.hazards import Source, Status
from steward.domain.search import Days, EnterpriseFilter, HazardFilter, Standing
from steward.domain.weeks import start_of
from steward.ledger.tables import EnterpriseRow, HazardRow, TownRow

H = HazardRow
E = EnterpriseRow
FEW = 20_000  # rows that may be read and sorted for one page
_FEW_ENTERPRISES = 200
_OPEN = (H.closed_at.is_(None), H.voided_at.is_(None))
_OPEN_STATUS = (Status.REGISTERED, Status.RECTIFYING, Status.AWAITING_REVIEW)

Condition = ColumnElement[bool]


@dataclass
class Narrowing:
    """Conditions on hazards: `led` are those that the order's own index answers, `tested` those
    that are looked at row by row. `few`: another index leads to few rows, however they are tested.
    """

    led: list[Condition] = field(default_factory=list)
    tested: list[Condition] = field(default_factory=list)
    few: bool = False

    @property
    def all(self) -> list[Condition]:
        return [*self.led, *self.tested]


def hazards(session: Session, asked: HazardFilter) -> Narrowing:
    """The conditions of a filter."""
    found = Narrowing()
    found.led += _instants(H.found_at, asked.found)
    if asked.towns:
        ids = town_ids(session, asked.towns)
        (found.led if len(ids) == 1 else found.tested).append(_one_of(H.town_id, ids))
    plain: tuple[tuple[InstrumentedAttribute[Any], str | None], ...] = (
        (H.source, asked.source),
        (H.industry, asked.industry),
        (H.category, asked.category),
        (H.level, asked.level),
        (H.status, asked.status),
    )
    found.tested += [column == str(value) for column, value in plain if value]
    if asked.words:
        found.tested.append(contains(session, H.description, asked.words))
    if asked.standing is not None:
        found.tested += open_and(asked.standing, asked)
        found.few = True
    if asked.status in _OPEN_STATUS:
        found.tested += _OPEN
        found.few = True
    elif asked.status == Status.VOIDED:
        found.tested.append(H.voided_at.is_not(None))
        found.few = True
    for column, conditions in (
        (H.closed_at, _instants(H.closed_at, asked.closed)),
        (H.deadline, _days(asked.deadline)),
    ):
        found.tested += conditions
        if conditions and not found.few:
            found.few = _are_few(session, column, conditions)
    if asked.enterprise_id is not None:
        found.tested.append(H.enterprise_id == asked.enterprise_id)
        found.few = True
    if asked.ids is not None:
        found.tested.append(among(session, H.id, asked.ids))
        found.few = True
    if asked.text:
        _text(session, asked.text, found)
    return found


def enterprises(session: Session, asked: EnterpriseFilter) -> list[Condition]:
    """The conditions of a filter on enterprises."""
    where: list[Condition] = []
    if asked.towns:
        where.append(_one_of(E.town_id, town_ids(session, asked.towns)))
    if asked.industry:
        where.append(E.industry == asked.industry)
    if asked.text:
        where.append(_named(session, asked.text))
    if asked.ids is not None:
        where.append(among(session, E.id, asked.ids))
    if asked.standing is not None:
        where.append(E.id.in_(select(H.enterprise_id).where(*open_and(asked.standing, asked))))
    if asked.major:
        major = select(H.enterprise_id).where(H.level == "major", *_OPEN)
        where.append(E.id.in_(major))
    return where


def open_and(standing: Standing, asked: HazardFilter | EnterpriseFilter) -> list[Condition]:
    """Open as the ledger stands, and so to its deadline (see the figures of the domain)."""
    where: list[Condition] = [*_OPEN]
    if standing == Standing.OVERDUE:
        where.append(H.deadline < asked.today)
    elif standing == Standing.DUE_SOON:
        where += [H.deadline >= asked.today, H.deadline <= asked.horizon]
    elif standing == Standing.WITHOUT_DEADLINE:
        where.append(H.deadline.is_(None))
    return where


def among(session: Session, column: InstrumentedAttribute[int], ids: Sequence[int]) -> Condition:
    """Whether it is one of these, however many: they travel as one parameter."""
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(bindparam(None, list(ids), type_=ARRAY(BigInteger)))
    listed = func.json_each(f"[{','.join(map(str, ids))}]").table_valued("value")
    return column.in_(select(listed.c.value))


def contains(session: Session, column: InstrumentedAttribute[Any], text: str) -> Condition:
    """Whether the text stands in it anywhere, in whichever case Latin letters are."""
    if session.get_bind().dialect.name == "postgresql":
        return column.icontains(text, autoescape=True)
    return column.contains(text, autoescape=True)  # SQLite's LIKE is so by itself


def town_ids(session: Session, codes: Iterable[str]) -> list[int]:
    """Row ids of the towns with these codes; unknown ones are left out."""
    return list(session.scalars(select(TownRow.id).where(TownRow.code.in_(sorted(codes)))))


def _one_of(column: InstrumentedAttribute[int], ids: Collection[int]) -> Condition:
    if not ids:
        return false()
    return column == next(iter(ids)) if len(ids) == 1 else column.in_(ids)


def _instants(column: InstrumentedAttribute[Any], days: Days) -> list[Condition]:
    where = []
    if days.first is not None:
        where.append(column >= start_of(days.first))
    if days.last is not None:
        where.append(column < start_of(days.last + timedelta(days=1)))
    return where


def _days(days: Days) -> list[Condition]:
    where = []
    if days.first is not None:
        where.append(H.deadline >= days.first)
    if days.last is not None:
        where.append(H.deadline <= days.last)
    return where


def _are_few(
    session: Session, column: InstrumentedAttribute[Any], conditions: list[Condition]
) -> bool:
    """Whether an index alone tells that there are few of them."""
    some = select(column).where(*conditions).limit(FEW + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) <= FEW


def _named(session: Session, text: str) -> Condition:
    return or_(contains(session, E.name, text), E.credit_code == text.upper())


def _text(session: Session, text: str, found: Narrowing) -> None:
    """By enterprise (few of them by their ids), or by the hazard's own number."""
    named = select(E.id).where(_named(session, text))
    some = list(session.scalars(named.limit(_FEW_ENTERPRISES + 1)))
    numbered = session.scalars(
        select(H.id).where(H.source.in_([str(one) for one in Source]), H.external_id == text)
    )
    if len(some) <= _FEW_ENTERPRISES:
        found.few = True
        found.tested.append(or_(H.enterprise_id.in_(some), H.id.in_(list(numbered))))
    else:
        found.tested.append(or_(H.enterprise_id.in_(named), H.id.in_(list(numbered))))

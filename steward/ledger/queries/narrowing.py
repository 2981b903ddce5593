"""A filter as conditions, and by which index its rows are reached.

The choice is made here and not by the database's planner: SQLite keeps no statistics by itself, and
a planner that walks a list's order for the three rows of it that count reads a million others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    UnaryExpression,
    any_,
    bindparam,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.operators import custom_op

from steward.domain.hazards import Source, Status
from steward.domain.search import Days, EnterpriseFilter, HazardFilter, Sort, Standing
from steward.domain.weeks import start_of
from steward.ledger.tables import EnterpriseRow, HazardRow, TownRow

H = HazardRow
E = EnterpriseRow
FEW = 10_000  # rows that may be read and sorted for one page
IN_INDEX = 100_000  # rows that may be tested where the list's own index has what is tested
IN_ROWS = 20_000  # rows that may be tested where each must be looked up
_FEW_ENTERPRISES = 200
_OPEN_STATUS = (Status.REGISTERED, Status.RECTIFYING, Status.AWAITING_REVIEW)
# What has an index of its own, the likely fewest first, and how many of it may be sorted. What is
# open has the list's index of its own, which is left for very few only.
_LEADING: tuple[tuple[tuple[str, ...], int | None], ...] = (
    (("ids",), None),
    (("enterprise",), None),
    (("text",), FEW),
    (("open", "due"), 1_000),
    (("voided",), FEW),
    (("closed",), FEW),
    (("deadline",), FEW),
)
# What stands in the index of the list by found_at, and besides in that of what is open.
_COVERED = frozenset(
    {"found", "towns", "source", "industry", "category", "level", "status", "valid"}
)
_COVERED_OPEN = _COVERED | {"open", "due", "deadline"}

T = TypeVar("T")
Condition = ColumnElement[bool]
Column = InstrumentedAttribute[T] | ColumnElement[T]


@dataclass(frozen=True)
class Narrowing:
    """`led`: an index answers them; `tested` row by row. `few`: all that is led to may be read and
    sorted; otherwise at most `reach` rows in the list's order may be tested."""

    led: Sequence[Condition]
    tested: Sequence[Condition]
    few: bool = False
    reach: int = IN_INDEX

    @property
    def all(self) -> list[Condition]:
        return [*self.led, *self.tested]


def hazards(session: Session, asked: HazardFilter, by: Sort) -> Narrowing:
    """The conditions of a filter for a list in an order."""
    known = _look_up(session, asked)
    plain = _conditions(session, asked, known, lambda column: column)
    hidden = _conditions(session, asked, known, _hider(session))
    for names, most in _LEADING:
        lead = [one for name in names for one in plain.get(name, [])]
        if lead and (most is None or _are_few(session, lead, most)):
            rest = [one for key in hidden if key not in names for one in hidden[key]]
            return Narrowing(lead, rest, few=True)
    own, covered = _own_index(asked, by, "open" in plain)
    tested = hidden.keys() - set(own)
    return Narrowing(
        [one for key in own for one in plain.get(key, [])],
        [one for key in hidden if key in tested for one in hidden[key]],
        reach=IN_INDEX if tested <= covered else IN_ROWS,
    )


def _own_index(
    asked: HazardFilter, by: Sort, is_open: bool
) -> tuple[tuple[str, ...], frozenset[str]]:
    """What the list's own index answers, and what it lets be tested without a look at the rows."""
    if by == Sort.DEADLINE:
        return (("open", "due", "deadline") if is_open else ("deadline",)), frozenset()
    if by == Sort.ID:
        return (), frozenset()
    if is_open:
        return ("open", "found"), _COVERED_OPEN
    if len(asked.towns) == 1:
        return ("towns", "found"), frozenset()
    return ("found",), _COVERED


def to_count(session: Session, asked: HazardFilter) -> Narrowing:
    """The same for a count: one thing alone is counted by its own index, however many there are."""
    plain = _conditions(session, asked, _look_up(session, asked), lambda column: column)
    if any(plain.keys() <= {*names} for names, _ in _LEADING):
        return Narrowing([one for part in plain.values() for one in part], [])
    return hazards(session, asked, Sort.FOUND)


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
        due = _due(asked, asked.standing, lambda column: column)
        where.append(E.id.in_(select(H.enterprise_id).where(*_open(), *due)))
    if asked.major:
        where.append(E.id.in_(select(H.enterprise_id).where(H.level == "major", *_open())))
    return where


def among(session: Session, column: Column[int], ids: Iterable[int]) -> Condition:
    """Whether it is one of these, however many: they travel as one parameter."""
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(bindparam(None, list(ids), type_=ARRAY(BigInteger)))
    listed = func.json_each(f"[{','.join(map(str, ids))}]").table_valued("value")
    return column.in_(select(listed.c.value))


def town_ids(session: Session, codes: Iterable[str]) -> list[int]:
    """Row ids of the towns with these codes; unknown ones are left out."""
    return list(session.scalars(select(TownRow.id).where(TownRow.code.in_(sorted(codes)))))


Hide = Callable[[InstrumentedAttribute[Any]], Any]


def _hider(session: Session) -> Hide:
    """Columns as SQLite goes to by no index (its unary +); PostgreSQL knows by its statistics."""
    if session.get_bind().dialect.name == "postgresql":
        return lambda column: column
    return lambda column: UnaryExpression(
        column.expression, operator=custom_op("+"), type_=column.type
    )


@dataclass(frozen=True)
class _Known:
    """Rows that words of a filter stand for. `enterprises` None: too many to name."""

    towns: Sequence[int] = ()
    enterprises: Sequence[int] | None = None
    hazards: Sequence[int] = ()


def _look_up(session: Session, asked: HazardFilter) -> _Known:
    towns = town_ids(session, asked.towns) if asked.towns else []
    if not asked.text:
        return _Known(towns)
    named = select(E.id).where(_named(session, asked.text)).limit(_FEW_ENTERPRISES + 1)
    enterprises = list(session.scalars(named))
    numbered = select(H.id).where(
        H.source.in_([str(one) for one in Source]), H.external_id == asked.text
    )
    few = len(enterprises) <= _FEW_ENTERPRISES
    return _Known(towns, enterprises if few else None, list(session.scalars(numbered)))


def _conditions(
    session: Session, asked: HazardFilter, known: _Known, hide: Hide
) -> dict[str, list[Condition]]:
    """What is asked, by its name."""
    found: dict[str, list[Condition]] = {}
    if asked.ids is not None:
        found["ids"] = [among(session, hide(H.id), asked.ids)]
    if asked.enterprise_id is not None:
        found["enterprise"] = [hide(H.enterprise_id) == asked.enterprise_id]
    if asked.text:
        found["text"] = [_text(session, asked.text, known, hide)]
    if asked.standing is not None or asked.status in _OPEN_STATUS:
        found["open"] = _open(hide)
    if asked.standing is not None:
        found["due"] = _due(asked, asked.standing, hide)
    if asked.status is not None:
        found["status"] = [hide(H.status) == asked.status.value]
    if asked.valid:  # by its status, which the list's index has
        found["valid"] = [hide(H.status) != Status.VOIDED.value]
    if asked.status == Status.VOIDED:
        found["voided"] = [hide(H.voided_at).is_not(None)]
    found["found"] = _instants(hide(H.found_at), asked.found)
    found["closed"] = _instants(hide(H.closed_at), asked.closed)
    found["deadline"] = _days(hide(H.deadline), asked.deadline)
    if asked.towns:
        found["towns"] = [_one_of(hide(H.town_id), known.towns)]
    for name, value in (
        ("source", asked.source),
        ("industry", asked.industry),
        ("category", asked.category),
        ("level", asked.level),
    ):
        if value:
            found[name] = [hide(getattr(H, name)) == str(value)]
    if asked.words:
        found["words"] = [_contains(session, H.description, asked.words)]
    return {name: conditions for name, conditions in found.items() if conditions}


def _are_few(session: Session, conditions: list[Condition], most: int) -> bool:
    """Whether there are no more of them, as the index alone tells."""
    some = select(H.id).where(*conditions).limit(most + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) <= most


def _open(hide: Hide = lambda column: column) -> list[Condition]:
    return [hide(H.closed_at).is_(None), hide(H.voided_at).is_(None)]


def _due(asked: HazardFilter | EnterpriseFilter, standing: Standing, hide: Hide) -> list[Condition]:
    """How an open one stands to its deadline (the definitions of the domain)."""
    deadline = hide(H.deadline)
    if standing == Standing.OVERDUE:
        return [deadline < asked.today]
    if standing == Standing.DUE_SOON:
        return [deadline >= asked.today, deadline <= asked.horizon]
    if standing == Standing.WITHOUT_DEADLINE:
        return [deadline.is_(None)]
    return []


def _contains(session: Session, column: InstrumentedAttribute[Any], text: str) -> Condition:
    """Whether the text stands in it anywhere, in whichever case Latin letters are."""
    if session.get_bind().dialect.name == "postgresql":
        return column.icontains(text, autoescape=True)
    return column.contains(text, autoescape=True)  # SQLite's LIKE is so by itself


def _one_of(column: Any, ids: Sequence[int]) -> Condition:
    if not ids:
        return false()
    condition: Condition = column == ids[0] if len(ids) == 1 else column.in_(ids)
    return condition


def _instants(column: Any, days: Days) -> list[Condition]:
    where = []
    if days.first is not None:
        where.append(column >= start_of(days.first))
    if days.last is not None:
        where.append(column < start_of(days.last + timedelta(days=1)))
    return where


def _days(column: Any, days: Days) -> list[Condition]:
    where = []
    if days.first is not None:
        where.append(column >= days.first)
    if days.last is not None:
        where.append(column <= days.last)
    return where


def _named(session: Session, text: str) -> Condition:
    return or_(_contains(session, E.name, text), E.credit_code == text.upper())


def _text(session: Session, text: str, known: _Known, hide: Hide) -> Condition:
    """By enterprise (few of them by their ids), or by the hazard's own number."""
    of_these: Any = known.enterprises
    if of_these is None:
        of_these = select(E.id).where(_named(session, text))
    return or_(hide(H.enterprise_id).in_(of_these), hide(H.id).in_(known.hazards))

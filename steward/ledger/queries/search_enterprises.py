"""Enterprises by a filter, newest known first, with what of their hazards is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from steward.domain.hazards import Level
from steward.domain.search import MOST_COUNTED, Counted, Enterprise, EnterpriseFilter, Mark, Page
from steward.ledger.queries import narrowing
from steward.ledger.queries.narrowing import E, H
from steward.ledger.tables import TownRow


def page(
    session: Session,
    asked: EnterpriseFilter,
    *,
    limit: int,
    after: Mark | None = None,
    before: Mark | None = None,
) -> Page[Enterprise]:
    """At most `limit` enterprises from after a mark on, or those before one."""
    query = _columns().where(*narrowing.enterprises(session, asked)).limit(limit + 1)
    if before is not None:
        query = query.where(E.id > before.id).order_by(E.id)
    elif after is not None:
        query = query.where(E.id < after.id).order_by(E.id.desc())
    else:
        query = query.order_by(E.id.desc())
    rows = [tuple(row) for row in session.execute(query)]
    more, rows = len(rows) > limit, rows[:limit]
    beyond = Mark(None, rows[-1][0]) if more else None
    behind = Mark(None, rows[0][0]) if rows and after is not None else None
    if before is not None:
        rows.reverse()
        behind = Mark(None, rows[-1][0]) if rows else None
    found = _with_hazards(session, asked, rows)
    return Page(found, beyond, behind) if before is not None else Page(found, behind, beyond)


def count(session: Session, asked: EnterpriseFilter) -> Counted:
    """How many there are, up to MOST_COUNTED."""
    where = narrowing.enterprises(session, asked)
    some = select(E.id).where(*where).limit(MOST_COUNTED + 1).subquery()
    number = session.scalar(select(func.count()).select_from(some)) or 0
    return Counted(min(number, MOST_COUNTED), number > MOST_COUNTED)


def one(session: Session, asked: EnterpriseFilter, enterprise_id: int) -> Enterprise | None:
    """One enterprise; None when there is none."""
    rows = session.execute(_columns().where(E.id == enterprise_id))
    found = _with_hazards(session, asked, [tuple(row) for row in rows])
    return found[0] if found else None


def _columns() -> Select[Any]:
    columns: tuple[InstrumentedAttribute[Any], ...] = (
        E.id,
        E.name,
        E.credit_code,
        TownRow.code,
        TownRow.name,
        E.industry,
    )
    return select(*columns).join(TownRow, TownRow.id == E.town_id)


def _with_hazards(
    session: Session, asked: EnterpriseFilter, rows: Sequence[tuple[Any, ...]]
) -> list[Enterprise]:
    """By the index of an enterprise's hazards; voided ones do not count."""
    is_open = H.closed_at.is_(None)
    sums = {
        row[0]: row[1:]
        for row in session.execute(
            select(
                H.enterprise_id,
                func.count(),
                func.sum(case((is_open, 1), else_=0)),
                func.sum(case((is_open & (H.deadline < asked.today), 1), else_=0)),
                func.sum(case((is_open & (H.level == Level.MAJOR.value), 1), else_=0)),
            )
            .where(H.voided_at.is_(None))
            .where(narrowing.among(session, H.enterprise_id, [row[0] for row in rows]))
            .group_by(H.enterprise_id)
        )
    }
    return [Enterprise(*row, *sums.get(row[0], (0, 0, 0, 0))) for row in rows]

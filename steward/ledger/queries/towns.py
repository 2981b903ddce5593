"""Statements about towns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.domain.figures import Town
from steward.ledger.tables import TownNameRow, TownRow


def codes(session: Session) -> set[str]:
    """The codes of the towns that are there."""
    return set(session.scalars(select(TownRow.code)))


def add(session: Session, towns: Iterable[Town]) -> None:
    """Add towns."""
    session.add_all(
        TownRow(code=town.code, name=town.name, column=town.column, row=town.row) for town in towns
    )
    session.flush()


def ids_by_word(session: Session) -> dict[str, int]:
    """Row ids by name, by code, and by the names that staff settled."""
    names = session.execute(select(TownNameRow.name, TownNameRow.town_id))
    found: dict[str, int] = {row.name: row.town_id for row in names}
    for id_, code, name in session.execute(select(TownRow.id, TownRow.code, TownRow.name)):
        found[code] = found[name] = id_
    return found


def names(session: Session) -> list[str]:
    """The towns' names, by code."""
    return list(session.scalars(select(TownRow.name).order_by(TownRow.code)))


def settle_name(session: Session, name: str, town_id: int, *, at: datetime, by: str) -> None:
    """From now on this other name means the town."""
    session.add(TownNameRow(name=name, town_id=town_id, settled_at=at, settled_by=by[:80]))
    session.flush()

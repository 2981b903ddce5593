"""The names the ledger knows."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.ledger.tables import EnterpriseRow, HazardTallyRow, TownRow


def towns(session: Session) -> list[str]:
    """The names of the towns, in the order of their codes."""
    return list(session.scalars(select(TownRow.name).order_by(TownRow.code)))


def enterprises(session: Session) -> list[str]:
    """Every name an enterprise has, once."""
    return list(session.scalars(select(EnterpriseRow.name).distinct().order_by(EnterpriseRow.name)))


def towns_by_code(session: Session) -> dict[str, str]:
    """The names of the towns by their codes, in the order of these."""
    return dict(session.execute(select(TownRow.code, TownRow.name).order_by(TownRow.code)).all())


def enterprise(session: Session, enterprise_id: int) -> str | None:
    """The name of one."""
    return session.scalar(select(EnterpriseRow.name).where(EnterpriseRow.id == enterprise_id))


def categories(session: Session) -> list[str]:
    """Every category that a hazard was ever found in, by the tallies."""
    return _keys(session, "category")


def industries(session: Session) -> list[str]:
    """Every industry that a hazard was ever found in, by the tallies."""
    return _keys(session, "industry")


def _keys(session: Session, dimension: str) -> list[str]:
    t = HazardTallyRow
    query = select(t.key).where(t.dimension == dimension, t.span == "month", t.key != "")
    return list(session.scalars(query.distinct().order_by(t.key)))

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


def categories(session: Session) -> list[str]:
    """Every category that a hazard was ever found in, by the tallies."""
    kept = (HazardTallyRow.dimension == "category", HazardTallyRow.span == "month")
    query = select(HazardTallyRow.key).where(*kept).distinct().order_by(HazardTallyRow.key)
    return list(session.scalars(query))

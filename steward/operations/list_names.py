"""The words that lists of the ledger are narrowed by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from steward.errors import NotFound
from steward.ledger.queries import names
from steward.storage.engine import Database


@dataclass(frozen=True)
class Names:
    """Towns by code; categories and industries that a hazard was ever found in."""

    towns: Mapping[str, str]
    categories: Sequence[str]
    industries: Sequence[str]


def list_names(database: Database) -> Names:
    """All of them, from the tables of totals: no hazard is read."""
    with database.session() as session:
        return Names(
            towns=names.towns_by_code(session),
            categories=names.categories(session),
            industries=names.industries(session),
        )


def name_enterprise(database: Database, enterprise_id: int) -> str:
    """Its name. Raises NotFound."""
    with database.session() as session:
        name = names.enterprise(session, enterprise_id)
    if name is None:
        raise NotFound(f"没有第 {enterprise_id} 家企业")
    return name

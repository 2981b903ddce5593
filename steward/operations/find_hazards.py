"""Find hazards and enterprises in the ledger, a page at a time or all of them."""

from __future__ import annotations

from collections.abc import Iterator

from steward.domain.search import (
    Counted,
    Enterprise,
    EnterpriseFilter,
    Hazard,
    HazardFilter,
    Mark,
    Order,
    Page,
)
from steward.ledger.queries import search, search_enterprises
from steward.storage.engine import Database

_AT_ONCE = 1_000  # hazards in memory


def hazard_page(
    database: Database,
    asked: HazardFilter,
    order: Order,
    *,
    limit: int,
    after: Mark | None = None,
    before: Mark | None = None,
) -> Page[Hazard]:
    """At most `limit` hazards in an order, from after a mark on, or the ones before one."""
    with database.session(snapshot=True) as session:
        return search.page(session, asked, order, limit=limit, after=after, before=before)


def count_hazards(database: Database, asked: HazardFilter) -> Counted:
    """How many there are, up to 10,000."""
    with database.session(snapshot=True) as session:
        return search.count(session, asked)


def walk_hazards(database: Database, asked: HazardFilter) -> Iterator[Hazard]:
    """All of them, by the ledger's id, however many they are."""
    last = 0
    while True:
        with database.session(snapshot=True) as session:
            found = search.walk(session, asked, after=last, limit=_AT_ONCE)
        yield from found
        if len(found) < _AT_ONCE:
            return
        last = found[-1].id


def enterprise_page(
    database: Database,
    asked: EnterpriseFilter,
    *,
    limit: int,
    after: Mark | None = None,
    before: Mark | None = None,
) -> Page[Enterprise]:
    """At most `limit` enterprises, the newest known first."""
    with database.session(snapshot=True) as session:
        return search_enterprises.page(session, asked, limit=limit, after=after, before=before)


def count_enterprises(database: Database, asked: EnterpriseFilter) -> Counted:
    """How many there are, up to 10,000."""
    with database.session(snapshot=True) as session:
        return search_enterprises.count(session, asked)

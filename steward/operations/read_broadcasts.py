"""Broadcasts and receipts as programs read them, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from steward.broadcasts.queries import halls, listing, proof
from steward.broadcasts.queries.listing import Wanted as Wanted
from steward.broadcasts.tables import BroadcastRow, HallRow, PlayerRow, ReceiptRow
from steward.errors import NotFound
from steward.storage.engine import Database, Session


@dataclass(frozen=True)
class Paged:
    """A broadcast, its hall, and whether a player whose receipts count has played it to its end."""

    row: BroadcastRow
    hall: HallRow
    heard: bool


def broadcasts_page(
    database: Database, wanted: Wanted, *, before: int | None, limit: int
) -> list[Paged]:
    """At most `limit`, from before that number, the newest first."""
    with database.session(snapshot=True) as session:
        found = listing.page_of_broadcasts(session, wanted, before=before, limit=limit)
        return paged(session, found)


def paged(session: Session, found: Sequence[tuple[BroadcastRow, HallRow]]) -> list[Paged]:
    """These broadcasts with what is known of their being heard."""
    heard = proof.among(session, [row.id for row, _ in found])
    return [Paged(row, hall, row.id in heard) for row, hall in found]


def receipts_page(
    database: Database, hall: str, *, before: int | None, limit: int
) -> Sequence[tuple[ReceiptRow, PlayerRow]]:
    """What players told of a hall's broadcasts, the newest first. Raises NotFound."""
    with database.session() as session:
        if halls.named(session, hall) is None:
            raise NotFound(f"没有名为“{hall}”的大厅")
        return listing.page_of_receipts(session, hall, before=before, limit=limit)

"""Announcements as programs read them: one whole, or a page of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from steward.broadcasts.queries import announcements, listing, zones
from steward.broadcasts.tables import AnnouncementRow
from steward.domain.announcements import AnnouncementState, Approval, Rules
from steward.errors import NotFound
from steward.operations.decide_announcement import approval_of
from steward.operations.read_broadcasts import Paged, paged
from steward.storage.engine import Database, Session


@dataclass(frozen=True)
class Sheet:
    """播报单 with what it became.

    `approval` is what the rules ask for, `digest` that of what would be approved now (of what was,
    once it is sent; None for a draft), `sounding` how many of its clauses have their sound,
    `halls` the names of the halls it is for.
    """

    row: AnnouncementRow
    approval: Approval
    digest: str | None
    sounding: int
    halls: Sequence[str]
    broadcasts: Sequence[Paged]


def find_announcement(
    database: Database, number: int, *, rules: Rules, town: str | None = None
) -> Sheet:
    """One announcement. Raises NotFound: of a caller of one town, also for others' halls."""
    with database.session() as session:
        row = announcements.get(session, number)
        wanted = listing.Wanted(announcement=number, town=town)
        made = paged(session, listing.page_of_broadcasts(session, wanted, before=None, limit=2000))
        if town is not None and not made:
            raise NotFound(f"没有编号为 {number} 的播报单")
        return Sheet(
            row=row,
            approval=approval_of(rules, row),
            digest=_digest(session, row),
            sounding=sum("key" in clip for clip in row.clips.values()),
            halls=_halls(session, row, town),
            broadcasts=list(reversed(made)),
        )


def announcements_page(
    database: Database,
    *,
    state: AnnouncementState | None,
    author: str | None,
    town: str | None,
    before: int | None,
    limit: int,
) -> Sequence[AnnouncementRow]:
    """At most `limit`, from before that number, the newest first; `town`: said in its own hall."""
    with database.session() as session:
        return listing.page_of_announcements(
            session, state=state, author=author, town=town, before=before, limit=limit
        )


def _digest(session: Session, row: AnnouncementRow) -> str | None:
    if row.state == AnnouncementState.AWAITING_APPROVAL.value:
        try:
            return announcements.digest_of(session, row)
        except NotFound:  # a hall was removed meanwhile: it cannot be approved any more
            return None
    return row.digest


def _halls(session: Session, row: AnnouncementRow, town: str | None) -> list[str]:
    try:
        found = zones.halls_of(session, row.targets)
        return [hall.name for hall in found if town is None or hall.town_code == town]
    except NotFound:
        return []

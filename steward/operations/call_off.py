"""Call an announcement off, whatever has become of it so far."""

from __future__ import annotations

from datetime import datetime

from steward.broadcasts.queries import announcements
from steward.domain.accounts import Actor
from steward.domain.announcements import AnnouncementState
from steward.operations.cancel_announcement import cancel_announcement
from steward.operations.compose import discard_draft
from steward.operations.decide_announcement import withdraw
from steward.storage.engine import Database


def call_off(database: Database, number: int, *, at: datetime, by: Actor) -> None:
    """Take it back and throw it away, or cancel what of it is not said yet.

    All of it or nothing. Raises Overtaken (nothing is left to be cancelled), NotFound, and as
    `withdraw` does.
    """
    with database.whole() as session:
        row = announcements.get(session, number)
        if row.state == AnnouncementState.SENT.value:
            cancel_announcement(database, number, at=at, by=by)
            return
        if row.state == AnnouncementState.AWAITING_APPROVAL.value:
            withdraw(database, number, at=at, by=by)
        discard_draft(database, number, version=row.version, at=at, by=by)

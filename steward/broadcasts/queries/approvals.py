"""Announcements that wait for a decision."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from steward.broadcasts.tables import AnnouncementRow
from steward.domain.announcements import AnnouncementState


def awaited(session: Session) -> int:
    """How many wait for an approver."""
    waiting = AnnouncementRow.state == AnnouncementState.AWAITING_APPROVAL.value
    return session.scalar(select(func.count()).where(waiting)) or 0

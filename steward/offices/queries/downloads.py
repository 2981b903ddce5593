"""领取: which files of an issue were taken, when and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.domain.offices import Issue, Matter
from steward.offices.tables import DownloadRow

FEED = "feed"


def record(
    session: Session,
    issue: Issue,
    format: str,
    *,
    by: str,
    at: datetime,
    where: str = "",
    staff: bool = False,
) -> None:
    """Put down that somebody took a file of an issue. `format`: its ending, or FEED.

    `staff`: one of the district's, which is no receipt of the town's.
    """
    session.add(
        DownloadRow(
            matter=issue.matter.value,
            issue_id=issue.id,
            town_code=issue.town_code,
            format=format,
            at=at,
            by=by[:60],
            where=where[:80],
            staff=staff,
        )
    )
    session.flush()


def of_issues(session: Session, matter: Matter, ids: Sequence[int]) -> dict[int, list[DownloadRow]]:
    """By issue, its town's receipts, the oldest first; nothing for what no town has taken."""
    found: dict[int, list[DownloadRow]] = {}
    rows = session.scalars(
        select(DownloadRow)
        .where(
            DownloadRow.matter == matter.value,
            DownloadRow.issue_id.in_(ids),
            DownloadRow.staff.is_(False),
        )
        .order_by(DownloadRow.at, DownloadRow.id)
    )
    for row in rows:
        found.setdefault(row.issue_id, []).append(row)
    return found


def taken(session: Session, matter: Matter, ids: Sequence[int]) -> set[int]:
    """Those of these issues that their town has taken."""
    return set(
        session.scalars(
            select(DownloadRow.issue_id)
            .where(
                DownloadRow.matter == matter.value,
                DownloadRow.issue_id.in_(ids),
                DownloadRow.staff.is_(False),
            )
            .distinct()
        )
    )

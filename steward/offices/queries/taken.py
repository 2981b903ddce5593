"""领取: what a town has taken of its issues."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.domain.offices import Matter
from steward.offices.tables import DownloadRow


def by_town(session: Session, matter: Matter, ids: Sequence[int]) -> dict[int, list[DownloadRow]]:
    """By issue, what its town took of it, the first first; none for an issue nobody has taken."""
    found: dict[int, list[DownloadRow]] = {}
    rows = session.scalars(
        select(DownloadRow)
        .where(DownloadRow.matter == matter.value, DownloadRow.issue_id.in_(ids))
        .order_by(DownloadRow.id)
    )
    for row in rows:
        found.setdefault(row.issue_id, []).append(row)
    return found

"""Let a row that waits be: it is kept, and not tried again until it comes changed."""

from __future__ import annotations

from datetime import datetime

from steward.accounts.queries import audit
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.errors import SourceError
from steward.sources.queries import rejections, sources
from steward.storage.engine import Database


def dismiss_row(database: Database, source: str, row_id: int, *, at: datetime, by: Actor) -> None:
    """Raises NotFound; SourceError when it does not wait any more."""
    with database.session(write=True) as session:
        row = sources.find(session, source)
        waiting = rejections.find_waiting(session, row.id, row_id)
        if waiting is None:
            raise SourceError("这一行已经不在等着的行里", place=source)
        rejections.settle(session, row.id, [waiting.key], at=at)
        facts = {"name": waiting.key[1:], "reason": waiting.reason}
        audit.record(
            session, Act.ROW_DISMISSED, at=at, by=by, about=f"数据来源 {source}", after=facts
        )

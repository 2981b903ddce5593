"""Somebody takes notice of an alarm: 知道了."""

from __future__ import annotations

from datetime import datetime

from steward.accounts.queries import audit
from steward.broadcasts.queries import alarms
from steward.domain.accounts import Actor
from steward.domain.alarms import ALARM_NAMES, PAST, AlarmKind
from steward.domain.audit import Act
from steward.errors import BroadcastError
from steward.storage.engine import Database


def notice_alarm(database: Database, alarm_id: int, *, at: datetime, by: Actor) -> None:
    """Put down who took notice, and when; what has happened and cannot be cured is then over.

    Raises NotFound, BroadcastError when somebody has taken notice before.
    """
    with database.session(write=True) as session:
        row = alarms.get(session, alarm_id)
        over = row.subject.startswith(f"{PAST}:")
        if not alarms.notice(session, row, at=at, by=by.name, over=over):
            raise BroadcastError(f"{row.seen_by or '别人'}已经知道这个告警", place=row.text)
        audit.record(
            session,
            Act.ALARM_NOTICED,
            at=at,
            by=by,
            about=f"告警 {row.id}",
            after={"what": ALARM_NAMES[AlarmKind(row.kind)], "text": row.text},
        )

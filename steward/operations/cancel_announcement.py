"""Cancel what an announcement still has to say: its broadcasts that have not ended."""

from __future__ import annotations

from datetime import datetime

from steward.accounts.queries import audit
from steward.broadcasts.queries import announcements, broadcasts, endings
from steward.broadcasts.states import FINAL
from steward.domain.accounts import Actor
from steward.domain.announcements import REASON_LENGTH, AnnouncementState, plain_line
from steward.domain.audit import Act
from steward.domain.broadcasts import BroadcastState
from steward.errors import Overtaken
from steward.storage.engine import Database

S = BroadcastState


def cancel_announcement(
    database: Database, number: int, *, at: datetime, by: Actor, reason: str = ""
) -> list[int]:
    """Cancel every broadcast of it that plays or still waits; their ids.

    What was heard stays on record as heard. Raises NotFound; Overtaken when it was not sent,
    or when all of it has ended.
    """
    reason = plain_line(reason, REASON_LENGTH)
    with database.session(write=True) as session:
        row = announcements.locked(session, number, AnnouncementState.SENT)
        ids = [
            one.id
            for one in announcements.broadcasts_of(session, number)
            if S(one.state) not in FINAL
        ]
        rows = [one for one in broadcasts.locked(session, ids) if S(one.state) not in FINAL]
        if not rows:
            raise Overtaken("这张播报单的播报都已经结束，没有可取消的", place=f"播报单 {number}")
        why = f"{by.name} 取消播报单 {number}" + (f"：{reason}" if reason else "")
        for one in rows:
            endings.lay_aside(session, one, S.CANCELLED, at=at, by=by.name, why=why)
        row.updated_at = at
        audit.record(
            session,
            Act.ANNOUNCEMENT_CANCELLED,
            at=at,
            by=by,
            about=f"播报单 {number}",
            before={"title": row.title},
            after={"broadcasts": [one.id for one in rows], "reason": reason},
        )
        return [one.id for one in rows]

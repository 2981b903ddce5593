"""Staff hold a hall: pause it, let it go on, set its quiet hours. Emergencies pass all of it."""

from __future__ import annotations

from datetime import datetime

from steward.accounts.queries import audit
from steward.broadcasts.queries import broadcasts, halls
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import Priority
from steward.domain.halls import QuietHours
from steward.errors import BroadcastError
from steward.storage.engine import Database

QUIET_LENGTH = 200  # characters, as the hall's row takes them


def pause_hall(database: Database, name: str, *, at: datetime, by: Actor) -> str | None:
    """Let nothing but emergencies begin; what plays stops at once and waits to go on.

    It goes on with the clause it was in, when the hall goes on within its plan's time. An
    emergency on the air is said to its end. Gives the title of what was stopped. Raises NotFound,
    BroadcastError when it is paused already.
    """
    with database.session(write=True) as session:
        hall = halls.to_control(session, name)
        if hall.paused_at is not None:
            raise BroadcastError("大厅已经暂停了", place=hall.title)
        hall.paused_at = at
        row = broadcasts.playing(session, hall.id)
        stopped = None
        if row is not None and Priority(row.priority) is not Priority.EMERGENCY:
            (row,) = broadcasts.locked(session, [row.id])
            broadcasts.move(session, row, S.READY, at=at, by=by.name, why="值班员暂停")
            stopped = row.title
        halls.note_act(session, hall, "paused", at=at, by=by.name, why="暂停播报，紧急播报除外")
        controlled = {"what": "暂停播报，紧急播报除外"}
        audit.record(
            session, Act.HALL_CONTROLLED, at=at, by=by, about=f"大厅 {hall.name}", after=controlled
        )
        return stopped


def resume_hall(database: Database, name: str, *, at: datetime, by: Actor) -> None:
    """Let the hall go on. Raises NotFound, BroadcastError when it is not paused."""
    with database.session(write=True) as session:
        hall = halls.to_control(session, name)
        if hall.paused_at is None:
            raise BroadcastError("大厅没有暂停", place=hall.title)
        hall.paused_at = None
        halls.note_act(session, hall, "resumed", at=at, by=by.name, why="继续播报")
        controlled = {"what": "继续播报"}
        audit.record(
            session, Act.HALL_CONTROLLED, at=at, by=by, about=f"大厅 {hall.name}", after=controlled
        )


def set_quiet_hours(
    database: Database, name: str, text: str, *, at: datetime, by: Actor
) -> QuietHours:
    """Set the daily spans, in district time, in which nothing but emergencies begins.

    `text` as `QuietHours.parse` reads it; an empty one ends them. What plays when they begin is
    said to its end. Raises NotFound, BroadcastError naming what is malformed.
    """
    try:
        hours = QuietHours.parse(text)
    except ValueError as error:
        raise BroadcastError(str(error), place="安静时段") from error
    if len(str(hours)) > QUIET_LENGTH:
        raise BroadcastError("安静时段太多，请合并成几段", place="安静时段")
    with database.session(write=True) as session:
        hall = halls.to_control(session, name)
        before = hall.quiet or "无"
        hall.quiet = str(hours)
        why = f"安静时段：{before} → {hall.quiet or '无'}"
        halls.note_act(session, hall, "quiet", at=at, by=by.name, why=why)
        controlled = {"what": why}
        audit.record(
            session, Act.HALL_CONTROLLED, at=at, by=by, about=f"大厅 {hall.name}", after=controlled
        )
    return hours

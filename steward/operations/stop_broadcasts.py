"""Staff stop what a hall plays: this one, or everything that plays and waits; all on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from steward.accounts.queries import audit
from steward.broadcasts.queries import broadcasts, endings, halls
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.domain.broadcasts import BroadcastState, Priority
from steward.errors import BroadcastError
from steward.storage.engine import Database


@dataclass(frozen=True)
class Stopped:
    """What was cancelled, and the emergencies that were not; ids and titles."""

    cancelled: tuple[tuple[int, str], ...]
    spared: tuple[tuple[int, str], ...] = ()


def skip_broadcast(
    database: Database,
    name: str,
    *,
    at: datetime,
    by: Actor,
    emergencies: bool = False,
    meant: int | None = None,
) -> tuple[int, str]:
    """Cancel what the hall plays now; the next goes on. Gives its id and title.

    `meant` is the id of what whoever asks saw playing. Raises NotFound; BroadcastError when nothing
    plays, when another plays than is meant, or an emergency without `emergencies`.
    """
    with database.session(write=True) as session:
        hall = halls.to_control(session, name)
        row = broadcasts.playing(session, hall.id)
        if row is None:
            raise BroadcastError("大厅现在没有在播报", place=hall.title)
        if meant is not None and row.id != meant:
            raise BroadcastError(f"现在播的已是另一个：“{row.title}”，没有跳过", place=hall.title)
        if _urgent(row.priority) and not emergencies:
            raise BroadcastError(
                f"正在播的“{row.title}”是紧急播报，要跳过请写明（命令行加 --emergencies）"
            )
        (row,) = broadcasts.locked(session, [row.id])
        cancelled = BroadcastState.CANCELLED
        endings.lay_aside(session, row, cancelled, at=at, by=by.name, why="值班员跳过")
        controlled = {"what": f"跳过播报 {row.id}“{row.title}”"}
        audit.record(
            session, Act.HALL_CONTROLLED, at=at, by=by, about=f"大厅 {hall.name}", after=controlled
        )
        return row.id, row.title


def stop_all(
    database: Database, name: str, *, at: datetime, by: Actor, emergencies: bool = False
) -> Stopped:
    """Cancel whatever plays or waits in the hall; emergencies only with `emergencies`.

    What is held for staff, and slots still to come, stay as they are. Raises NotFound.
    """
    with database.session(write=True) as session:
        hall = halls.to_control(session, name)
        ids = [row.id for row in broadcasts.lineup(session, hall.id)]
        rows = broadcasts.locked(session, ids)
        spared = [row for row in rows if _urgent(row.priority) and not emergencies]
        stopped = [row for row in rows if row not in spared]
        for row in stopped:
            cancelled = BroadcastState.CANCELLED
            endings.lay_aside(session, row, cancelled, at=at, by=by.name, why="值班员全部停止")
        why = f"全部停止：取消 {len(stopped)} 个，保留紧急播报 {len(spared)} 个"
        halls.note_act(session, hall, "stopped", at=at, by=by.name, why=why)
        controlled = {"what": why}
        audit.record(
            session, Act.HALL_CONTROLLED, at=at, by=by, about=f"大厅 {hall.name}", after=controlled
        )
        return Stopped(
            tuple((row.id, row.title) for row in stopped),
            tuple((row.id, row.title) for row in spared),
        )


def _urgent(priority: str) -> bool:
    return Priority(priority) is Priority.EMERGENCY

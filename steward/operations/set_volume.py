"""Staff set how loud a hall is, for everything or for announcements of one priority."""

from __future__ import annotations

from datetime import datetime

from steward.accounts.queries import audit
from steward.broadcasts.queries import halls
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.domain.broadcasts import PRIORITY_NAMES, Priority
from steward.domain.halls import EMERGENCY_FLOOR, LOUDEST
from steward.errors import BroadcastError
from steward.storage.engine import Database


def set_volume(
    database: Database,
    name: str,
    percent: int | None,
    *,
    at: datetime,
    by: Actor,
    priority: Priority | None = None,
) -> None:
    """Set the hall's volume in percent, or that of a priority (None: as the hall's).

    Players follow at once. Raises NotFound, BroadcastError: out of range, or an emergency below
    its floor.
    """
    check_volume(percent, priority)
    with database.session(write=True) as session:
        hall = halls.to_control(session, name)
        if priority is None:
            why = f"音量：{hall.volume} → {percent}"
            hall.volume = percent if percent is not None else hall.volume
        else:
            before = hall.volumes.get(priority.value, "随大厅")
            after = "随大厅" if percent is None else percent
            why = f"{PRIORITY_NAMES[priority]}播报的音量：{before} → {after}"
            others = {key: own for key, own in hall.volumes.items() if key != priority.value}
            hall.volumes = others if percent is None else others | {priority.value: percent}
        halls.note_act(session, hall, "volume", at=at, by=by.name, why=why)
        controlled = {"what": why}
        audit.record(
            session, Act.HALL_CONTROLLED, at=at, by=by, about=f"大厅 {hall.name}", after=controlled
        )


def check_volume(percent: int | None, priority: Priority | None = None) -> None:
    """Raise BroadcastError: out of range, or an emergency below its floor."""
    lowest = EMERGENCY_FLOOR if priority is Priority.EMERGENCY else 0
    if percent is None and priority is None:
        raise BroadcastError("没有写明音量", place="音量")
    if percent is not None and not lowest <= percent <= LOUDEST:
        whose = f"{PRIORITY_NAMES[priority]}播报的" if priority else ""
        raise BroadcastError(f"{whose}音量应为 {lowest}–{LOUDEST}", place=str(percent))

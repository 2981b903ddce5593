"""Halls: the places that play."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from steward.broadcasts.queries import changes
from steward.broadcasts.tables import (
    AlarmRow,
    BroadcastRow,
    ChangeRow,
    HallRow,
    PlanRow,
    PlayerRow,
    ReceiptRow,
)
from steward.domain.broadcasts import BroadcastState
from steward.domain.halls import QuietHours
from steward.errors import NotFound, PlaceError


def every(session: Session) -> Sequence[HallRow]:
    """All halls, in the order they were made."""
    return session.scalars(select(HallRow).order_by(HallRow.id)).all()


def get(session: Session, hall_id: int) -> HallRow:
    """One hall by its id, which must exist."""
    return session.get_one(HallRow, hall_id)


def on_hold(hall: HallRow, now: datetime) -> bool:
    """Whether only emergencies may begin: it is paused, or in its quiet hours."""
    return hall.paused_at is not None or quiet_until(hall, now) is not None


def quiet_until(hall: HallRow, now: datetime) -> datetime | None:
    """When the quiet hours that hold now end; None outside of them."""
    return QuietHours.parse(hall.quiet).until(now)


def named(session: Session, name: str) -> HallRow | None:
    """The hall whose `name` stands in its URL."""
    return session.scalars(select(HallRow).where(HallRow.name == name)).first()


def locked(session: Session, hall_id: int) -> HallRow:
    """The hall, its row locked until the commit: whoever moves several broadcasts asks first.

    Always hall, then broadcasts, then the log, so that two never wait for each other.
    """
    return session.scalars(
        select(HallRow)
        .where(HallRow.id == hall_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def to_control(session: Session, name: str) -> HallRow:
    """The hall of that name, locked until the commit. Raises NotFound."""
    hall = named(session, name)
    if hall is None:
        raise NotFound(f"没有名为“{name}”的大厅")
    return locked(session, hall.id)


def note_act(session: Session, hall: HallRow, act: str, *, at: datetime, by: str, why: str) -> None:
    """Log an act upon the hall itself: "paused", "resumed", "quiet", "volume", "stopped"."""
    session.flush()
    changes.record(
        session,
        at=at,
        hall_id=hall.id,
        broadcast_id=None,
        what="hall",
        from_=None,
        to=act,
        by=by,
        why=why,
    )


def ensure(session: Session, name: str, title: str) -> HallRow:
    """The hall of that name; made with `title` where there is none. Needs a write session."""
    hall = named(session, name)
    if hall is None:
        hall = HallRow(name=name, title=title)
        session.add(hall)
        session.flush()
    return hall


def remove(session: Session, hall: HallRow) -> None:
    """Delete a hall that nothing on record speaks of, with its log of acts.

    Raises PlaceError saying what still needs it.
    """
    broadcast = BroadcastRow.hall_id == hall.id
    on_air = BroadcastRow.state == BroadcastState.PLAYING.value
    player = PlayerRow.hall_id == hall.id
    known = PlayerRow.enrolled_at.is_not(None)
    reported = PlayerRow.id.in_(select(ReceiptRow.player_id))
    for needs, why in (
        (select(BroadcastRow.title).where(broadcast, on_air), "正在播报“{}”"),
        (select(BroadcastRow.title).where(broadcast), "有播报“{}”，记录要保留"),
        (select(PlanRow.title).where(PlanRow.hall_id == hall.id), "有计划“{}”（删掉的也要留底）"),
        (select(PlayerRow.title).where(player, known), "有播放点“{}”，先把它移走或注销"),
        (select(PlayerRow.key).where(player, reported), "有播放点 {:.6} 还在用它"),
        (select(AlarmRow.text).where(AlarmRow.hall_id == hall.id), "有告警“{}”，记录要保留"),
    ):
        found = session.scalar(needs.limit(1))
        if found is not None:
            raise PlaceError(f"大厅“{hall.title}”{why.format(found)}，不能删除")
    session.execute(delete(PlayerRow).where(player))
    session.execute(delete(ChangeRow).where(ChangeRow.hall_id == hall.id))
    session.delete(hall)
    session.flush()

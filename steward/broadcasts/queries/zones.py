"""Zones: halls under one name, nested. Halls and zones share one space of names."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from steward.broadcasts.tables import HallRow, ZoneRow
from steward.errors import NotFound, PlaceError


def every(session: Session) -> Sequence[ZoneRow]:
    """All zones, in the order they were made."""
    return session.scalars(select(ZoneRow).order_by(ZoneRow.id)).all()


def names(session: Session) -> dict[int, str]:
    """Every zone's name by its id."""
    return {zone.id: zone.name for zone in every(session)}


def get(session: Session, name: str) -> ZoneRow:
    """The zone of that name. Raises NotFound."""
    zone = session.scalars(select(ZoneRow).where(ZoneRow.name == name)).first()
    if zone is None:
        raise NotFound(f"没有名为“{name}”的区域")
    return zone


def halls_of(session: Session, targets: Sequence[str]) -> list[HallRow]:
    """The halls that these names of halls and zones stand for, each once, by id.

    A zone stands for every hall in it and in the zones below. Raises NotFound naming the first
    name that is neither.
    """
    halls = {hall.name: hall for hall in session.scalars(select(HallRow))}
    zones = every(session)
    ids = {zone.name: zone.id for zone in zones}
    chosen: dict[int, HallRow] = {}
    for name in targets:
        if name in halls:
            chosen[halls[name].id] = halls[name]
        elif name in ids:
            inside = below(zones, ids[name])
            chosen |= {hall.id: hall for hall in halls.values() if hall.zone_id in inside}
        else:
            raise NotFound(f"没有名为“{name}”的大厅或区域")
    return [chosen[hall_id] for hall_id in sorted(chosen)]


def below(zones: Sequence[ZoneRow], zone_id: int) -> set[int]:
    """The ids of a zone and of all zones in it, at any depth."""
    inside: set[int] = set()
    found = {zone_id}
    while found:
        inside |= found
        found = {zone.id for zone in zones if zone.parent_id in found} - inside
    return inside


def ensure_free(session: Session, name: str) -> None:
    """Raise PlaceError when a hall or a zone bears this name."""
    for table, kind in ((HallRow, "大厅"), (ZoneRow, "区域")):
        if session.scalar(select(table.id).where(table.name == name)) is not None:
            raise PlaceError(f"已经有名为“{name}”的{kind}，请换一个名称", place=name)


def ensure_empty(session: Session, zone: ZoneRow) -> None:
    """Raise PlaceError when a hall or another zone lies in it."""
    halls = select(HallRow.title).where(HallRow.zone_id == zone.id)
    zones = select(ZoneRow.title).where(ZoneRow.parent_id == zone.id)
    for inside, kind in ((halls, "大厅"), (zones, "下级区域")):
        title = session.scalar(inside.limit(1))
        if title is not None:
            raise PlaceError(f"区域“{zone.title}”里还有{kind}“{title}”，先把它移走再删除")

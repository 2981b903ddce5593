"""Keep the halls: add, change, move, remove."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from steward.accounts.queries import audit, tokens
from steward.analysis.queries import towns
from steward.broadcasts.queries import halls, zones
from steward.broadcasts.tables import HallRow
from steward.domain.accounts import Actor
from steward.domain.audit import Act, Facts
from steward.domain.figures import Town
from steward.domain.halls import HallKind
from steward.errors import PlaceError
from steward.operations.furnish import MAIN_HALL
from steward.operations.keep_zones import checked_name, checked_title
from steward.storage.engine import Database
from steward.storage.turns import Turn, take_turn


def add_hall(
    database: Database,
    name: str,
    title: str,
    *,
    at: datetime,
    by: Actor,
    kind: HallKind = HallKind.HALL,
    town: str | None = None,
    zone: str | None = None,
) -> str:
    """A new hall; its name as it is kept, which stands in its address for good.

    `town` (name or code) is a town office's, and its alone. Raises PlaceError, NotFound.
    """
    known, called = checked_name(name), checked_title(title)
    with database.session(write=True) as session:
        take_turn(session, Turn.PLACES)
        zones.ensure_free(session, known)
        code = _town(towns(session).values(), kind, town)
        row = HallRow(name=known, title=called, kind=kind.value, town_code=code)
        row.zone_id = None if zone is None else zones.get(session, zone).id
        session.add(row)
        session.flush()
        about, after = f"大厅 {known}", _facts(row, zones.names(session))
        audit.record(session, Act.HALL_ADDED, at=at, by=by, about=about, after=after)
    return known


def change_hall(
    database: Database,
    name: str,
    *,
    at: datetime,
    by: Actor,
    title: str,
    kind: HallKind,
    town: str | None = None,
) -> None:
    """Another title, kind, town; the name stays. Raises PlaceError, NotFound."""
    called = checked_title(title)
    with database.session(write=True) as session:
        take_turn(session, Turn.PLACES)
        row = halls.to_control(session, name)
        before = _facts(row, zones.names(session))
        row.town_code = _town(towns(session).values(), kind, town)
        row.title, row.kind = called, kind.value
        session.flush()
        about, after = f"大厅 {name}", _facts(row, zones.names(session))
        audit.record(
            session, Act.HALL_CHANGED, at=at, by=by, about=about, before=before, after=after
        )


def move_hall(database: Database, name: str, zone: str | None, *, at: datetime, by: Actor) -> None:
    """Into a zone, or out of all (None). Raises NotFound."""
    with database.session(write=True) as session:
        take_turn(session, Turn.PLACES)
        row = halls.to_control(session, name)
        before = _facts(row, zones.names(session))
        row.zone_id = None if zone is None else zones.get(session, zone).id
        session.flush()
        about, after = f"大厅 {name}", _facts(row, zones.names(session))
        audit.record(
            session, Act.HALL_CHANGED, at=at, by=by, about=about, before=before, after=after
        )


def remove_hall(database: Database, name: str, *, at: datetime, by: Actor) -> None:
    """Only one that nothing on record speaks of. Raises NotFound, PlaceError saying what does."""
    with database.session(write=True) as session:
        take_turn(session, Turn.PLACES)
        row = halls.to_control(session, name)
        if row.name == MAIN_HALL[0]:
            raise PlaceError(f"大厅“{row.title}”（{row.name}）是系统自带的，不能删除，可以改标题")
        for token in tokens.every(session):
            if token.hall == row.name and token.revoked_at is None:
                raise PlaceError(f"令牌“{token.name}”还用于大厅“{row.title}”，先吊销它")
        before = _facts(row, zones.names(session))
        halls.remove(session, row)
        about = f"大厅 {row.name}"
        audit.record(session, Act.HALL_REMOVED, at=at, by=by, about=about, before=before)


def _town(known: Iterable[Town], kind: HallKind, town: str | None) -> str | None:
    """The code of a town office's town. Raises PlaceError: too much, too little, unknown."""
    if kind is not HallKind.TOWN_OFFICE:
        if town:
            raise PlaceError("只有镇街安监办才指定镇街")
        return None
    if not town:
        raise PlaceError("镇街安监办须指定镇街（名称或代码）")
    for one in known:
        if town in (one.code, one.name):
            return one.code
    raise PlaceError(f"没有名称或代码为“{town}”的镇街", place="镇街")


def _facts(row: HallRow, zone_names: Mapping[int, str]) -> Facts:
    return {
        "title": row.title,
        "hall_kind": row.kind,
        "town": row.town_code,
        "zone": zone_names[row.zone_id] if row.zone_id else None,
    }

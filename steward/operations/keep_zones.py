"""Keep the zones: add, rename, move, remove."""

from __future__ import annotations

from datetime import datetime

from steward.accounts.queries import audit
from steward.broadcasts.queries import zones
from steward.broadcasts.tables import ZoneRow
from steward.domain.accounts import NAME_LENGTH, NAME_RULE, Actor, plain_name
from steward.domain.audit import Act, Facts
from steward.domain.places import TITLE_LENGTH, plain_title
from steward.errors import PlaceError
from steward.storage.engine import Database
from steward.storage.turns import Turn, take_turn


def add_zone(
    database: Database,
    name: str,
    title: str,
    *,
    at: datetime,
    by: Actor,
    parent: str | None = None,
) -> str:
    """A new zone, at the top or in another; its name as it is kept.

    Raises PlaceError (no name, taken), NotFound for the parent.
    """
    known, called = checked_name(name), checked_title(title)
    with database.session(write=True) as session:
        take_turn(session, Turn.PLACES)
        zones.ensure_free(session, known)
        inside = None if parent is None else zones.get(session, parent)
        session.add(
            ZoneRow(name=known, title=called, parent_id=None if inside is None else inside.id)
        )
        session.flush()
        after = _facts(called, parent)
        audit.record(session, Act.ZONE_ADDED, at=at, by=by, about=f"区域 {known}", after=after)
    return known


def rename_zone(database: Database, name: str, title: str, *, at: datetime, by: Actor) -> None:
    """Another title; the name stays. Raises PlaceError, NotFound."""
    called = checked_title(title)
    with database.session(write=True) as session:
        take_turn(session, Turn.PLACES)
        zone = zones.get(session, name)
        before, zone.title = {"title": zone.title}, called
        audit.record(
            session,
            Act.ZONE_CHANGED,
            at=at,
            by=by,
            about=f"区域 {name}",
            before=before,
            after={"title": called},
        )


def move_zone(
    database: Database, name: str, parent: str | None, *, at: datetime, by: Actor
) -> None:
    """Into another zone, or to the top (None). Raises NotFound, PlaceError: into itself."""
    with database.session(write=True) as session:
        take_turn(session, Turn.PLACES)
        zone = zones.get(session, name)
        inside = None if parent is None else zones.get(session, parent)
        if inside is not None and inside.id in zones.below(zones.every(session), zone.id):
            raise PlaceError(
                f"区域“{zone.title}”不能放进“{inside.title}”：那就是它自己，或在它里面"
            )
        before = {"zone": zones.names(session)[zone.parent_id] if zone.parent_id else None}
        zone.parent_id = None if inside is None else inside.id
        audit.record(
            session,
            Act.ZONE_CHANGED,
            at=at,
            by=by,
            about=f"区域 {name}",
            before=before,
            after={"zone": parent},
        )


def remove_zone(database: Database, name: str, *, at: datetime, by: Actor) -> None:
    """Only an empty one. Raises NotFound, PlaceError naming what lies in it."""
    with database.session(write=True) as session:
        take_turn(session, Turn.PLACES)
        zone = zones.get(session, name)
        zones.ensure_empty(session, zone)
        session.delete(zone)
        session.flush()
        before = _facts(zone.title, None)
        audit.record(session, Act.ZONE_REMOVED, at=at, by=by, about=f"区域 {name}", before=before)


def checked_name(name: str) -> str:
    """The name of a hall or zone to be, as it is kept. Raises PlaceError."""
    known = plain_name(name)
    if not known:
        raise PlaceError(NAME_RULE, place=name[:NAME_LENGTH])
    return known


def checked_title(title: str) -> str:
    """What people read of a place, as it is kept. Raises PlaceError."""
    called = plain_title(title)
    if not called:
        raise PlaceError(
            f"标题应为 1 至 {TITLE_LENGTH} 个字，不用尖括号、引号、斜杠和 &",
            place=title[:TITLE_LENGTH],
        )
    return called


def _facts(title: str, parent: str | None) -> Facts:
    return {"title": title, "zone": parent}

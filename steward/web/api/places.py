"""Halls, zones, players."""

from __future__ import annotations

from steward.operations.show_places import show_places
from steward.operations.show_players import show_players
from steward.web.api.contract import Subject, operation
from steward.web.api.scope import in_scope, own_town
from steward.web.api.shapes.places import Hall, Halls, Player, Players, Zone, Zones
from steward.web.context import web

SUBJECT = Subject.PLACES


@operation("/halls", subject=SUBJECT, summary="所有大厅", answer=Halls)
def halls() -> Halls:
    """Every hall that the caller may see."""
    return Halls(items=_halls())


@operation("/zones", subject=SUBJECT, summary="所有区域", answer=Zones)
def zones() -> Zones:
    """Every zone, with those of its halls that the caller may see; without one, none for a town."""
    seen = {hall.name for hall in _halls()}
    town = own_town()
    return Zones(
        items=[
            Zone(
                name=zone.name,
                title=zone.title,
                parent=zone.parent,
                halls=[hall.name for hall in zone.halls if hall.name in seen],
            )
            for zone in show_places(web().database).zones
            if town is None or any(hall.name in seen for hall in zone.halls)
        ]
    )


@operation("/players", subject=SUBJECT, summary="播放点及其状态", answer=Players)
def players() -> Players:
    """The players in the halls that the caller may see."""
    own = web()
    town = own_town()
    seen = {hall.name for hall in _halls()}
    return Players(
        items=[
            Player(
                id=one.id,
                title=one.called,
                hall=one.hall_name,
                enrolled=one.enrolled_at is not None,
                device=one.device,
                version=one.version,
                sound=one.sound,
                volume=one.volume,
                last_seen_at=one.last_seen_at,
                silent=one.silent,
            )
            for one in show_players(own.database, at=own.clock.now())
            if town is None or one.hall_name in seen
        ]
    )


def _halls() -> list[Hall]:
    return [
        Hall(
            name=hall.name,
            title=hall.title,
            kind=hall.kind,
            town=hall.town_code,
            zone=hall.zone,
        )
        for hall in show_places(web().database).halls
        if in_scope(hall.town_code)
    ]

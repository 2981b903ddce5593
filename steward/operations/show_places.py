"""All zones with their halls, as a tree laid out line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from steward.analysis.queries import towns
from steward.broadcasts.queries import halls, zones
from steward.broadcasts.tables import HallRow, ZoneRow
from steward.domain.figures import Town
from steward.domain.halls import HallKind
from steward.domain.places import PlacedHall, PlacedZone
from steward.storage.engine import Database


@dataclass(frozen=True)
class Places:
    """Zones from the top down, each after the one it lies in; halls that lie in none."""

    zones: Sequence[PlacedZone]
    outside: Sequence[PlacedHall]
    towns: Sequence[Town]

    @property
    def halls(self) -> list[PlacedHall]:
        """Every hall, in the order of the tree."""
        return [*(hall for zone in self.zones for hall in zone.halls), *self.outside]


def show_places(database: Database) -> Places:
    """The tree as it stands."""
    with database.session() as session:
        every = zones.every(session)
        rows = halls.every(session)
        known = list(towns(session).values())
    names = {zone.id: zone.name for zone in every}
    placed = [_hall(row, names) for row in rows]
    return Places(
        zones=_down(every, None, 0, names, placed),
        outside=[hall for hall in placed if hall.zone is None],
        towns=known,
    )


def _down(
    every: Sequence[ZoneRow],
    parent_id: int | None,
    depth: int,
    names: dict[int, str],
    halls_: Sequence[PlacedHall],
) -> list[PlacedZone]:
    lines: list[PlacedZone] = []
    for zone in every:
        if zone.parent_id != parent_id:
            continue
        own = [hall for hall in halls_ if hall.zone == zone.name]
        parent = names[parent_id] if parent_id is not None else None
        lines.append(PlacedZone(zone.name, zone.title, parent, depth, own))
        lines += _down(every, zone.id, depth + 1, names, halls_)
    return lines


def _hall(row: HallRow, names: dict[int, str]) -> PlacedHall:
    return PlacedHall(
        name=row.name,
        title=row.title,
        kind=HallKind(row.kind),
        town_code=row.town_code,
        zone=names[row.zone_id] if row.zone_id is not None else None,
    )

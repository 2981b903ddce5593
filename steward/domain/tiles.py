"""The schematic map: the towns as tiles, and the largest free corner for its legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from steward.domain.figures import Town


@dataclass(frozen=True)
class Box:
    """A rectangle of tiles; `column` and `row` from 1, as CSS counts grid lines."""

    column: int
    row: int
    columns: int
    rows: int


@dataclass(frozen=True)
class Tile:
    """One town's place, from 1."""

    town: Town
    column: int
    row: int


@dataclass(frozen=True)
class Grid:
    """All tiles; `legend` is the free rectangle, None when there is no room for one."""

    columns: int
    rows: int
    tiles: tuple[Tile, ...]
    legend: Box | None


def grid_of(towns: Sequence[Town]) -> Grid:
    """The map of these towns, moved to its upper left corner."""
    if not towns:
        return Grid(1, 1, (), None)
    left = min(town.column for town in towns) - 1
    top = min(town.row for town in towns) - 1
    tiles = tuple(Tile(town, town.column - left, town.row - top) for town in towns)
    columns = max(tile.column for tile in tiles)
    rows = max(tile.row for tile in tiles)
    taken = {(tile.column, tile.row) for tile in tiles}
    return Grid(columns, rows, tiles, _largest_free(columns, rows, taken))


def _largest_free(columns: int, rows: int, taken: set[tuple[int, int]]) -> Box | None:
    """The free rectangle with most tiles, at least 2 × 2; the lowest, rightmost of equals."""
    boxes = [
        Box(column, row, width, height)
        for column in range(1, columns + 1)
        for row in range(1, rows + 1)
        for width in range(2, columns - column + 2)
        for height in range(2, rows - row + 2)
        if not any(
            (x, y) in taken for x in range(column, column + width) for y in range(row, row + height)
        )
    ]
    return max(boxes, key=lambda box: (box.columns * box.rows, box.row, box.column), default=None)

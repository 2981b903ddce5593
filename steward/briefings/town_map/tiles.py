"""The schematic map: a tile a town."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from steward.briefings.svg import Drawing, fitted
from steward.briefings.town_map import legend
from steward.briefings.town_map.palette import PAINTS
from steward.briefings.town_map.words import SCHEMATIC, mark, of_map, of_town
from steward.domain.colours import Colour, ColourMap, TownColour
from steward.domain.tiles import Grid, grid_of

Link = Callable[[str], str]
"""A town's code → where it leads to."""

WIDE, HIGH, GAP = 104.0, 106.0, 5.0
_STRIP = 15.0  # the pattern below the words


def draw_tiles(
    colours: ColourMap, fills: Callable[[Drawing], Mapping[Colour | None, str]], link: Link | None
) -> Drawing:
    """Every town's tile in its place, and the legend in the free corner or below."""
    grid = grid_of([town.town for town in colours.towns])
    width = max(grid.columns * (WIDE + GAP) - GAP, legend.WIDTH)
    high = grid.rows * (HIGH + GAP) - GAP
    place = _place_of_legend(grid, legend.height(colours))
    below = 0.0 if place else legend.height(colours) + 16
    drawing = Drawing(width + 4, high + below + 4, of_map(colours))
    given = fills(drawing)
    for tile in grid.tiles:
        town = colours.of(tile.town.code)
        if town is not None:
            x, y = 2 + (tile.column - 1) * (WIDE + GAP), 2 + (tile.row - 1) * (HIGH + GAP)
            with drawing.about(of_town(town), link(town.town.code) if link else "", town.town.code):
                _draw(drawing, town, given[town.colour], x, y)
    x, y = place or (2.0, high + 16)
    legend.draw(drawing, colours, given, x=x, y=y, note=SCHEMATIC)
    return drawing


def _draw(drawing: Drawing, town: TownColour, fill: str, x: float, y: float) -> None:
    paint = PAINTS[town.colour]
    middle = x + WIDE / 2
    drawing.rect(x, y, WIDE, HIGH, paint.ground)
    drawing.rect(x, y + HIGH - _STRIP, WIDE, _STRIP, fill)
    lines = [(fitted(town.town.name, WIDE - 6, 23), 23.0, 25.0)]
    if town.colour is None:
        lines.append((town.name, 18, 56))
    else:
        lines += [(f"{town.name} {town.score}", 23, 50), (fitted(town.word, WIDE - 6, 15), 15, 68)]
        lines.append((mark(town), 15, 86))
    for words, size, down in lines:
        drawing.text(middle, y + down, words, size=size, anchor="middle", ink=paint.ink)


def _place_of_legend(grid: Grid, height: float) -> tuple[float, float] | None:
    """The upper left corner of the legend in the free corner of the map, if it fits there."""
    box = grid.legend
    if box is None:
        return None
    wide = box.columns * (WIDE + GAP) - GAP
    high = box.rows * (HIGH + GAP) - GAP
    if wide < legend.WIDTH + 12 or high < height:
        return None
    right = (box.column - 1) * (WIDE + GAP) + wide
    bottom = (box.row - 1) * (HIGH + GAP) + high
    return right - legend.WIDTH, bottom - height

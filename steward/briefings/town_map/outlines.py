"""The map by the towns' own outlines."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from steward.briefings.columns import width_em
from steward.briefings.svg import Drawing
from steward.briefings.town_map import legend
from steward.briefings.town_map.palette import PAINTS
from steward.briefings.town_map.tiles import Link
from steward.briefings.town_map.words import OWN, mark, of_map, of_town
from steward.domain.colours import Colour, ColourMap, TownColour
from steward.domain.grounds import Ground, TownShape

_LARGEST, _SMALLEST = 19.0, 11.0  # of a name
_LINE = 1.22
Box = tuple[float, float, float, float]
"""left, top, right, bottom."""


def draw_outlines(
    colours: ColourMap,
    ground: Ground,
    fills: Callable[[Drawing], Mapping[Colour | None, str]],
    link: Link | None,
) -> Drawing:
    """Every town's area with its pattern, its words on a plain plate, and the legend below."""
    drawing = Drawing(ground.width, ground.height + legend.height(colours) + 16, of_map(colours))
    given = fills(drawing)
    known = [(shape, town) for shape in ground.shapes if (town := colours.of(shape.code))]
    for shape, town in known:
        with drawing.about(of_town(town), link(shape.code) if link else "", shape.code):
            for polygon in shape.polygons:
                rings = [list(ring) for ring in polygon]
                for fill in (PAINTS[town.colour].ground, given[town.colour]):
                    drawing.area(rings, fill, edge=1.2)
    taken: list[Box] = []
    # The towns with most room first: it is the small ones whose plates can be made smaller.
    for shape, town in sorted(known, key=lambda one: -one[0].room):
        _label(drawing, shape, town, taken, ground)
    legend.draw(drawing, colours, given, x=2, y=ground.height + 12, note=OWN)
    return drawing


def _label(
    drawing: Drawing, shape: TownShape, town: TownColour, taken: list[Box], ground: Ground
) -> None:
    paint = PAINTS[town.colour]
    lines = _lines(town)
    size = max(_SMALLEST, min(_LARGEST, shape.room * 1.7 / max(map(width_em, lines))))
    box = _box(shape, lines, size, ground)
    while len(lines) > 2 and any(_meet(box, other) for other in taken):
        lines = lines[:-1]
        size = _SMALLEST
        box = _box(shape, lines, size, ground)
    taken.append(box)
    left, top, right, bottom = box
    drawing.rect(left, top, right - left, bottom - top, paint.ground, edge=0.5)
    for number, words in enumerate(lines):
        y = top + size * (_LINE * number + 1.02)
        drawing.text((left + right) / 2, y, words, size=size, anchor="middle", ink=paint.ink)


def _lines(town: TownColour) -> list[str]:
    if town.colour is None:
        return [town.town.name, town.name]
    return [town.town.name, f"{town.name} {town.score}", town.word, mark(town)]


def _box(shape: TownShape, lines: list[str], size: float, ground: Ground) -> Box:
    half = max(map(width_em, lines)) * size / 2 + 4
    high = size * _LINE * len(lines) / 2 + 2
    x = min(max(shape.x, half), ground.width - half)
    y = min(max(shape.y, high), ground.height - high)
    return x - half, y - high, x + half, y + high


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]

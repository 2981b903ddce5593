"""The map by the towns' own outlines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from steward.briefings.columns import width_em
from steward.briefings.svg import Drawing
from steward.briefings.town_map import legend
from steward.briefings.town_map.palette import PAINTS
from steward.briefings.town_map.tiles import Link
from steward.briefings.town_map.words import OWN, mark, of_map, of_town
from steward.domain.colours import Colour, ColourMap, TownColour
from steward.domain.grounds import Ground, Ring, TownShape

_LARGEST, _SMALLEST = 16.0, 10.0  # of a name
_LINE = 1.22
_MARGIN = 16.0  # between legend and towns
Box = tuple[float, float, float, float]
"""left, top, right, bottom."""


def draw_outlines(
    colours: ColourMap,
    ground: Ground,
    fills: Callable[[Drawing], Mapping[Colour | None, str]],
    link: Link | None,
) -> Drawing:
    """Every town's area with its pattern, its words on a plain plate, and the legend below."""
    high = legend.height(colours)
    place = _corner(ground, high)
    below = 0.0 if place else high + 16
    drawing = Drawing(max(ground.width, legend.WIDTH), ground.height + below, of_map(colours))
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
    x, y = place or (2.0, ground.height + 12)
    legend.draw(drawing, colours, given, x=x, y=y, note=OWN)
    return drawing


def _corner(ground: Ground, high: float) -> tuple[float, float] | None:
    """Where the legend has room beside the towns: its upper left corner, the lower ones first."""
    right, bottom = ground.width - legend.WIDTH, ground.height - high
    for x, y in ((right, bottom), (0.0, bottom), (right, 0.0), (0.0, 0.0)):
        box = (x - _MARGIN, y - _MARGIN, x + legend.WIDTH + _MARGIN, y + high + _MARGIN)
        if x >= 0 and y >= 0 and not any(_reaches(ring, box) for ring in _outer(ground)):
            return x, y
    return None


def _outer(ground: Ground) -> Iterator[Ring]:
    return (polygon[0] for shape in ground.shapes for polygon in shape.polygons)


def _reaches(ring: Ring, box: Box) -> bool:
    """Whether a border comes into the box. A corner of the drawing lies in no town unless one
    does."""
    left, top, right, bottom = box
    for (x, y), (u, v) in zip(ring, (*ring[1:], ring[0]), strict=True):
        steps = int(max(abs(u - x), abs(v - y)) / _MARGIN) + 1
        for n in range(steps):
            along = n / steps
            if left < x + (u - x) * along < right and top < y + (v - y) * along < bottom:
                return True
    return False


def _label(
    drawing: Drawing, shape: TownShape, town: TownColour, taken: list[Box], ground: Ground
) -> None:
    paint = PAINTS[town.colour]
    lines = _lines(town)
    size = max(_SMALLEST, min(_LARGEST, shape.room / 3.2))  # four lines of four, in a circle
    box = _box(shape, lines, size, ground)
    while any(_meet(box, other) for other in taken):
        if size > _SMALLEST:
            size = max(_SMALLEST, size - 1)
        elif len(lines) > 2:
            lines = lines[:-1]
        else:
            break  # name and colour stay, whatever they cover
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

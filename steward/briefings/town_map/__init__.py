"""镇街隐患四色图 as a picture: the same one on the screen, on paper and in a file."""

from __future__ import annotations

from collections.abc import Mapping

from steward.briefings.svg import Drawing
from steward.briefings.town_map.outlines import draw_outlines
from steward.briefings.town_map.palette import patterns
from steward.briefings.town_map.tiles import Link, draw_tiles
from steward.domain.colours import Colour, ColourMap
from steward.domain.documents import Chart
from steward.domain.grounds import Ground

WIDTH_MM = 156.0


def map_chart(
    colours: ColourMap,
    *,
    ground: Ground | None = None,
    link: Link | None = None,
    name: str = "four",
) -> Chart:
    """The map of a month: by the towns' outlines (`ground`), else by tiles.

    `link` makes each town lead somewhere; `name` tells its fills from those of other pictures of
    the same page.
    """

    def fills(drawing: Drawing) -> Mapping[Colour | None, str]:
        bands = colours.rules.bands if colours.rules else ()
        return {
            colour: drawing.filled(f"{name}-{colour or 'none'}", definition)
            for colour, definition in patterns(bands, name).items()
        }

    drawing = (
        draw_outlines(colours, ground, fills, link) if ground else draw_tiles(colours, fills, link)
    )
    return Chart(
        f"{colours.month.name}镇街隐患四色图",
        drawing.svg(),
        drawing.words,
        width_mm=WIDTH_MM,
        height_mm=WIDTH_MM * drawing.height / drawing.width,
    )

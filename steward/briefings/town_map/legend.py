"""The legend: each colour's pattern, word, scores and how many towns have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from steward.briefings.svg import Drawing, fitted
from steward.briefings.town_map.palette import PAINTS
from steward.briefings.town_map.words import ranges
from steward.domain.colours import COLOUR_NAMES, NO_COLOUR, Colour, ColourMap

WIDTH = 296.0
_ROW, _SIZE, _SMALL = 42.0, 18.0, 14.0


def height(colours: ColourMap) -> float:
    """How high the legend is."""
    return _ROW * len(_rows(colours)) + 50


def draw(
    drawing: Drawing,
    colours: ColourMap,
    fills: Mapping[Colour | None, str],
    *,
    x: float,
    y: float,
    note: str,
) -> None:
    """Put the legend with its upper left corner there; `note` is its last line."""
    for colour, first, second in _rows(colours):
        for fill in (PAINTS[colour].ground, fills[colour]):
            drawing.rect(x, y + 3, 46, 33, fill)
        drawing.text(x + 56, y + 17, first, size=_SIZE)
        drawing.text(x + 56, y + 35, second, size=_SMALL)
        y += _ROW
    head, _, rest = note.partition("；")
    for line in (head, rest):
        y += 20
        drawing.text(x, y, fitted(line, WIDTH, _SMALL), size=_SMALL)


def _rows(colours: ColourMap) -> list[tuple[Colour | None, str, str]]:
    number = Counter(town.colour for town in colours.towns)
    rows: list[tuple[Colour | None, str, str]] = []
    if colours.rules:
        bands = zip(colours.rules.bands, ranges(colours.rules), strict=True)
        rows = [
            (
                band.colour,
                f"{COLOUR_NAMES[band.colour]} {band.word}：{number[band.colour]} 个",
                f"{band.pattern}，{scores} 分",
            )
            for band, scores in bands
        ]
    if number[None]:
        rows.append((None, f"{NO_COLOUR}：{number[None]} 个", "不定颜色"))
    return rows

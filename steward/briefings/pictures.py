"""A chart as PNG, drawn from its SVG with the documents' fonts and no others."""

from __future__ import annotations

import json
from functools import lru_cache

import typst

from steward.briefings.fonts import Fonts
from steward.briefings.layout import picture_mm
from steward.domain.documents import Chart
from steward.errors import DocumentError

_DOTS_PER_INCH = 220
_PAGE = b"""#let chart = json(bytes(sys.inputs.chart))
#set page(width: chart.width_mm * 1mm, height: chart.height_mm * 1mm, margin: 0mm)
#image(bytes(chart.svg), format: "svg", width: 100%, height: 100%, fit: "contain")
"""


def png_of(chart: Chart, fonts: Fonts) -> bytes:
    """The picture at 220 dots an inch. Raises DocumentError when Typst cannot draw it."""
    width_mm, height_mm = picture_mm(chart)
    facts = {"svg": chart.svg, "width_mm": width_mm, "height_mm": height_mm}
    try:
        content: bytes = typst.compile(
            _PAGE,
            font_paths=font_book(fonts),
            format="png",
            ppi=_DOTS_PER_INCH,
            sys_inputs={"chart": json.dumps(facts)},
        )
    except typst.TypstError as error:
        raise DocumentError(f"图无法画出：{error.message}", place=chart.caption) from error
    return content


@lru_cache(maxsize=4)
def font_book(fonts: Fonts) -> typst.Fonts:
    """The folder's fonts and no others: neither the system's nor those that Typst carries."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts.folder]
    )

"""The four-colour map of a month as a file: SVG, PNG, XLSX."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from steward.briefings.fonts import find_fonts
from steward.briefings.pictures import png_of
from steward.briefings.town_map import map_chart
from steward.briefings.town_map.book import sheets
from steward.briefings.workbook import write_sheets
from steward.operations.show_map import ShownMap

Writer = Callable[[ShownMap, Path, datetime], bytes]


@dataclass(frozen=True)
class MapFile:
    """A file's content, its type and the name it is saved under."""

    content: bytes
    mime: str
    name: str


def map_file(shown: ShownMap, kind: str, *, fonts: Path, at: datetime) -> MapFile:
    """The map as one of `KINDS`; `fonts` is the folder of the documents' fonts.

    Raises DocumentError (no fonts for a PNG).
    """
    mime, write = KINDS[kind]
    until = f"-截至{shown.as_of_day}" if shown.running else ""
    name = f"镇街隐患四色图-{shown.month}{until}.{kind}"
    return MapFile(write(shown, fonts, at), mime, name)


def _svg(shown: ShownMap, fonts: Path, at: datetime) -> bytes:
    return map_chart(shown.colours, ground=shown.ground).svg.encode()


def _png(shown: ShownMap, fonts: Path, at: datetime) -> bytes:
    return png_of(map_chart(shown.colours, ground=shown.ground), find_fonts(fonts))


def _xlsx(shown: ShownMap, fonts: Path, at: datetime) -> bytes:
    stream = io.BytesIO()
    title = f"{shown.month.name}镇街隐患四色图"
    write_sheets(stream, sheets(shown.colours), title=title, at=at)
    return stream.getvalue()


KINDS: Mapping[str, tuple[str, Writer]] = {
    "svg": ("image/svg+xml", _svg),
    "png": ("image/png", _png),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
}
"""By ending: the type, and what writes it."""

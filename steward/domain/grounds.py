"""The towns' own outlines, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass

Ring = tuple[tuple[float, float], ...]
"""The corners of a closed line, the first one not repeated."""


@dataclass(frozen=True)
class TownShape:
    """One town: its polygons, each an outer ring and its holes; `x`, `y` is where its name stands,
    `room` how far the nearest border is from there. All in units of the drawing."""

    code: str
    polygons: tuple[tuple[Ring, ...], ...]
    x: float
    y: float
    room: float


@dataclass(frozen=True)
class Ground:
    """All towns on a drawing so wide and high."""

    width: float
    height: float
    shapes: tuple[TownShape, ...]

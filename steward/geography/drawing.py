"""Outlines in degrees → a ground to draw on: projected, simplified together, with places for names.

Equirectangular with the true length at the middle's latitude: over a district of 50 km, shapes are
right to about 0.4 % (the change of the cosine of 30° over 0.25°).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import MultiPolygon, Polygon

from steward.domain.grounds import Ground, Ring, TownShape

WIDEST, HIGHEST = 760.0, 800.0
TOLERANCE = 0.7
"""Units: triangles with a side of so much are left out (Visvalingam), the same on both sides of a
border, so that neighbours neither gap nor overlap."""


def ground_of(shapes: Mapping[str, MultiPolygon]) -> Ground:
    """All towns by code, in order, holes kept; every one stays a valid area."""
    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    narrow = float(np.cos(np.radians((south + north) / 2)))
    wide, high = float(east - west) * narrow, float(north - south)
    scale = min(WIDEST / wide, HIGHEST / high)

    def project(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(
            ((points[:, 0] - west) * narrow * scale, (north - points[:, 1]) * scale)
        )

    drawn = list(shapely.transform(list(shapes.values()), project))
    simple = list(shapely.coverage_simplify(drawn, TOLERANCE))
    if not all(_whole(one, other) for one, other in zip(drawn, simple, strict=True)):
        simple = drawn  # of a town smaller than the tolerance: then all as they came
    return Ground(
        wide * scale,
        high * scale,
        tuple(_shape(code, shape) for code, shape in zip(shapes, simple, strict=True)),
    )


def _whole(before: MultiPolygon, after: Polygon | MultiPolygon) -> bool:
    """Whether it is still as many areas and holes."""
    return bool(shapely.is_valid(after)) and _count(before) == _count(after)


def _count(shape: Polygon | MultiPolygon) -> tuple[int, int]:
    parts = _parts(shape)
    return len(parts), sum(len(part.interiors) for part in parts)


def _parts(shape: Polygon | MultiPolygon) -> list[Polygon]:
    return [part for part in shapely.get_parts(shape) if not part.is_empty]


def _shape(code: str, shape: Polygon | MultiPolygon) -> TownShape:
    parts = _parts(shape)
    largest = max(parts, key=lambda part: part.area)
    circle = shapely.maximum_inscribed_circle(largest, tolerance=1.0)
    (x, y), _ = circle.coords
    polygons = tuple(tuple(map(_ring, (part.exterior, *part.interiors))) for part in parts)
    return TownShape(code, polygons, x, y, circle.length)


def _ring(line: shapely.LinearRing) -> Ring:
    return tuple((round(x, 2), round(y, 2)) for x, y in line.coords[:-1])

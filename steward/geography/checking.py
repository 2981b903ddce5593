"""What is wrong with a town's coordinates, and with the towns beside one another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from itertools import combinations

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.validation import explain_validity

from steward.geography.reading import Rings

LONGITUDES, LATITUDES = (73.0, 136.0), (3.0, 54.0)
"""China's, in degrees, rounded outwards (easternmost 135°05′, southernmost 3°51′)."""
MOST_OVERLAP = 0.01  # of the smaller town's area: what is less is a border drawn twice, unalike
_PLACED = re.compile(r"^(.*?)\s*\[(\S+) (\S+)\]$")
_REASONS = {
    "Self-intersection": "边界自相交",
    "Ring Self-intersection": "边界碰到自己",
    "Hole lies outside shell": "有洞在边界之外",
    "Holes are nested": "洞里套着洞",
    "Nested shells": "一块套在另一块里面",
    "Interior is disconnected": "被洞隔成了几块",
    "Duplicate Rings": "同一圈边界写了两遍",
    "Too few points in geometry component": "点太少，围不成面",
}


class Misplaced(StrEnum):
    """How coordinates can be none of China's."""

    METRES = "坐标像是投影坐标（米），应为经纬度（度）"
    SWAPPED = "坐标像是经纬度颠倒了，应为 [经度, 纬度]"
    ELSEWHERE = "坐标不在中国范围内"


def misplaced(polygons: list[Rings]) -> tuple[Misplaced, tuple[float, float]] | None:
    """The first position that cannot be, and how; None when all can."""
    for rings in polygons:
        for ring in rings:
            for x, y in ring:
                if not (_in(x, LONGITUDES) and _in(y, LATITUDES)):
                    return _how(x, y), (x, y)
    return None


def geometry(polygons: list[Rings]) -> MultiPolygon:
    """The polygons as shapely has them, holes kept."""
    return MultiPolygon([Polygon(rings[0], rings[1:]) for rings in polygons])


def fault_of(shape: MultiPolygon) -> str:
    """What is wrong with its lines, and where; "" when they are in order."""
    if shapely.is_valid(shape):
        return "" if shape.area > 0 else "面积是零"
    found = _PLACED.match(explain_validity(shape))
    if found is None:
        return "边界不合规矩"
    reason = _REASONS.get(found[1], "边界不合规矩")
    return f"{reason}，在东经 {float(found[2]):.5f}、北纬 {float(found[3]):.5f} 附近"


def overlaps(shapes: Mapping[str, MultiPolygon]) -> list[tuple[str, str, float]]:
    """Which two cover one another, and how much of the smaller one (0 to 1)."""
    found = []
    for (one, first), (other, second) in combinations(shapes.items(), 2):
        if not shapely.intersects(first.envelope, second.envelope):
            continue
        share = shapely.intersection(first, second).area / min(first.area, second.area)
        if share > MOST_OVERLAP:
            found.append((one, other, share))
    return found


def _how(x: float, y: float) -> Misplaced:
    if _in(y, LONGITUDES) and _in(x, LATITUDES):
        return Misplaced.SWAPPED
    return Misplaced.METRES if abs(x) > 180 or abs(y) > 90 else Misplaced.ELSEWHERE


def _in(value: float, between: tuple[float, float]) -> bool:
    return between[0] <= value <= between[1]

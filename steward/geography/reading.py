"""GeoJSON taken apart: its shapes with their properties and rings, or what is wrong with them.

RFC 7946: FeatureCollection, Polygon, MultiPolygon, positions as longitude and latitude.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from steward.errors import MapError

MOST_BYTES = 30 * 1024 * 1024
Rings = list[list[tuple[float, float]]]
"""A polygon: its outer ring and its holes, as they stand in the file."""
_OTHER_KINDS = {
    "Topology": "这是 TopoJSON，请转换成 GeoJSON",
    "Feature": "只有一个图形（Feature），应为 FeatureCollection",
}
_GEOMETRIES = {"Polygon", "MultiPolygon"}
_LEAST = 4  # positions of a ring, its first one repeated at its end


@dataclass(frozen=True)
class Shape:
    """One feature: its number in the file, from 1, its properties, its polygons; or its faults."""

    number: int
    properties: Mapping[str, Any]
    polygons: list[Rings] = field(default_factory=list)
    faults: tuple[str, ...] = ()


def shapes_of(content: bytes) -> list[Shape]:
    """Every feature of the file. Raises MapError when it is no collection of features at all."""
    if len(content) > MOST_BYTES:
        raise MapError(f"文件太大，最多 {MOST_BYTES // 1024 // 1024} MB，请先简化")
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise MapError("文件不是 UTF-8 文字") from error
    except json.JSONDecodeError as error:
        raise MapError(
            f"文件不是 JSON：第 {error.lineno} 行第 {error.colno} 个字符处不对"
        ) from error
    except RecursionError as error:
        raise MapError("文件不是 GeoJSON：括号套得太深") from error
    kind = document.get("type") if isinstance(document, dict) else None
    if not isinstance(document, dict) or kind != "FeatureCollection":
        said = _OTHER_KINDS.get(str(kind), "最外层的 type 应为 FeatureCollection")
        raise MapError(f"文件不是能用的 GeoJSON：{said}")
    features = document.get("features")
    if not isinstance(features, list) or not features:
        raise MapError("文件里一个图形（features）也没有")
    return [_shape(number, one) for number, one in enumerate(features, start=1)]


def _shape(number: int, feature: Any) -> Shape:
    if not isinstance(feature, dict):
        return Shape(number, {}, faults=("写法不对，应为 Feature",))
    properties = feature.get("properties")
    known = properties if isinstance(properties, dict) else {}
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in _GEOMETRIES:
        found = f"现在是 {kind}" if kind else "现在没有"
        return Shape(number, known, faults=(f"应为 Polygon 或 MultiPolygon，{found}",))
    written = geometry.get("coordinates")
    try:
        polygons: list[Any] = [written] if kind == "Polygon" else list(written or ())
        read = [_polygon(one) for one in polygons]
    except (TypeError, ValueError) as error:
        said = str(error) if isinstance(error, _Unreadable) else "coordinates 的写法不对"
        return Shape(number, known, faults=(said,))
    if not read:
        return Shape(number, known, faults=("coordinates 是空的",))
    return Shape(number, known, read)


class _Unreadable(ValueError):
    """What is wrong, as a sentence."""


def _polygon(written: Any) -> Rings:
    if not isinstance(written, list) or not written:
        raise _Unreadable("coordinates 是空的或写法不对")
    return [_ring(one, number) for number, one in enumerate(written, start=1)]


def _ring(written: Any, number: int) -> list[tuple[float, float]]:
    if not isinstance(written, list):
        raise _Unreadable("coordinates 的写法不对")
    ring = [_position(one) for one in written]
    if len(ring) < _LEAST or ring[0] != ring[-1]:
        where = "外边界" if number == 1 else f"第 {number - 1} 个洞"
        if len(ring) < _LEAST:
            raise _Unreadable(f"{where}只有 {len(ring)} 个点，围不成面")
        raise _Unreadable(f"{where}没有闭合：最后一点应与第一点相同")
    return ring


def _position(written: Any) -> tuple[float, float]:
    if not isinstance(written, list) or len(written) < 2:
        raise _Unreadable("坐标应为 [经度, 纬度]")
    for number in written[:2]:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise _Unreadable(f"坐标应为数字，现在有“{str(number)[:20]}”")
        if not math.isfinite(number):
            raise _Unreadable("坐标里有不是数的值")
    return float(written[0]), float(written[1])

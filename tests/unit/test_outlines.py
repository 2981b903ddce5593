"""A bureau's own outlines: every fault in its sentence, and what is drawn of a file without one."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
import shapely

from steward.briefings.town_map import map_chart
from steward.domain.figures import Town
from steward.geography.naming import town_of
from steward.geography.outlines import read_outlines
from steward.ledger.towns import known_towns
from tests.unit.test_town_map import SVG, colours_of

TOWNS = known_towns()[:4]
NAMES = [town.name for town in TOWNS]  # 城厢街道 北干街道 蜀山街道 新塘街道
WEST, SOUTH, SIDE, STEPS = 120.2, 30.1, 0.04, 200


def wavy(ring: list[tuple[float, float]]) -> list[list[float]]:
    """The corners' sides with many small waves, the same from both of its sides."""
    found = []
    for (x, y), (u, v) in pairwise(ring):
        for n in range(STEPS):
            along = n / STEPS
            wave = 0.0012 * math.sin(
                math.pi * along * 8
            )  # turned round, sign and side turn with it
            dx, dy = u - x, v - y
            length = math.hypot(dx, dy)
            right = (-dy / length * wave, dx / length * wave)
            found.append([round(x + dx * along + right[0], 7), round(y + dy * along + right[1], 7)])
    return [*found, found[0]]


def square(column: int, row: int) -> list[tuple[float, float]]:
    x, y = WEST + column * SIDE, SOUTH + row * SIDE
    return [(x, y), (x + SIDE, y), (x + SIDE, y + SIDE), (x, y + SIDE), (x, y)]


def good() -> dict[str, Any]:
    """Four neighbours around a corner; the first one has a hole, the last two parts."""
    polygons: list[Any] = [[wavy(square(n % 2, n // 2))] for n in range(4)]
    middle_x, middle_y = WEST + SIDE / 2, SOUTH + SIDE / 2
    hole = [[middle_x + dx, middle_y + dy] for dx, dy in _DIAMOND]
    polygons[0].append(hole)
    island = [[x + 3 * SIDE, y] for x, y in square(0, 0)]
    features = [
        feature(town.name, "Polygon", one) for town, one in zip(TOWNS, polygons, strict=True)
    ]
    features[3]["geometry"] = {"type": "MultiPolygon", "coordinates": [polygons[3], [island]]}
    return {"type": "FeatureCollection", "features": features}


_DIAMOND = ((0, 0.008), (0.008, 0), (0, -0.008), (-0.008, 0), (0, 0.008))


def feature(name: str, kind: str, coordinates: Any) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"name": name}, "geometry": geometry}


def read(document: Any) -> Any:
    return read_outlines(json.dumps(document).encode(), TOWNS)


GOOD = read(good())


def test_holes_and_parts_are_kept_and_far_fewer_points_are_drawn() -> None:
    assert GOOD.faults == ()
    assert GOOD.notes == ()
    shapes = GOOD.ground.shapes
    assert [shape.code for shape in shapes] == [town.code for town in TOWNS]
    assert [len(shape.polygons) for shape in shapes] == [1, 1, 1, 2]
    assert [len(shape.polygons[0]) for shape in shapes] == [2, 1, 1, 1]
    drawn = sum(len(ring) for shape in shapes for rings in shape.polygons for ring in rings)
    assert drawn < GOOD.points / 3


def test_neighbours_neither_gap_nor_overlap_and_names_stand_inside() -> None:
    areas = [
        shapely.MultiPolygon([(rings[0], rings[1:]) for rings in shape.polygons])
        for shape in GOOD.ground.shapes
    ]
    assert shapely.is_valid(areas).all()
    assert shapely.coverage_is_valid(areas)
    hole = shapely.Polygon(GOOD.ground.shapes[0].polygons[0][1])
    whole = shapely.union_all([*areas, hole])
    assert whole.area == pytest.approx(sum(area.area for area in areas) + hole.area)
    for area, shape in zip(areas, GOOD.ground.shapes, strict=True):
        assert area.contains(shapely.Point(shape.x, shape.y).buffer(shape.room * 0.9))


def test_lengths_are_true_at_the_districts_latitude() -> None:
    """A degree of longitude is the cosine of the latitude of one of latitude."""
    (ring,) = GOOD.ground.shapes[1].polygons[0]
    wide = max(x for x, _ in ring) - min(x for x, _ in ring)
    high = max(y for _, y in ring) - min(y for _, y in ring)
    assert wide / high == pytest.approx(math.cos(math.radians(SOUTH + SIDE)), rel=0.03)
    other = GOOD.ground.shapes[3].polygons[0][0]
    assert max(y for _, y in ring) > max(y for _, y in other) + high / 2  # north is above


def test_it_is_drawn_with_the_same_colours_patterns_and_words() -> None:
    colours = colours_of(TOWNS)
    svg = ElementTree.fromstring(map_chart(colours, ground=GOOD.ground).svg)
    for town in colours.towns:
        (place,) = [one for one in svg.iter() if one.get("data-town") == town.town.code]
        fills = {one.get("fill") for one in place.iter(f"{SVG}path")}
        assert f"url(#four-{town.colour or 'none'})" in fills
    texts = [one.text for one in svg.iter(f"{SVG}text")]
    for town in colours.towns:
        assert texts.count(town.town.name) == 1
        assert town.colour is None or f"{town.name} {town.score}" in texts
    assert "边界由本单位提供，已简化，仅供工作参考" in texts
    assert not any("示意图" in (text or "") for text in texts)


def _rename(name: Any) -> Callable[[Any], None]:
    return lambda document: document["features"][1]["properties"].update(name=name)


def _coordinates(change: Callable[[float, float], Any], only: int | None = None) -> Any:
    def changed(written: Any) -> Any:
        if isinstance(written[0], int | float):
            return change(*written)
        return [changed(one) for one in written]

    def apply(document: Any) -> None:
        for number, one in enumerate(document["features"]):
            if only is None or number == only:
                one["geometry"]["coordinates"] = changed(one["geometry"]["coordinates"])

    return apply


def _ring(number: int, ring: Any) -> Callable[[Any], None]:
    def apply(document: Any) -> None:
        document["features"][number]["geometry"] = {"type": "Polygon", "coordinates": [ring]}

    return apply


def _again(document: Any) -> None:
    document["features"].append(copy.deepcopy(document["features"][0]))


BOW = [[120.24, 30.1], [120.28, 30.14], [120.28, 30.1], [120.24, 30.14], [120.24, 30.1]]
OPEN = [[120.24, 30.1], [120.28, 30.1], [120.28, 30.14], [120.24, 30.14]]
BIG = [[120.2, 30.1], [120.28, 30.1], [120.28, 30.14], [120.2, 30.14], [120.2, 30.1]]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda d: d["features"].pop(2), "缺 1 个镇街：蜀山街道"),
        (_again, "第 5 个图形（城厢街道）：与第 1 个图形是同一个镇街"),
        (_rename("西兴街道"), "第 2 个图形：“西兴街道”不是本区的镇街"),
        (_rename(""), "第 2 个图形：没有写是哪个镇街"),
        (
            lambda d: d["features"][1]["properties"].update(code="330109003"),
            "第 2 个图形：代码是蜀山街道的，名称却是北干街道",
        ),
        (
            _coordinates(lambda x, y: [x * 4000, y * 110000]),
            "坐标像是投影坐标（米），应为经纬度（度）：全部 4 个图形都是，如第 1 个图形",
        ),
        (_coordinates(lambda x, y: [y, x]), "坐标像是经纬度颠倒了，应为 [经度, 纬度]：全部 4 个"),
        (
            _coordinates(lambda x, y: [y, x], only=2),
            "第 3 个图形（蜀山街道）：坐标像是经纬度颠倒了",
        ),
        (
            _coordinates(lambda x, y: [x - 100, y], only=0),
            "第 1 个图形（城厢街道）：坐标不在中国范围内",
        ),
        (
            _ring(1, BOW),
            "第 2 个图形（北干街道）：边界自相交，在东经 120.26000、北纬 30.12000 附近",
        ),
        (_ring(1, OPEN), "第 2 个图形（北干街道）：外边界没有闭合"),
        (_ring(1, OPEN[:3]), "第 2 个图形（北干街道）：外边界只有 3 个点"),
        (_ring(1, [["东经", 30.1], *OPEN]), "第 2 个图形（北干街道）：坐标应为数字，现在有“东经”"),
        (_ring(1, [[None, 30.1], *OPEN]), "坐标应为数字"),
        (_ring(1, [[math.nan, 30.1], *OPEN]), "坐标里有不是数的值"),
        (_ring(1, [120.2, 30.1]), "坐标应为 [经度, 纬度]"),
        (_ring(1, BIG), "城厢街道与北干街道重叠"),
        (
            lambda d: d["features"][1].update(geometry={"type": "LineString", "coordinates": OPEN}),
            "第 2 个图形（北干街道）：应为 Polygon 或 MultiPolygon，现在是 LineString",
        ),
        (lambda d: d["features"][1].update(geometry=None), "现在没有"),
        (lambda d: d["features"][1]["geometry"].update(coordinates=None), "coordinates"),
        (lambda d: d["features"][1]["geometry"].update(coordinates=[]), "coordinates 是空的"),
        (lambda d: d["features"].__setitem__(1, 7), "第 2 个图形：写法不对，应为 Feature"),
        (lambda d: d.update(type="Topology"), "这是 TopoJSON"),
        (lambda d: d.update(features=[]), "一个图形（features）也没有"),
    ],
)
def test_what_is_wrong_is_said_with_its_town_and_nothing_is_drawn(
    spoil: Callable[[Any], Any], sentence: str
) -> None:
    document = good()
    spoil(document)
    found = read(document)
    assert found.ground is None
    assert any(sentence in fault for fault in found.faults), found.faults


def test_every_fault_is_told_not_the_first_alone() -> None:
    document = good()
    for spoil in (_rename("西兴街道"), _ring(2, BOW)):
        spoil(document)
    assert len(read(document).faults) == 3  # unknown, crossing, and one town is missing


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "文件不是 JSON：第 1 行第 2 个字符处不对"),
        ("临浦".encode("gb18030"), "不是 UTF-8"),
        (b"[]", "FeatureCollection"),
        (b"[" * 100_000, "括号套得太深"),
        (b" " * (30 * 1024 * 1024 + 1), "文件太大，最多 30 MB"),
    ],
)
def test_what_is_no_geojson_is_said_so(content: bytes, sentence: str) -> None:
    (fault,) = read_outlines(content, TOWNS).faults
    assert sentence in fault


def test_borders_that_nearly_meet_are_used_with_a_note() -> None:
    document = good()
    _coordinates(lambda x, y: [x + 0.00002, y], only=1)(document)
    found = read(document)
    assert found.ground is not None
    assert found.notes == ("相邻镇街的边界没有完全重合，放大后可能看到细缝",)


@pytest.mark.parametrize(
    ("properties", "name"),
    [
        ({"name": "临浦镇"}, "临浦镇"),
        ({"NAME": " 临浦 "}, "临浦镇"),
        ({"名称": "浙江省杭州市萧山区临浦镇"}, "临浦镇"),
        ({"镇街": "城厢街道办事处"}, "城厢街道"),
        ({"name": "城厢镇"}, "城厢街道"),
        ({"name": "临浦镇人民政府"}, "临浦镇"),
        ({"code": 330109105}, "临浦镇"),
        ({"XZQDM": "330109105000"}, "临浦镇"),
        ({"OBJECTID": 3, "MC": "萧山区临浦镇", "面积": 42.5}, "临浦镇"),
        ({"name": "新临浦镇"}, None),
        ({"name": "镇"}, None),
        ({"name": True}, None),
        ({"a": "临浦镇", "b": "城厢街道"}, None),
        ({}, None),
    ],
)
def test_towns_are_known_by_code_or_name_however_written(
    properties: dict[str, Any], name: str | None
) -> None:
    town, wrong = town_of(properties, known_towns())
    assert (town.name if town else None) == name
    assert bool(wrong) == (town is None)


def test_a_name_that_could_mean_two_towns_means_none() -> None:
    towns = [Town("1", "河上镇", 0, 0), Town("2", "河上街道", 1, 0)]
    assert town_of({"name": "河上"}, towns)[0] is None
    assert town_of({"name": "河上镇"}, towns)[0] == towns[0]

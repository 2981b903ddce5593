"""A bureau's file of outlines → the ground of its map, or everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry import MultiPolygon

from steward.domain.figures import Town
from steward.domain.grounds import Ground
from steward.errors import MapError
from steward.geography import checking, naming
from steward.geography.drawing import ground_of
from steward.geography.reading import Shape, shapes_of


@dataclass(frozen=True)
class Outlines:
    """What came of a file: a ground, or its faults. `notes` are no faults; `points` it had."""

    ground: Ground | None
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    points: int = 0


def read_outlines(content: bytes, towns: Sequence[Town]) -> Outlines:
    """Every town once, by its own shape. What is wrong comes back as sentences, all of them."""
    try:
        shapes = shapes_of(content)
    except MapError as error:
        return Outlines(None, (error.sentence,))
    faults: list[str] = []
    found: dict[str, tuple[Shape, MultiPolygon | None]] = {}
    misplaced: list[tuple[str, checking.Misplaced, tuple[float, float]]] = []
    for shape in shapes:
        town, wrong = naming.town_of(shape.properties, towns)
        called = f"第 {shape.number} 个图形" + (f"（{town.name}）" if town else "")
        if town is None:
            faults.append(f"{called}：{wrong}")
        elif town.code in found:
            first = found[town.code][0].number
            faults.append(f"{called}：与第 {first} 个图形是同一个镇街，请合成一个 MultiPolygon")
            continue
        faults += [f"{called}：{one}" for one in shape.faults]
        geometry = None
        if not shape.faults:
            if away := checking.misplaced(shape.polygons):
                misplaced.append((called, *away))
            else:
                geometry = checking.geometry(shape.polygons)
                if wrong := checking.fault_of(geometry):
                    faults.append(f"{called}：{wrong}")
                    geometry = None
        if town is not None:
            found[town.code] = (shape, geometry)
    faults += _misplaced(misplaced, len(shapes))
    missing = [town.name for town in towns if town.code not in found]
    if missing:
        faults.append(f"缺 {len(missing)} 个镇街：{'、'.join(missing)}")
    names = {town.code: town.name for town in towns}
    sound = {code: one for code, (_, one) in found.items() if one is not None}
    for one, other, share in checking.overlaps(sound):
        faults.append(f"{names[one]}与{names[other]}重叠（占较小一个的 {share * 100:.0f}%）")
    points = sum(len(ring) for shape in shapes for rings in shape.polygons for ring in rings)
    if faults:
        return Outlines(None, tuple(faults), points=points)
    notes: tuple[str, ...] = ()
    if not shapely.coverage_is_valid(list(sound.values())):
        notes = ("相邻镇街的边界没有完全重合，放大后可能看到细缝",)
    ordered = {town.code: sound[town.code] for town in towns}
    return Outlines(ground_of(ordered), (), notes, points)


def _misplaced(
    found: Sequence[tuple[str, checking.Misplaced, tuple[float, float]]], number: int
) -> list[str]:
    """One sentence when all of them are misplaced alike, else one each."""
    if len(found) == number > 1 and len({how for _, how, _ in found}) == 1:
        called, how, (x, y) = found[0]
        return [f"{how}：全部 {number} 个图形都是，如{called}的 [{x:g}, {y:g}]"]
    return [f"{called}：{how}：[{x:g}, {y:g}]" for called, how, (x, y) in found]

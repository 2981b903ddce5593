"""What the map says of a town, and of its colours."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from steward.domain.colours import COLOUR_NAMES, MOVE_WORDS, ColourMap, ColourRules, TownColour

TENTH = Decimal("0.1")
SCHEMATIC = "示意图，不是行政区划边界；方格只表示大致方位"
OWN = "边界由本单位提供，已简化，仅供工作参考；等距圆柱投影"


def of_town(town: TownColour) -> str:
    """临浦镇：橙色，重点关注，密斜线，56.3分，较上月变差（上月黄）."""
    if town.colour is None:
        return f"{town.town.name}：{town.name}"
    parts = [f"{town.name}色", town.word, town.pattern, f"{town.score}分"]
    return f"{town.town.name}：{'，'.join([*parts, change(town)])}"


def change(town: TownColour) -> str:
    """▼ 变差（上月黄）; 上月无数据."""
    if town.move is None or town.last is None:
        return "上月无数据" if town.colour else ""
    return f"{MOVE_WORDS[town.move]}（上月{COLOUR_NAMES[town.last]}）"


def mark(town: TownColour) -> str:
    """▼变差, ＝持平, 上月无: the change where there is little room."""
    if town.colour is None:
        return ""
    return MOVE_WORDS[town.move].replace(" ", "") if town.move else "上月无"


def ranges(rules: ColourRules) -> list[str]:
    """The scores of each band, worst to best: 0 至 49.9 …"""
    starts = [band.score_from for band in rules.bands]
    ends = [high - TENTH for _, high in pairwise(starts)] + [Decimal(100)]
    return [f"{start} 至 {end}" for start, end in zip(starts, ends, strict=True)]


def of_map(colours: ColourMap) -> str:
    """The whole map in words, for whoever cannot see it."""
    return "；".join(of_town(town) for town in colours.towns)

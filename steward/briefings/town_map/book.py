"""The four-colour map's numbers as the sheets of an XLSX."""

from __future__ import annotations

from collections.abc import Iterator

from steward.briefings.town_map.words import change, ranges
from steward.briefings.workbook import Sheet, Value
from steward.domain.colours import (
    COLOUR_NAMES,
    INPUT_NAMES,
    INPUT_UNITS,
    ColourMap,
    ColourRules,
    Input,
    TownColour,
)


def sheets(colours: ColourMap) -> Iterator[Sheet]:
    """The towns, what each one's score is made of, and the rules that were used."""
    yield Sheet(
        "四色图",
        [
            ("代码", 12),
            ("镇街", 12),
            ("颜色", 8),
            ("说法", 12),
            ("图案", 10),
            ("得分", 8),
            ("较上月", 20),
            *((f"{INPUT_NAMES[one]}（{INPUT_UNITS[one]}）", 20) for one in Input),
            ("好一档，只做一件", 80),
        ],
        [_town(town) for town in colours.towns],
        frozen=2,
        filtered=True,
    )
    yield Sheet(
        "各项得分",
        [
            ("镇街", 12),
            ("指标", 18),
            ("数值", 10),
            ("单位", 8),
            ("得分", 8),
            ("权重（%）", 10),
            ("计入总分", 10),
            ("缺项原因", 24),
        ],
        [row for town in colours.towns for row in _inputs(town)],
    )
    if colours.rules:
        yield _rules(colours.rules)


def _town(town: TownColour) -> list[Value]:
    values = {one.input: one.value for one in town.inputs}
    return [
        town.town.code,
        town.town.name,
        town.name,
        town.word,
        town.pattern,
        town.score,
        change(town),
        *(values.get(one) for one in Input),
        "；".join(step.words for step in town.steps),
    ]


def _inputs(town: TownColour) -> Iterator[list[Value]]:
    for one in town.inputs:
        yield [
            town.town.name,
            INPUT_NAMES[one.input],
            one.value,
            INPUT_UNITS[one.input],
            one.points,
            one.weight,
            one.share,
            one.missing,
        ]


def _rules(rules: ColourRules) -> Sheet:
    rows: list[list[Value]] = [
        ["规则", rules.name],
        ["生效日期", rules.effective],
        ["依据", rules.source],
        ["编制", rules.author],
    ]
    for band, scores in zip(rules.bands, ranges(rules), strict=True):
        words = f"{band.word}，{band.pattern}，{scores} 分"
        rows.append([f"{COLOUR_NAMES[band.colour]}色", words])
    rows += [[f"权重：{INPUT_NAMES[rule.input]}", rule.weight] for rule in rules.inputs]
    return Sheet("规则", [("项目", 24), ("内容", 60)], rows)

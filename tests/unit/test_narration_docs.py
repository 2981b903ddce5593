"""docs/narration.md says what the contexts are, no more and no less."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from steward.narration.clauses import BREATH_MS, LONGEST, PAUSES_MS
from steward.narration.contexts import (
    CONTEXTS,
    Base,
    Comparison,
    Corrected,
    CorrectionContext,
    DailyContext,
    Part,
    StaleSource,
    WeeklyContext,
    WeeklyTownContext,
    documented,
)
from steward.narration.month_contexts import (
    CategoryGroup,
    ColourMove,
    FourColourContext,
    MonthBase,
    MonthlyContext,
)
from steward.narration.ranking import RankGroup
from steward.narration.saying import Context
from steward.narration.script import LIMIT

TEXT = (Path(__file__).parents[2] / "docs" / "narration.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| (.+) \|$", re.MULTILINE)


def section(heading: str) -> str:
    return TEXT.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def own(context: type[Context], base: type[Context] = Base) -> list[tuple[str, str]]:
    """What a context has beyond the common names."""
    common = {each.name for each in fields(base)}
    return [row for row in documented(context) if row[0] not in common]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("一周和一天的模板都能用的名字", documented(Base)),
        ("weekly：全区每周", own(WeeklyContext)),
        ("weekly_town：一个镇街每周", own(WeeklyTownContext)),
        ("daily：每日", own(DailyContext)),
        ("correction：更正", own(CorrectionContext)),
        ("一个月的模板都能用的名字", documented(MonthBase)),
        ("monthly：全区每月", own(MonthlyContext, MonthBase)),
        ("four_colour：镇街隐患四色图每月", own(FourColourContext, MonthBase)),
        ("新增最多的类别里的每一组", documented(CategoryGroup)),
        ("变了颜色的镇街里的每一组", documented(ColourMove)),
        ("要更正的每一个数字", documented(Corrected)),
        ("来源和镇街里的每一项", documented(Part)),
        ("数据过旧的每一个来源", documented(StaleSource)),
        ("与上周相比", documented(Comparison)),
        ("新增最多的镇街里的每一组", documented(RankGroup)),
    ],
)
def test_every_name_is_documented(heading: str, expected: list[tuple[str, str]]) -> None:
    assert ROW.findall(section(heading)) == expected
    assert all(help_text for _, help_text in expected)


def test_every_kind_of_template_has_its_section() -> None:
    headings = re.findall(r"^## (\w+)：", TEXT, re.MULTILINE)
    assert headings == list(CONTEXTS)


def test_pauses_and_limits_are_documented() -> None:
    rows = re.findall(r"^\| (\S+) \| (\d+) \|$", section("停顿"), re.MULTILINE)
    pauses = {("换行" if sign == "\n" else sign): ms for sign, ms in PAUSES_MS.items()}
    assert {sign: int(ms) for sign, ms in rows} == pauses | {"没有标点": BREATH_MS}
    assert f"最多 {LIMIT} 个字" in TEXT
    assert f"超过 {LONGEST} 个字" in TEXT

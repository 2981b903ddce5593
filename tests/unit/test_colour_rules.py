"""The rules of the four-colour map: read, versioned, and refused with the exact place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from steward.analysis.colour_rules import BUILT_IN, read_rules, rules_of
from steward.domain.colours import Colour, Input
from steward.domain.months import Month
from steward.errors import RulesError

SHIPPED = BUILT_IN.read_text(encoding="utf-8")
SECOND = SHIPPED.replace("2018-01-01", "2021-10-15").replace("第一版", "第二版")


def written(folder: Path, text: str) -> Path:
    path = folder / "four_colours.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_rules_are_read() -> None:
    (rules,) = read_rules()
    assert sum(rule.weight for rule in rules.inputs) == 100
    assert [band.colour for band in rules.bands] == list(Colour)
    assert [rule.input for rule in rules.inputs] == list(Input)
    assert len({band.pattern for band in rules.bands}) == 4


def test_a_version_holds_from_the_month_of_its_date_on(tmp_path: Path) -> None:
    versions = read_rules(written(tmp_path, SECOND + SHIPPED))
    assert [rules.effective for rules in versions] == [date(2018, 1, 1), date(2021, 10, 15)]
    for month, name in (
        (Month(2017, 12), None),
        (Month(2018, 1), "第一版"),
        (Month(2021, 9), "第一版"),
        (Month(2021, 10), "第二版"),
        (Month(2030, 1), "第二版"),
    ):
        rules = rules_of(month, versions)
        assert name in rules.name if name and rules else rules is None


def test_bands_begin_at_their_score() -> None:
    (rules,) = read_rules()
    for band in rules.bands:
        assert rules.band(band.score_from) == band
        if band.score_from:
            assert rules.band(band.score_from - Decimal("0.1")) != band


@pytest.mark.parametrize(
    ("old", "new", "place", "sentence"),
    [
        ("weight = 25", "weight = 26", "第1版 inputs", "weight 之和是 101，应为 100"),
        ("weight = 25", 'weight = "25"', "第1版 inputs.rectification_rate weight", "要写数字"),
        ("weight = 25", "weight = nan", "第1版 inputs.rectification_rate weight", "0 至 100"),
        ("weight = 25", "weigth = 25", "第1版 inputs.rectification_rate", "不认识“weigth”"),
        ("value = 8,", "value = 4,", "inputs.inspection_rate.thresholds 第3个", "从小到大"),
        ("points = 85", "points = 30", "inputs.inspection_rate.thresholds 第4个", "不能变小"),
        ("value = 2, points = 25", "value = 2, points = 75", "open_major.thresholds 第3个", "变大"),
        ("points = 85", "points = 101", "inputs.inspection_rate.thresholds 第4个", "0 至 100"),
        ("effective = 2018-01-01", "", "第1版 effective", "没有写生效日期"),
        ("2018-01-01", '"2018年"', "第1版 effective", "生效日期“2018年”写得不对"),
        ("2018-01-01", "2018-01-01T00:00:00", "第1版 effective", "写得不对"),
        ("2018-01-01", "2018-13-01", "", "写法不对"),
        ("from = 65", "from = 50", "第1版 bands 第3档 from", "一档比一档大"),
        ("from = 0", "from = 1", "第1版 bands 第1档 from", "必须是 0"),
        ('colour = "blue"', 'colour = "green"', "第1版 bands 第4档", "没有“green”这种颜色"),
        ('colour = "blue"', 'colour = "red"', "第1版 bands", "各写一档"),
        (
            "[versions.inputs.open_major]",
            "[versions.inputs.fines]",
            "第1版 inputs",
            "不认识“fines”",
        ),
        ('author = "隐患管家"', 'author = " "', "第1版 author", "不能为空"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    tmp_path: Path, old: str, new: str, place: str, sentence: str
) -> None:
    assert old in SHIPPED
    path = written(tmp_path, SHIPPED.replace(old, new, 1))
    with pytest.raises(RulesError) as refused:
        read_rules(path)
    assert sentence in refused.value.sentence
    assert str(path) in refused.value.place
    assert place in refused.value.place


def test_two_versions_of_one_date_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="与第1版相同"):
        read_rules(written(tmp_path, SHIPPED + SHIPPED))


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="读不出来"):
        read_rules(tmp_path / "none.toml")
    path = tmp_path / "four_colours.toml"
    path.write_bytes(SHIPPED.encode("gb18030"))
    with pytest.raises(RulesError, match="UTF-8"):
        read_rules(path)
    with pytest.raises(RulesError, match="不认识“version”"):
        read_rules(
            written(
                tmp_path,
                SHIPPED.replace("[[versions", "[[version").replace("[versions", "[version"),
            )
        )
    with pytest.raises(RulesError, match="一项也没有写"):
        read_rules(written(tmp_path, ""))

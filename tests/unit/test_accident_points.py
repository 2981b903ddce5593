"""The points table of accident early warning, and what its file may not hold."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from steward.analysis.points_table import BUILT_IN, read_points, table_of
from steward.domain.accidents import Record
from steward.errors import RulesError

NOW = datetime(2021, 11, 16, 1, 0, tzinfo=UTC)


def test_points_add_up_from_the_highest_step_reached() -> None:
    table = table_of(NOW, read_points())
    record = Record(
        found=7, open=4, open_major=1, overdue=2, overdue_days=45, uninspected_days=10,
        industry="化工",
    )  # fmt: skip
    parts = {"found": 6, "open": 4, "open_major": 20, "overdue": 10, "overdue_days": 5}
    assert table.parts(record) == parts | {"industry": 12}
    assert table.points(record) == 57
    words = [reason.words for reason in table.reasons(record)]
    assert words[:2] == ["未闭环重大隐患 1 处", "行业：化工"]
    assert table.points(Record(uninspected_days=0)) == 0
    assert "三年内没有检查记录" in [one.words for one in table.reasons(Record())]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("points = 3\n", 'points = "3"\n', "要写数字"),
        ("from = 6\npoints = 6", "from = 3\npoints = 6", "from 要一档比一档大"),
        ("from = 6\npoints = 6", "from = 6\npoints = 1", "points 不能变小"),
        ("[[versions.points.found]]", "[[versions.points.fond]]", "不认识“fond”"),
        ("effective = 2018-01-01", 'effective = "2018"', "不加引号"),
        ("learnt_incidents = 40", "learnt = 40", "不认识“learnt”"),
        ("judged_incidents = 15", "judged_incidents = 1.5", "应为整数"),
        ("[[versions]]\n", "[[version]]\n", "不认识“version”"),
        ("[[versions]]\n", "[[versions\n", "写法不对"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = BUILT_IN.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "points.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(RulesError, match=said) as caught:
        read_points(path)
    assert str(path) in caught.value.place


def test_a_table_holds_from_its_day_on(tmp_path: Path) -> None:
    text = BUILT_IN.read_text(encoding="utf-8")
    later = text.replace("2018-01-01", "2021-12-01").replace("第一版", "第二版")
    path = tmp_path / "points.toml"
    path.write_text(text + later, encoding="utf-8")
    versions = read_points(path)
    assert "第一版" in table_of(NOW, versions).name
    assert "第二版" in table_of(NOW.replace(month=12), versions).name
    with pytest.raises(RulesError, match="2018-01-01 起"):
        table_of(NOW.replace(year=2017), versions)

"""Templates that are wrong: each gives a clear sentence, its file and its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from steward.domain.figures import Counts
from steward.errors import NarrationError
from steward.narration.contexts import CONTEXTS, WeeklyContext, context_of
from steward.narration.environment import Templates
from steward.operations.narrate import TEMPLATES, narrate
from tests.support.narration_figures import figures, published


def rendered(folder: Path, source: str, name: str = "weekly-mine") -> str:
    (folder / f"{name}.j2").write_text(source, encoding="utf-8")
    return narrate(name, published(), district="萧山区", templates_dir=folder).written


@pytest.mark.parametrize("name", Templates(TEMPLATES).names())
def test_shipped_templates_use_only_names_of_their_context(name: str) -> None:
    Templates(TEMPLATES).check(name, context_of(name))


def test_every_kind_is_shipped() -> None:
    assert set(Templates(TEMPLATES).names()) == set(CONTEXTS)


def test_a_template_of_ones_own(tmp_path: Path) -> None:
    source = (
        "{{ district }}第{{ week }}周\n新增{{ new_hazards }}条。\n"
        "{% for t in towns[:2] %}{{ t.name }}，{% endfor %}请注意！"
    )
    assert rendered(tmp_path, source) == "萧山区第46周新增28条。瓜沥镇，临浦镇，请注意！"


@pytest.mark.parametrize(
    ("source", "sentence", "line"),
    [
        ("新增{{ new_hazard }}条", "名字“new_hazard”不存在", 1),
        ("好。\n{% if x %}一{% endif %}", "名字“x”不存在", 2),
        ("好。\n\n{{ new_hazards_change.most }}", "“new_hazards_change.most”不存在", 3),
        ("{% for t in towns %}\n{{ t.nmae }}{% endfor %}", "“t.nmae”不存在", 2),
        ("{% set c = new_hazards_change %}{{ c.x }}", "“c.x”不存在", 1),
        ("{{ (towns|sort(attribute='name')|first).x }}", "x”不存在", 1),
        ("{{ towns[0].x }}", "x”不存在", 1),
        ("新增\n{{ none }}条", "值是空的", 2),
        ("新增\n{{ towns }}条", "不是文字，也不是数字", 2),
        ("{{ new_hazards > 3 }}", "不是文字，也不是数字", 1),
        ("{{ 'x' ~ none }}", "出现了“None”", None),
        ("好\n{{ 1e308 * 1e308 }}", "只能对数字做乘法", 2),
        ("好\n{{ 'x' * 1000000000 }}", "只能对数字做乘法", 2),
        ("好\n{{ 9 ** 999999 }}", "只能对数字做乘法", 2),
        ("好\n{{ new_hazards / 0 }}", "模板运算出错", 2),
        ("好\n{{ towns[99].name }}", "不存在的名字", 2),
        ("{{ ''.__class__.__mro__ }}", "“__class__”在程序内部", 1),
        ("好\n{% if %}", "模板写法不对", 2),
        ("好\n{{ 3 | nofilter }}", "模板写法不对", 2),
        ("{% if false %}好{% endif %}", "没有可播报的内容", None),
        ("好" * 2001, "最多2000个字", None),
    ],
)
def test_wrong_templates(tmp_path: Path, source: str, sentence: str, line: int | None) -> None:
    with pytest.raises(NarrationError, match=sentence) as raised:
        rendered(tmp_path, source)
    if line:
        assert raised.value.place == f"模板 weekly-mine.j2 第{line}行"


def test_a_wrong_name_is_found_in_an_included_template(tmp_path: Path) -> None:
    (tmp_path / "opening.j2").write_text("您好，{{ who }}。", encoding="utf-8")
    with pytest.raises(NarrationError, match="who") as raised:
        rendered(tmp_path, "{% include 'opening.j2' %}好。")
    assert raised.value.place == "模板 opening.j2 第1行"


def test_a_wrong_name_is_found_although_this_week_would_not_reach_it(tmp_path: Path) -> None:
    (tmp_path / "weekly.j2").write_text(
        "好。{% for t in towns %}{{ t.x }}{% endfor %}", encoding="utf-8"
    )
    with pytest.raises(NarrationError, match=r"t\.x"):
        narrate("weekly", figures(), district="萧山区", templates_dir=tmp_path)


def test_no_such_template(tmp_path: Path) -> None:
    with pytest.raises(
        NarrationError,
        match="没有模板“weekly-x”，现有：correction、daily、four_colour、monthly、weekly",
    ):
        narrate("weekly-x", published(), district="萧山区")
    with pytest.raises(NarrationError, match="模板名“yearly”不对"):
        narrate("yearly", published(), district="萧山区")
    with pytest.raises(NarrationError, match="只能用字母"):
        narrate("weekly-../../etc/passwd", published(), district="萧山区")
    with pytest.raises(NarrationError, match="现有：（没有）"):
        narrate("weekly", published(), district="萧山区", templates_dir=tmp_path / "none")


def test_a_template_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "weekly.j2").write_bytes("新增".encode("gb18030"))
    with pytest.raises(NarrationError, match="不是 UTF-8") as raised:
        narrate("weekly", published(), district="萧山区", templates_dir=tmp_path)
    assert raised.value.place == "模板 weekly.j2"


def test_a_context_value_that_is_missing_is_not_said(tmp_path: Path) -> None:
    (tmp_path / "weekly.j2").write_text("好。\n闭环率{{ closure_rate }}。", encoding="utf-8")
    context = WeeklyContext.from_figures(published(), district="萧山区")
    wrong = replace(context, closure_rate=None)  # type: ignore[arg-type]
    with pytest.raises(NarrationError, match="值是空的") as raised:
        Templates(tmp_path).render("weekly", wrong)
    assert raised.value.place == "模板 weekly.j2 第2行"


def test_rates_are_words_when_nothing_can_be_divided() -> None:
    empty = WeeklyContext.from_figures(figures(), district="萧山区")
    assert (empty.closure_rate, empty.inspection_rate) == ("无", "无")
    assert empty.new_hazards_change.percentage == ""
    whole = WeeklyContext.from_figures(
        figures(Counts(monitored=10, closed_total=10)), district="萧山区"
    )
    assert whole.closure_rate == "100%"

"""What the shipped templates say, of full, partial and empty weeks."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.figures import Counts, Figures, Town
from steward.errors import NarrationError
from steward.operations.narrate import narrate, script_document
from tests.support.narration_figures import GUALI, figures, published, sources

ARTICLE = "隐患管家提醒您，本周新增隐患28条，隐患到期预警企业51家，超期预警企业64家。"


def written(template: str, of: Figures) -> str:
    return narrate(template, of, district="萧山区").written


def week(new: int = 0, **changes: object) -> Figures:
    return figures(Counts(new_hazards=new), **changes)  # type: ignore[arg-type]


def test_the_article_comes_first_in_four_clauses() -> None:
    script = narrate("weekly", published(), district="萧山区")
    assert script.title == "萧山区隐患每周播报（2021年第46周）"
    assert script.written.startswith(ARTICLE)
    assert [clause.spoken for clause in script.clauses[:4]] == [
        "隐患管家提醒您，",
        "本周新增隐患二十八条，",
        "隐患到期预警企业五十一家，",
        "超期预警企业六十四家。",
    ]
    assert [clause.pause_ms for clause in script.clauses[:4]] == [250, 250, 250, 600]


def test_the_rest_of_the_published_week() -> None:
    assert written("weekly", published()).removeprefix(ARTICLE) == (
        "按来源分，企业自查12条，社会化服务检查8条，区镇执法检查5条，危化品互助队交叉检查3条。"
        "新增较多的镇街：瓜沥镇9条，临浦镇6条，益农镇和党湾镇各4条。"
        "本周新增重大隐患2条，目前未闭环重大隐患5条，请重点督办。"
        "与上周全周相比，新增隐患减少12条，下降30%。"
        "已监控全区隐患10145处，闭环处置6969处，闭环率68.7%。"
        "请各镇街督促有关企业按期整改，及时复查销号。"
    )


def test_a_week_without_anything() -> None:
    assert written("weekly", figures()) == (
        "隐患管家提醒您，本周无新增隐患，无隐患到期预警企业，无超期预警企业。"
        "本周无新增重大隐患，目前无未闭环的重大隐患。上周同样无新增隐患。全区目前无监控隐患。"
        "请各镇街和企业继续做好隐患排查治理。"
    )


@pytest.mark.parametrize(
    ("towns", "sentence"),
    [
        ({"瓜沥镇": 4}, "新增隐患全部在瓜沥镇。"),
        ({"瓜沥镇": 4, "临浦镇": 1}, "新增隐患的镇街：瓜沥镇4条，临浦镇1条。"),
        ({"瓜沥镇": 4, "临浦镇": 0, "义桥镇": 0}, "新增隐患全部在瓜沥镇。"),
        ({"瓜沥镇": 2, "临浦镇": 2}, "新增隐患的镇街：瓜沥镇和临浦镇各2条。"),
        (
            {"瓜沥镇": 3, "临浦镇": 2, "义桥镇": 2, "河上镇": 2, "楼塔镇": 1},
            "新增较多的镇街：瓜沥镇3条，临浦镇、义桥镇和河上镇各2条。",
        ),
        (
            {"瓜沥镇": 5} | {f"{name}镇": 1 for name in "甲乙丙丁戊己"},
            "新增隐患的镇街：瓜沥镇5条，另外6个镇街各1条。",
        ),
        ({f"{name}镇": 1 for name in "甲乙丙丁戊己"}, "新增隐患分布在6个镇街，各1条。"),
        (
            {f"{name}镇": 2 for name in "甲乙丙丁戊己"} | {"庚镇": 1},
            "新增最多的有6个镇街，各2条。",
        ),
    ],
)
def test_towns_with_most_new_hazards(towns: dict[str, int], sentence: str) -> None:
    assert sentence in written("weekly", week(sum(towns.values()), by_town=towns))


def test_no_town_is_named_when_none_has_new_hazards() -> None:
    said = written("weekly", week(0, by_town={"瓜沥镇": 0, "临浦镇": 0}))
    assert "镇街：" not in said
    assert "瓜沥镇" not in said


@pytest.mark.parametrize(
    ("this", "last", "sentence"),
    [
        (28, 20, "与上周全周相比，新增隐患增加8条，上升40%。"),
        (20, 28, "与上周全周相比，新增隐患减少8条，下降28.6%。"),
        (20, 20, "新增隐患与上周全周持平。"),
        (3, 0, "上周全周无新增隐患，本周增加3条。"),
        (0, 0, "上周同样无新增隐患。"),
        (0, 4, "与上周全周相比，新增隐患减少4条，下降100%。"),
    ],
)
def test_change_on_last_week(this: int, last: int, sentence: str) -> None:
    of = figures(Counts(new_hazards=this), Counts(new_hazards=last))
    for said in (
        written("weekly", of),
        written("weekly_town", figures(of.counts, of.last_week, town=GUALI)),
    ):
        assert sentence in said


@pytest.mark.parametrize(
    ("new_major", "open_major", "sentence"),
    [
        (0, 0, "本周无新增重大隐患，目前无未闭环的重大隐患。"),
        (2, 0, "本周新增重大隐患2条，目前无未闭环的重大隐患。"),
        (0, 3, "本周无新增重大隐患，目前未闭环重大隐患3条，请重点督办。"),
    ],
)
def test_major_hazards(new_major: int, open_major: int, sentence: str) -> None:
    of = figures(Counts(new_major=new_major, open_major=open_major))
    assert sentence in written("weekly", of)


def test_one_source_only() -> None:
    assert "新增隐患全部来自网格巡查。" in written(
        "weekly", week(3, by_source=sources(0, 0, 0, 0, 3))
    )


def test_nothing_closed_yet_has_no_rate() -> None:
    said = written("weekly", figures(Counts(monitored=5)))
    assert "已监控全区隐患5处，尚无闭环处置。" in said
    assert "率" not in said


def test_a_towns_week() -> None:
    script = narrate("weekly_town", published(GUALI), district="萧山区")
    assert script.title == "瓜沥镇隐患每周播报（2021年第46周）"
    assert script.written.startswith("隐患管家提醒您，瓜沥镇本周新增隐患28条，")
    assert "全区" not in script.written
    assert any(words == "瓜沥镇" for clause in script.clauses for words, _ in clause.pinyin)


def test_a_day() -> None:
    said = written("daily", published())
    assert said.startswith("隐患管家提醒您，今天是2021年11月16日，星期二。全区隐患到期预警企业51家")
    assert "本周至今，新增隐患28条，闭环31条。" in said
    town = narrate("daily", published(GUALI), district="萧山区")
    assert town.title == "瓜沥镇隐患每日播报（2021年11月16日）"
    assert "瓜沥镇隐患到期预警企业51家" in town.written


def test_figures_of_another_scope_are_refused() -> None:
    with pytest.raises(NarrationError, match="全区播报不能只用一个镇街的数"):
        narrate("weekly", published(GUALI), district="萧山区")
    with pytest.raises(NarrationError, match="要指明是哪个镇街"):
        narrate("weekly_town", published(), district="萧山区")


def test_a_script_as_a_document() -> None:
    document = script_document(narrate("weekly", published(), district="萧山区"))
    assert document["clauses"][1] == {
        "written": "本周新增隐患28条，",
        "spoken": "本周新增隐患二十八条，",
        "pause_ms": 250,
        "pinyin": [],
    }


COUNT = st.sampled_from([0, 1, 2, 12, 28, 10145])


@st.composite
def any_figures(draw: st.DrawFn, town: Town | None = None) -> Figures:
    monitored = draw(COUNT)
    counts = Counts(
        *(draw(COUNT) for _ in range(4)),
        monitored,
        draw(st.integers(0, monitored)),
        *(draw(COUNT) for _ in range(4)),
    )
    by_town = draw(
        st.dictionaries(st.sampled_from(["瓜沥镇", "临浦镇", "义桥镇", "河上镇"]), COUNT)
    )
    return figures(
        counts,
        Counts(new_hazards=draw(COUNT)),
        town=town,
        by_town=by_town,
        by_source=sources(*(draw(COUNT) for _ in range(5))),
    )


@given(any_figures(), any_figures(GUALI))
def test_every_week_is_said_sensibly(district: Figures, town: Figures) -> None:
    for template, of in (
        ("weekly", district),
        ("daily", district),
        ("weekly_town", town),
        ("daily", town),
    ):
        script = narrate(template, of, district="萧山区")
        assert script.written.endswith("。")
        assert not re.search(
            r"(?<!\d)(?<!\d\.)0(?:条|家|处|个)|，。|。。|，，|：。|None|\s", script.written
        )
        assert not re.search("[0-9]", script.spoken)

"""What the templates about a month say: full, first, empty and missing months."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.domain.colours import Colour
from steward.domain.monthly import MonthCounts
from steward.domain.months import Month
from steward.domain.script import Script
from steward.domain.spoken_month import SpokenMonth, month_before
from steward.domain.weeks import district_instant
from steward.operations.narrate import narrate
from tests.support.spoken_months import colours, month_of, without_ledger

RED, ORANGE, YELLOW, BLUE = Colour
TOWNS = {"瓜沥镇": 15, "临浦镇": 16, "新街街道": 15, "益农镇": 3, "义桥镇": 0}
CATEGORIES = {"电气线路": 32, "消防设施": 13, "安全培训": 13, "消防通道": 9}


def said(template: str, month: SpokenMonth) -> Script:
    return narrate(template, month, district="萧山区")


def test_a_month_written_and_spoken() -> None:
    script = said("monthly", month_of(towns=TOWNS, categories=CATEGORIES))
    assert script.title == "萧山区隐患每月播报（2021年10月）"
    assert script.written == (
        "隐患管家提醒您，2021年10月全区新增隐患177条，闭环80条。"
        "9月新增168条，闭环97条，两个月相比，新增和闭环都基本持平。"
        "新增较多的镇街：临浦镇16条，瓜沥镇和新街街道各15条。"
        "新增较多的类别：电气线路32条，消防设施和安全培训各13条。"
        "截至10月31日，已监控全区隐患10068处，闭环处置6890处，闭环率68.4%。"
        "超期预警企业39家，涉及超期隐患69处，未闭环重大隐患6条。"
        "请各镇街重点督办重大隐患，督促超期企业抓紧整改，及时复查销号。"
    )
    assert script.spoken.startswith(
        "隐患管家提醒您，二零二一年十月全区新增隐患一百七十七条，闭环八十条。"
        "九月新增一百六十八条，闭环九十七条，"
    )
    assert "截至十月三十一日，已监控全区隐患一万零六十八处，" in script.spoken
    assert "闭环率百分之六十八点四。" in script.spoken


def test_a_month_without_anything() -> None:
    assert said("monthly", month_of(MonthCounts(), MonthCounts())).written == (
        "隐患管家提醒您，2021年10月全区无新增隐患，无闭环隐患。"
        "9月无新增隐患，无闭环隐患，两个月相比，新增和闭环都基本持平。"
        "截至10月31日，全区无监控隐患。无超期预警企业，无未闭环的重大隐患。"
        "请各镇街和企业继续做好隐患排查治理。"
    )


def test_the_ledgers_first_month_is_compared_with_nothing() -> None:
    written = said("monthly", month_of(last=None, month=Month(2021, 1))).written
    assert "这是台账的第一个月，没有上月可比。" in written
    assert "截至1月31日，" in written
    assert "相比，" not in written
    assert "2020年12月新增" in said("monthly", month_of(month=Month(2021, 1))).written


@pytest.mark.parametrize("template", ["monthly", "four_colour"])
def test_a_month_before_the_ledger_says_why(template: str) -> None:
    note = "台账自2021年7月起，没有2021年6月的数据"
    script = said(template, without_ledger(note))
    assert script.written == f"隐患管家提醒您，{note}。"
    assert "没有二零二一年六月的数据" in script.spoken


@pytest.mark.parametrize(
    ("last", "now", "word"),
    [
        ((3, 3), (8, 12), "新增基本持平，闭环上升。"),
        ((100, 0), (128, 3), "新增和闭环都基本持平。"),
        ((100, 40), (131, 10), "新增上升，闭环下降。"),
    ],
)
def test_small_changes_are_noise(last: tuple[int, int], now: tuple[int, int], word: str) -> None:
    month = month_of(
        MonthCounts(new_hazards=now[0], closed_hazards=now[1]),
        MonthCounts(new_hazards=last[0], closed_hazards=last[1]),
    )
    assert f"两个月相比，{word}" in said("monthly", month).written


@pytest.mark.parametrize(
    ("counted", "towns", "categories"),
    [
        ({"甲": 4}, "新增隐患全部在甲。", "新增隐患的类别全部是甲。"),
        ({"甲": 4, "乙": 1}, "新增隐患的镇街：甲4条，乙1条。", "新增隐患的类别：甲4条，乙1条。"),
        (
            dict.fromkeys("甲乙", 2),
            "新增隐患的镇街：甲和乙各2条。",
            "新增隐患的类别：甲和乙各2条。",
        ),
        (
            dict.fromkeys("甲乙丙丁戊己", 2),
            "新增隐患分布在6个镇街，各2条。",
            "新增隐患分属6个类别，各2条。",
        ),
        (
            {"甲": 5} | dict.fromkeys("乙丙丁戊己庚", 2),
            "新增隐患的镇街：甲5条，另外6个镇街各2条。",
            "新增隐患的类别：甲5条，另外6个类别各2条。",
        ),
    ],
)
def test_who_leads(counted: dict[str, int], towns: str, categories: str) -> None:
    written = said("monthly", month_of(towns=counted, categories=counted)).written
    assert towns in written
    assert categories in written


def test_the_colours_written_and_spoken() -> None:
    of = colours(
        {
            "城厢街道": (ORANGE, RED),
            "瓜沥镇": (YELLOW, ORANGE),
            "临浦镇": (YELLOW, ORANGE),
            "闻堰街道": (ORANGE, YELLOW),
            "益农镇": (YELLOW, YELLOW),
            "义桥镇": (None, BLUE),
            "空镇": (None, None),
        }
    )
    script = said("four_colour", month_of(of=of))
    assert script.title == "萧山区镇街隐患四色图提示（2021年10月）"
    assert script.written == (
        "隐患管家提醒您，2021年10月镇街隐患四色图：红色1个镇街，橙色2个，黄色2个，蓝色1个。"
        "另有1个镇街没有可评分的数据。红色的是城厢街道。橙色的是瓜沥镇和临浦镇。"
        "与9月相比，变差的镇街：城厢街道由橙转红，瓜沥镇和临浦镇都由黄转橙。"
        "变好的镇街：闻堰街道由橙转黄。"
        "请红色、橙色镇街对照短板抓紧整改。颜色只作工作提示。"
    )
    assert "红色一个镇街，橙色两个，黄色两个，蓝色一个。" in script.spoken


def test_colours_that_stay_and_colours_without_a_month_before() -> None:
    calm = said("four_colour", month_of(of=colours({"甲镇": (BLUE, BLUE)}))).written
    assert calm.endswith(
        "无红色镇街，无橙色，无黄色，蓝色1个。与9月相比，各镇街颜色没有变化。"
        "请各镇街继续做好隐患排查治理。颜色只作工作提示。"
    )
    first = said("four_colour", month_of(of=colours({"甲镇": (None, ORANGE)}))).written
    assert "9月没有可比的颜色。请橙色镇街对照短板抓紧整改。" in first


@pytest.mark.parametrize("of", [colours({}), colours({"甲镇": (RED, None)})])
def test_no_colour_at_all(of: object) -> None:
    written = said("four_colour", month_of(of=of)).written  # type: ignore[arg-type]
    assert written == "隐患管家提醒您，2021年10月镇街隐患四色图没有可评分的数据。"


def test_the_month_that_is_meant_was_over() -> None:
    assert month_before(district_instant("2021-11-01T00:00")) == Month(2021, 10)
    assert month_before(district_instant("2021-10-31T23:59")) == Month(2021, 9)
    assert month_before(district_instant("2021-01-05T09:00")) == Month(2020, 12)


COUNT = st.sampled_from([0, 1, 2, 12, 10145])
COLOUR = st.sampled_from([None, *Colour])


@st.composite
def any_month(draw: st.DrawFn) -> SpokenMonth:
    monitored = draw(COUNT)
    overdue = draw(COUNT)
    counts = MonthCounts(
        new_hazards=draw(COUNT),
        closed_hazards=draw(COUNT),
        monitored=monitored,
        closed_total=draw(st.integers(0, monitored)),
        open_major=draw(COUNT),
        overdue_hazards=overdue,
        overdue_enterprises=min(overdue, 2),
    )
    last = MonthCounts(new_hazards=draw(COUNT), closed_hazards=draw(COUNT))
    named = st.dictionaries(st.sampled_from(["瓜沥镇", "临浦镇", "义桥镇"]), COUNT)
    moves = st.dictionaries(st.sampled_from(["瓜沥镇", "临浦镇"]), st.tuples(COLOUR, COLOUR))
    return month_of(
        counts,
        draw(st.sampled_from([None, last])),
        towns=draw(named),
        categories=draw(named),
        of=colours(draw(moves)),
    )


@settings(max_examples=30)
@given(any_month())
def test_every_month_is_said_sensibly(month: SpokenMonth) -> None:
    for template in ("monthly", "four_colour"):
        script = said(template, month)
        assert script.written.endswith("。")
        wrong = r"(?<!\d)(?<!\d\.)0(?:条|家|处|个)|，。|。。|，，|：。|None|\s|预警(?!企业)"
        assert not re.search(wrong, script.written)
        assert not re.search("[0-9]", script.spoken)

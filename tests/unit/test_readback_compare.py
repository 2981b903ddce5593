"""What counts as heard right: numbers exactly, the rest nearly, homophones always."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.script import Clause
from steward.narration.normaliser.numerals import integer
from steward.narration.script import script_from_text
from steward.speech.readback.compare import compare, without_numbers


def clause(written: str) -> Clause:
    (only,) = script_from_text("试", written).clauses
    return only


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("本周新增隐患28条，", "本周新增隐患二十八条。"),
        ("本周新增隐患28条，", "本周新增引患二十八条"),  # a homophone
        ("闭环处置6969处，", "毕环处制六千九百六十九处"),
        ("闭环率68.7%。", "闭环率百分之六十八点七"),
        ("举报电话12350。", "举报电话幺二三五零"),
        ("举报电话12350。", "举报电话一二三五零"),
        ("新增2条。", "新增两条"),
        ("2021年11月16日，", "二零二一年十一月十六日"),
        ("第2季度，", "第二季度"),
        ("瓜沥镇5条，", "瓜利镇五条"),
        ("闻堰街道4条，", "闻燕街道四条"),
        ("涉及LNG储罐2个。", "涉及LNG储罐两个"),
    ],
)
def test_heard_right(written: str, heard: str) -> None:
    hearing = compare(clause(written), heard)
    assert hearing.ok
    assert hearing.numbers_right
    assert hearing.wrong_numbers == ()


@pytest.mark.parametrize(
    ("written", "heard", "wrong"),
    [
        ("本周新增隐患28条，", "本周新增隐患三十八条", ("二十八",)),
        # Inside a number stands what elsewhere is a word: 万一, 十分; before one, 重点.
        ("罚款341093元，", "罚款三万一千零九十三元", ("三十四万一千零九十三",)),
        ("9:30开会，", "九点四十分开会", ("九点三十",)),
        ("重点3家，", "重点四家", ("三",)),
        ("本周新增隐患28条，", "本周新增隐患二十条", ("二十八",)),
        ("本周新增隐患28条，", "本周新增隐患八条", ("二十八",)),
        ("本周新增隐患28条，", "本周新增隐患一百二十八条", ("二十八",)),
        ("本周新增隐患28条，", "本周新增隐患二十八点五条", ("二十八",)),
        ("闭环率68.7%。", "闭环率六十八点七", ("百分之六十八点七",)),
        ("到期51家，超期64家。", "到期五十一家超期五十四家", ("六十四",)),
        ("本周新增隐患4条，", "本周新增隐患十条", ("四",)),
        ("举报电话12350。", "举报电话一二三五", ("幺二三五零",)),
    ],
)
def test_a_wrong_number_is_named(written: str, heard: str, wrong: tuple[str, ...]) -> None:
    (only,) = script_from_text("试", written.replace("，超", "、超")).clauses
    hearing = compare(only, heard)
    assert not hearing.ok
    assert not hearing.numbers_right
    assert set(wrong) <= set(hearing.wrong_numbers)


@pytest.mark.parametrize(
    "heard",
    ["", "谢谢观看", "隐患管家", "隐患管家提醒您请您及时整改请您及时整改请您及时整改", "嗯"],
)
def test_noise_silence_and_half_a_sentence_are_not_what_was_meant(heard: str) -> None:
    assert not compare(clause("隐患管家提醒您及时整改，"), heard).ok


def test_a_number_where_none_was_meant_is_wrong() -> None:
    hearing = compare(clause("请有关企业及时整改，"), "请有关企业三天及时整改")
    assert not hearing.numbers_right
    assert hearing.wrong_numbers == ()


def test_words_that_are_written_like_numbers_are_none() -> None:
    assert compare(clause("一般隐患请一并整改，"), "一般隐患请一病整改").ok


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_number_is_met_by_itself_alone(meant: int, said: int) -> None:
    spoken = f"累计监控{integer(meant)}处"
    hearing = compare(Clause(spoken, spoken, 0), f"累计监控{integer(said)}处")
    assert hearing.ok is (meant == said)


def test_the_hint_does_not_say_the_numbers() -> None:
    assert without_numbers("本周新增隐患二十八条，百分之六十") == "本周新增隐患条，"

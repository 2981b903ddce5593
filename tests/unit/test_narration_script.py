"""Any text becomes clauses one can say; what cannot is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.errors import NarrationError
from steward.narration.clauses import BREATH_MS
from steward.narration.lexicon import Lexicon, with_file
from steward.narration.script import script_from_text


def written(text: str) -> list[str]:
    return [clause.written for clause in script_from_text("题", text).clauses]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("隐患10,145处，闭环68.7%。", ["隐患10,145处，", "闭环68.7%。"]),
        ("时间为9:30，地点：二楼会议室。", ["时间为9:30，", "地点：二楼会议室。"]),
        ("举报电话：12350。", ["举报电话：12350。"]),
        ("你好。请注意！", ["你好。", "请注意！"]),
        ("今天，是晴天，好。", ["今天，是晴天，好。"]),
        ("他说：“请立即整改！”然后离开。", ["他说：“请立即整改！”", "然后离开。"]),
        ("第一行没有标点\n第二行", ["第一行没有标点", "第二行"]),
        ("注意安全……请撤离——马上撤离", ["注意安全……", "请撤离——", "马上撤离"]),
        ("Please stop. 请停止。", ["Please stop.", "请停止。"]),
        ("请撤离🚨🚨！\u200b\x07快走", ["请撤离！", "快走"]),
        ("！！！隐患整改", ["隐患整改"]),
    ],
)
def test_where_a_text_is_cut(text: str, clauses: list[str]) -> None:
    assert [piece.strip() for piece in written(text)] == clauses


def test_pauses_follow_the_punctuation() -> None:
    script = script_from_text(
        "题", "本周新增隐患，其中重大隐患；其余是一般隐患。请各企业\n及时整改"
    )
    assert [clause.pause_ms for clause in script.clauses] == [250, 400, 600, 600, BREATH_MS]


def test_a_long_clause_is_cut_at_a_sensible_place() -> None:
    text = (
        "请各镇街的安监办、应急消防管理站、网格员队伍" * 3
        + "以及企业负责人立即开展检查并及时整改到位"
    )
    pieces = written(text)
    assert "".join(pieces) == text
    assert len(pieces) > 1
    assert all(len(piece) <= 60 for piece in pieces)
    assert all(piece.endswith("、") for piece in pieces[:-1])


def test_figures_are_not_cut_in_two() -> None:
    pieces = written("隐患" * 28 + "共1234567.89处" + "企业" * 20)
    assert any("1234567.89" in piece for piece in pieces)
    assert all(len(clause) <= 60 for clause in pieces)


def test_many_figures_without_an_end_are_still_said() -> None:
    script = script_from_text("题", "1" * 500)
    assert all(len(clause.spoken) <= 60 for clause in script.clauses)
    assert script.written == "1" * 500


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "！？。", "🚨", "\u200b", "（）—"])
def test_nothing_to_say(text: str) -> None:
    with pytest.raises(NarrationError, match="没有可播报的内容"):
        script_from_text("题", text)


def test_too_much_to_say() -> None:
    with pytest.raises(NarrationError, match="内容太长：有10000个字，一次播报最多2000个字"):
        script_from_text("题", "好" * 10_000)
    assert script_from_text("题", "好" * 2000).written == "好" * 2000
    with pytest.raises(NarrationError, match="最多5个字"):
        script_from_text("题", "请各企业整改", limit=5)


def test_a_text_far_too_long_is_refused_unread() -> None:
    with pytest.raises(NarrationError, match="内容太长：有1000000个字，一次播报最多2000个字"):
        script_from_text("题", "&amp;" * 200_000)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Please leave now.", ["Please leave now."]),
        ("本週新增隱患2條，重大隱患12条", ["本周新增隐患两条，", "重大隐患十二条"]),
        (f"共{'1234567890' * 4}条", [f"共{'一二三四五六七八九零' * 4}条"]),
        ("隐患\x00\x1b[31m28\x07条", ["隐患二十八条"]),
        ("👨‍👩‍👧疏散🔥1️⃣2号楼", ["疏散十二号楼"]),
        ("<speak>新增<say-as interpret-as='cardinal'>28</say-as>条</speak>", ["新增二十八条"]),
        ("<p>请撤离</p><p>快走</p>", ["请撤离", "快走"]),
        ('请撤离<break time="500ms"/>从2号门走', ["请撤离", "从二号门走"]),
        ("温度<5℃且>2℃", ["温度小于五摄氏度且大于二摄氏度"]),
        ("<abc>是什么", ["小于abc大于是什么"]),
    ],
)
def test_what_people_paste(text: str, spoken: list[str]) -> None:
    assert [clause.spoken for clause in script_from_text("题", text).clauses] == spoken


def test_captions_show_no_tags_and_keep_traditional_characters() -> None:
    assert written("<speak>新增隱患<b>2</b>條</speak>") == ["新增隱患2條"]


@pytest.mark.parametrize("text", ["<speak></speak>", "<br/>", "&nbsp;", "<p>！</p>"])
def test_nothing_but_tags(text: str) -> None:
    with pytest.raises(NarrationError, match="没有可播报的内容"):
        script_from_text("题", text)


@given(st.text())
def test_any_text_becomes_a_script_or_is_refused_in_chinese(text: str) -> None:
    try:
        script = script_from_text("题", text)
    except NarrationError as refused:
        sentence = refused.sentence
    else:
        sentence = script.spoken
        assert not re.search("[0-9\x00-\x1f]", sentence)
    assert sentence


def test_the_longest_match_wins() -> None:
    lexicon = Lexicon({"重大": ("zhong4", "da4"), "重": ("chong2",)})
    assert lexicon.hints("重大和重") == (("重大", ("zhong4", "da4")), ("重", ("chong2",)))


def test_a_users_lexicon_goes_over_the_built_in(tmp_path: Path) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text("# 本地读音\n瓜沥镇\tgua1 li2 zhen4\n\n", encoding="utf-8-sig")
    script = script_from_text("题", "瓜沥镇和临浦镇", lexicon=with_file(path))
    assert dict(script.clauses[0].pinyin) == {
        "瓜沥镇": ("gua1", "li2", "zhen4"),
        "临浦镇": ("lin2", "pu3", "zhen4"),
    }


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("瓜沥 gua1 li4", "应为“词<制表符>拼音”"),
        ("瓜沥\tgua1", "有2个字，拼音却有1个"),
        ("瓜沥\tgua1 lì", "“lì”不是带声调数字的拼音"),
        ("A瓜\tgua1 li4", "应全是汉字"),
        ("好\thao3", "写了两遍"),
    ],
)
def test_bad_lines_are_named(tmp_path: Path, line: str, sentence: str) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text(f"# 读音\n好\thao3\n{line}\n", encoding="utf-8")
    with pytest.raises(NarrationError, match=sentence) as raised:
        with_file(path)
    assert raised.value.place == f"{path} 第3行"


def test_a_lexicon_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NarrationError, match="找不到"):
        with_file(tmp_path / "none.tsv")
    with pytest.raises(NarrationError, match="读不了"):
        with_file(tmp_path)
    (tmp_path / "gb.tsv").write_bytes("瓜沥\tgua1 li4\n".encode("gb18030"))
    with pytest.raises(NarrationError, match="不是 UTF-8"):
        with_file(tmp_path / "gb.tsv")

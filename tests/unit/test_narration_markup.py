"""Marks force a reading; captions show what is written; a bad mark is refused with its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.script import Clause
from steward.errors import NarrationError
from steward.narration.lexicon import Lexicon
from steward.narration.markup import shown, spoken_form
from steward.narration.normaliser.kinds import KINDS
from steward.narration.script import script_from_text


def only_clause(text: str, lexicon: Lexicon | None = None) -> Clause:
    (clause,) = script_from_text("题", text, lexicon=lexicon).clauses
    return clause


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("[12350|数]", "一万两千三百五十"),
        ("[2条|数]隐患", "两条隐患"),
        ("[-5|数]", "负五"),
        ("[2021|数]", "两千零二十一"),
        ("[110米|数]", "一百一十米"),
        ("隐患[12350|号码]条", "隐患幺二三五零条"),
        ("[0571 82898110|号码]", "零五七幺，八二八九八幺幺零"),
        ("[2021|逐字]家", "二零二一家"),
        ("[3-501|逐字]", "三杠五零一"),
        ("[11/16|日期]", "十一月十六日"),
        ("[2021.11.16|日期]", "二零二一年十一月十六日"),
        ("[20211116|日期]", "二零二一年十一月十六日"),
        ("[2021.11|日期]", "二零二一年十一月"),
        ("[11.15-11.21|日期]", "十一月十五日至十一月二十一日"),
        ("[9.30|时间]", "九点三十分"),
        ("[8:00-17:00|时间]", "八点至十七点"),
        ("[2021-11|范围]", "两千零二十一到十一"),
        ("[2-3天|范围]", "两到三天"),
        ("[3:20|比]", "三比二十"),
        ("[3-2|比]", "三比二"),
        ("[11/16|分数]", "十六分之十一"),
        ("[２８|数]条", "二十八条"),
        ("[N|恩]个模块", "恩个模块"),
        ("[A区|一号区]", "一号区"),
        ("[一般|普通]隐患", "普通隐患"),
        ("[2021-W46|第46周]", "第四十六周"),
        ("[LNG|液化天然气]储罐2个", "液化天然气储罐两个"),
        ("[长山|chang2 shan1]2号", "长山二号"),
        ("[附件]第2条[见下]", "[附件]第二条[见下]"),
        ("甲|乙[丙]", "甲|乙[丙]"),
    ],
)
def test_what_a_mark_says(text: str, spoken: str) -> None:
    assert spoken_form(text) == spoken
    assert only_clause(text).spoken == spoken


def test_captions_show_what_is_written() -> None:
    clause = only_clause("拨打[12350|数]，[长山|chang2 shan1]")
    assert clause.written == "拨打12350，长山"
    assert clause.spoken == "拨打一万两千三百五十，长山"
    assert shown("拨打[12350|数]，[见]") == "拨打12350，[见]"


def test_a_forced_reading_wins_over_the_lexicon_and_stands_in_its_place() -> None:
    lexicon = Lexicon({"朝阳": ("chao2", "yang2"), "重大": ("zhong4", "da4")})
    clause = only_clause("朝阳路重大隐患和[朝阳|Zhao1 yang2]路重大隐患", lexicon)
    assert clause.pinyin == (
        ("朝阳", ("chao2", "yang2")),
        ("重大", ("zhong4", "da4")),
        ("朝阳", ("zhao1", "yang2")),
        ("重大", ("zhong4", "da4")),
    )


def test_umlauts_and_the_neutral_tone() -> None:
    assert only_clause("[绿女了|lü4 nu:3 le0]").pinyin == (("绿女了", ("lv4", "nv3", "le5")),)


def test_words_said_instead_are_looked_up_too() -> None:
    lexicon = Lexicon({"十处": ("shi2", "chu4")})
    assert only_clause("[12350|数]处", lexicon).pinyin == (("十处", ("shi2", "chu4")),)


def test_the_same_words_unmarked_before_a_mark_are_refused() -> None:
    """An engine gives a reading to the first place of its words."""
    with pytest.raises(NarrationError, match="“蟹”在同一句前面还有一处没有标读音") as raised:
        script_from_text("题", "蟹和[蟹|xie4]")
    assert raised.value.place == "“蟹和蟹”"
    assert len(script_from_text("题", "有蟹和鱼虾。[蟹|xie4]很多").clauses) == 2


def test_a_mark_is_never_cut() -> None:
    mark = "[一二三四五六七八九十甲乙丙丁戊己庚辛，壬癸|子丑寅卯辰巳午未申酉戌亥，十二个]"
    script = script_from_text("题", ("隐患整改" * 13 + mark) * 3)
    assert script.written == shown(("隐患整改" * 13 + mark) * 3)
    assert script.spoken.count("子丑寅卯辰巳午未申酉戌亥，十二个") == 3
    for clause in script.clauses:
        assert ("壬癸" in clause.written) == ("十二个" in clause.spoken)
        assert len(clause.spoken) <= 60


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("请看[12350|数", "没有写完，缺少“]”"),
        ("请看[12350|数\n]", "没有写完"),
        ("请看[12350|[数]]", "没有写完"),
        ("请看[|数]", "两边都要有"),
        ("请看[12350|]", "两边都要有"),
        ("请看[1|2|3]", "两边都要有"),
        ("请看[12350|数字]", "不认识的读法“数字”"),
        ("请看[长山|changshan]", "不认识的读法“changshan”"),
        ("请看[长山|chang2]", "“长山”有2个字，拼音却有1个"),
        ("请看[长山|chang2 shan6]", "普通话里没有“shan6”这个音"),
        ("请看[长山|xang2 shan1]", "普通话里没有“xang2”这个音"),
        ("请看[N|en1]", "拼音只能标给汉字"),
        ("请看[隐患|数]", "“隐患”不能按“数”来读"),
        ("请看[25:00|时间]", "“25:00”不能按“时间”来读"),
        ("请看[13/45|日期]", "“13/45”不能按“日期”来读"),
        ("请看[3-5-7|范围]", "“3-5-7”不能按“范围”来读"),
        (f"请看[{'好' * 31}|坏]", "写法最多30个字"),
    ],
)
def test_a_bad_mark_is_refused_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(NarrationError, match=re.escape(sentence)) as raised:
        script_from_text("题", text)
    assert raised.value.place.startswith("第3个字“[")
    with pytest.raises(NarrationError):
        spoken_form(text)


def test_more_marks_than_there_are_places_for() -> None:
    with pytest.raises(NarrationError, match="最多6400处"):
        script_from_text("题", "[2|数]" * 6401, limit=10_000)


def test_only_what_is_shown_counts_for_the_length() -> None:
    assert script_from_text("题", "[2|数]" * 5, limit=5).written == "22222"
    with pytest.raises(NarrationError, match="有6个字，一次播报最多5个字"):
        script_from_text("题", "[2|数]" * 6, limit=5)


def test_the_manual_names_every_kind_with_an_example_that_is_true() -> None:
    text = (Path(__file__).parents[2] / "docs" / "narration.md").read_text(encoding="utf-8")
    examples = re.findall(r"^- (\w+)：`(\[.+?\|\w+\])` 读作“(.+)”$", text, re.MULTILINE)
    assert [kind for kind, _, _ in examples] == list(KINDS)
    for _, example, said in examples:
        assert spoken_form(example) == said


@given(st.sampled_from(sorted(KINDS)), st.text("0123456789.:-/年月日点分米%至~", min_size=1))
def test_a_kind_reads_every_figure_or_refuses(kind: str, written: str) -> None:
    try:
        spoken = spoken_form(f"[{written}|{kind}]")
    except NarrationError as error:
        spoken = error.place
    assert spoken.startswith("第1个字“[") or not re.search("[0-9]", spoken)


@given(st.text("[]|数号码12条，。\n长山chang2 "))
def test_any_brackets_are_read_or_refused(text: str) -> None:
    try:
        clauses = script_from_text("题", f"隐患{text}").clauses
    except NarrationError:
        return
    for clause in clauses:
        assert not re.search("[0-9\ue000-\uf8ff]", clause.spoken)
        assert all(words in clause.spoken for words, _ in clause.pinyin)

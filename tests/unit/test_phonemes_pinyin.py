"""What a clause is read as, against the golden rows and the rules of sandhi."""

from __future__ import annotations

import pytest

from steward.domain.voices import SpeakingRequest
from steward.errors import EngineFailed
from steward.narration.lexicon import built_in
from steward.speech.engines.readings import spoken_words, syllables_of
from tests.support.golden_rows import golden_rows

ROWS = golden_rows("pinyin")


def said(text: str, **forced: str) -> str:
    """The pinyin of a text; `forced` readings by words, the built-in lexicon's otherwise."""
    own = tuple((words, tuple(reading.split())) for words, reading in forced.items())
    return " ".join(syllables_of(SpeakingRequest(text, pinyin=own or built_in().hints(text))))


@pytest.mark.parametrize(("text", "pinyin"), ROWS)
def test_row(text: str, pinyin: str) -> None:
    assert said(text) == pinyin


def test_there_are_enough_rows_and_none_twice() -> None:
    assert len(ROWS) >= 200
    assert len({text for text, _ in ROWS}) == len(ROWS)


def test_forced_words_take_part_in_sandhi() -> None:
    assert said("领导", 领导="ling3 dao3") == "ling2 dao3"
    assert said("不去", 去="qu4") == "bu2 qu4"
    assert said("不去", 去="qu3") == "bu4 qu3"
    assert said("一重", 重="chong2") == "yi4 chong2"
    assert said("一重", 重="zhong4") == "yi2 zhong4"


def test_sandhi_crosses_the_joints_of_forced_words() -> None:
    assert said("整改好", 改="gai3") == "zheng2 gai2 hao3"
    assert said("五起", 起="qi3") == "wu2 qi3"
    assert said("六百五十五处", 五处="wu3 chu4") == "liu4 bai3 wu3 shi2 wu3 chu4"


def test_forced_words_do_not_break_the_segmentation_around_them() -> None:
    request = SpeakingRequest("萧山瓜沥镇重点行业", pinyin=(("瓜沥镇", ("gua1", "li4", "zhen4")),))
    assert [word.text for word in spoken_words(request)] == ["萧山", "瓜沥镇", "重点", "行业"]


def test_sandhi_stops_at_punctuation() -> None:
    assert said("整改，好") == "zheng2 gai3 hao3"
    assert said("不，是") == "bu4 shi4"
    assert said("第一，二") == "di4 yi1 er4"


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        ("统一一处", "tong3 yi1 yi2 chu4"),
        ("重点一般隐患", "zhong4 dian3 yi4 ban1 yin3 huan4"),
        ("拨打一一九", "bo1 da3 yi1 yi1 jiu3"),
        ("一级响应", "yi1 ji2 xiang3 ying4"),
        ("每一级", "mei3 yi4 ji2"),
        ("三分之一的企业", "san1 fen1 zhi1 yi1 de5 qi3 ye4"),
        ("一至五", "yi1 zhi4 wu3"),
        ("一家一家", "yi4 jia1 yi4 jia1"),
        ("及时地处理", "ji2 shi2 de5 chu2 li3"),
    ],
)
def test_what_a_word_list_would_get_wrong(text: str, pinyin: str) -> None:
    assert said(text) == pinyin


def test_digits_that_reached_the_voice_are_read_one_by_one() -> None:
    assert said("12350") == said("一二三五零")


def test_a_character_nobody_can_read_is_named() -> None:
    with pytest.raises(EngineFailed, match="不知道“㐂”怎么读"):
        said("王㐂")


def test_a_reading_of_another_length_is_named() -> None:
    with pytest.raises(EngineFailed, match="“重大”有2个字，读音却有1个"):
        said("重大", 重大="zhong4")

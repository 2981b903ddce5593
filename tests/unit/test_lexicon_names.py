"""Which words of names nobody can be sure of."""

from __future__ import annotations

import time

from steward.narration.lexicon import Lexicon, built_in, inventory, readings_in_names
from steward.operations.check_names import check, marked
from steward.speech.engines.doubts import polyphones


def doubtful(*names: str, lexicon: Lexicon | None = None) -> list[str]:
    return [word.line for word in check(names, lexicon or built_in()).doubtful]


def test_a_polyphone_by_itself_is_doubtful() -> None:
    (word,) = check(["杭州重远五金厂", "杭州重远化工厂"], built_in()).doubtful
    assert (word.words, word.syllables, word.place) == ("重远", ("zhong4", "yuan3"), 0)
    assert word.others == ("chong2",)
    assert word.line == "重远\tzhong4 yuan3"
    assert word.names == ("杭州重远五金厂", "杭州重远化工厂")


def test_a_word_of_the_dictionary_settles_it() -> None:
    assert doubtful("萧山重型机械厂", "浙江银行", "重庆行业协会", "临浦镇") == []


def test_the_lexicon_settles_it() -> None:
    mine = Lexicon({"重远": ("chong2", "yuan3")}).over(built_in())
    assert doubtful("杭州重远五金厂", "长山纺织厂", lexicon=mine) == []


def test_its_line_in_the_lexicon_settles_it() -> None:
    for name in ("杭州重远五金厂", "萧山单氏家具厂", "宏泰重五金厂", "天行", "行健纺织"):
        (word,) = check([name], built_in()).doubtful
        mine = Lexicon({word.words: word.syllables}).over(built_in())
        assert doubtful(name, lexicon=mine) == []


def test_the_usual_reading_in_names_needs_nobody() -> None:
    assert doubtful("杭州永兴纺织厂", "浙江华发有限公司", "和盛木业") == []


def test_a_surname_is_asked_about() -> None:
    assert doubtful("单氏木业", "任氏家具") == ["任氏\tren4 shi4", "单氏\tdan1 shi4"]


def test_the_word_of_most_names_comes_first() -> None:
    found = check(["行健厂", "重远一厂", "重远二厂"], built_in())
    assert [len(word.names) for word in found.doubtful] == [2, 1]
    assert found.names == 3


def test_a_name_nobody_can_read_is_told() -> None:
    found = check(["王㐂厂"], built_in())
    assert found.unreadable == (("王㐂厂", "不知道“㐂”怎么读"),)


def test_readings_in_names_are_syllables_of_the_language() -> None:
    known = readings_in_names()
    assert all(len(character) == 1 for character in known)
    assert {one for readings in known.values() for one in readings} <= inventory()
    assert {one for readings in polyphones().values() for one in readings} <= inventory()


def test_pinyin_is_marked_as_people_write_it() -> None:
    assert marked("zhang3", "lv4", "de5", "yue4", "lve4") == "zhǎng lǜ de yuè lüè"


def test_twenty_thousand_names_take_seconds() -> None:
    trades = [f"{a}{b}" for a in "重长行乐单金宏天永兴" for b in "远盛健善氏泰达山河华"]
    names = {
        f"{where}{trade}{kind}{what}"
        for where in ("杭州", "萧山", "浙江", "临浦", "瓜沥")
        for trade in trades
        for kind in ("机械", "纺织", "化工", "五金", "塑料", "家具", "印染", "木业")
        for what in ("有限公司", "厂", "经营部", "合作社", "加工厂")
    }
    assert len(names) == 20_000
    before = time.process_time()
    assert check(names, built_in()).names == 20_000
    assert time.process_time() - before < 10

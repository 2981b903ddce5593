"""What holds of the normaliser for every text and every number."""

from __future__ import annotations

import re

from cn2an import cn2an
from hypothesis import example, given
from hypothesis import strategies as st

from steward.narration.normaliser import normalise
from steward.narration.normaliser.numerals import integer, number
from steward.narration.script import script_from_text

VALUES = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
SCALES = {"十": 10, "百": 100, "千": 1000}
MESSY = (
    "0123456789０９.,:：-—~～/%％+*×²½①Ⅱ℃mkgVA年月日时点分第条处家个万亿元 "
    "电话热线拨打12350举报约共至到〔〕()N"
)


def read_back(said: str) -> int:
    """An independent reader: the last 亿 and 万 split the words, the rest is place by place."""
    for name, size in (("亿", 10**8), ("万", 10**4)):
        if name in said:
            high, low = said.rsplit(name, 1)
            return read_back(high) * size + read_back(low)
    total, digit = 0, 0
    for character in said:
        if character in SCALES:
            total += (digit or 1) * SCALES[character]
            digit = 0
        else:
            digit = VALUES[character]
    return total + digit


@given(st.integers(0, 10**9) | st.integers(0, 10**5))
@example(10**9)
def test_every_integer_reads_back(value: int) -> None:
    said = integer(value)
    assert read_back(said) == value
    assert cn2an(said.replace("两", "二"), "strict") == value
    assert normalise(f"{value}条") == ("两" if value == 2 else said) + "条"


def test_every_integer_below_a_limit_reads_back() -> None:
    assert [read_back(integer(value)) for value in range(20_002)] == list(range(20_002))


@given(st.decimals(0, 10**6, places=2))
def test_every_decimal_reads_back(value: object) -> None:
    whole, _, decimals = str(value).partition(".")
    said, _, said_decimals = number(str(value)).partition("点")
    assert read_back(said) == int(whole)
    assert "".join(str(VALUES[character]) for character in said_decimals) == decimals


@given(st.text() | st.text(MESSY) | st.lists(st.sampled_from(MESSY)).map("".join))
@example("1-+N")
@example("²½")
def test_no_figure_remains_and_saying_twice_changes_nothing(text: str) -> None:
    said = normalise(text)
    assert not re.search("[0-9]", said)
    assert normalise(said) == said


@given(st.text(MESSY + "，。！？；", min_size=1, max_size=300).map(lambda text: f"{text}隐患"))
def test_a_script_keeps_the_whole_text_in_clauses_one_can_say(text: str) -> None:
    script = script_from_text("试", text)
    kept = re.sub(r"\W", "", script.written)
    assert kept == re.sub(r"\W", "", text)
    for clause in script.clauses:
        assert len(clause.spoken) <= 60 or len(clause.written) == 1
        assert clause.pause_ms > 0
        assert all(words in clause.spoken for words, _ in clause.pinyin)

"""What holds of the normaliser for every text and every number."""

from __future__ import annotations

import re
from datetime import date, time

from cn2an import cn2an
from hypothesis import example, given
from hypothesis import strategies as st

from steward.narration.normaliser import normalise
from steward.narration.normaliser.numerals import integer, number
from steward.narration.normaliser.tables import TWO_BEFORE, UNITS
from steward.narration.script import script_from_text

VALUES = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}
SCALES = {"十": 10, "百": 100, "千": 1000}
MESSY = (
    "0123456789０９.,:：-—~～/%％+*×²½①Ⅱ℃mkgVA年月日时点分第条处家个万亿元 "
    "电话热线拨打12350举报约共至到〔〕()N"
)
WRITTEN = (
    "2021 11 16 12350 119 110 0571 82898110 13812345678 68.7 0.5 10,145 3 2 20211116 - ~ / : . "
    "、 ， ； + × * # · % ‰ ℃ m³ kg km/h MPa V A F h ￥ RMB 浙A G K CO CO2 H2S IV II No. NO GB ISO "
    "① ² ⁴ ½ Ⅱ 年 月 日 号 点 分 整 前 第 共 约 条 处 家 个 万 亿 元 层 类 期 室 幢 号楼 国道 电话 "
    "热线 拨打 编号 举报 和 至 到 次日 比分 比例 环比 气温 零下 截至 "
    "事故 高速 條 號 點 （ ） “ ” [ ] | < > <b> </b> &nbsp; &amp; lt; <speak> "
    "〔 〕 N X × 一 十 两 零 幺 百分之"
)
FRAGMENTS = [*WRITTEN.split(), " ", "\n"]
COUNTED = sorted(word for word, two in TWO_BEFORE.items() if two == "两")
NUMBERED = sorted(word for word, two in TWO_BEFORE.items() if two == "二")
PREFIXES = ("0571", "010", "021", "0755")


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
    assert normalise(f"{value:,}处") == ("两" if value == 2 else said) + "处"


def test_every_integer_below_a_limit_reads_back() -> None:
    assert [read_back(integer(value)) for value in range(20_002)] == list(range(20_002))


@given(st.integers(0, 10**9), st.sampled_from(COUNTED))
def test_every_integer_reads_back_before_whatever_is_counted(value: int, word: str) -> None:
    said = normalise(f"已有{value}{word}。").removeprefix("已有").removesuffix(f"{word}。")
    assert read_back(said) == value
    assert said != "二"


@given(st.sampled_from(NUMBERED))
def test_a_two_that_numbers_is_never_a_two_that_counts(word: str) -> None:
    assert normalise(f"2{word}") == f"二{word}"


@given(st.integers(0, 10**9), st.sampled_from(sorted(UNITS)))
def test_every_integer_reads_back_before_every_unit(value: int, unit: str) -> None:
    said = normalise(f"约{value}{unit}").removeprefix("约")
    assert said.endswith(UNITS[unit][0])
    assert read_back(said.removesuffix(UNITS[unit][0])) == value


@given(st.decimals(0, 10**6, places=2))
def test_every_decimal_reads_back(value: object) -> None:
    whole, _, decimals = str(value).partition(".")
    said, _, said_decimals = number(str(value)).partition("点")
    assert read_back(said) == int(whole)
    assert "".join(str(VALUES[character]) for character in said_decimals) == decimals
    assert normalise(f"浓度{value}") == f"浓度{said}点{said_decimals}"
    assert normalise(f"占{value}%") == f"占百分之{said}点{said_decimals}"


@given(st.integers(0, 10**6), st.sampled_from(["", "-", "+"]))
def test_every_percentage_reads_back(value: int, sign: str) -> None:
    said = normalise(f"为{sign}{value}%")
    name = {"": "", "-": "负", "+": "正"}[sign]
    assert said.startswith(f"为{name}百分之")
    assert read_back(said.removeprefix(f"为{name}百分之")) == value


@given(st.integers(0, 10**8), st.integers(1, 10**8))
def test_every_range_reads_back(first: int, more: int) -> None:
    said = normalise(f"共{first}-{first + more}处").removeprefix("共").removesuffix("处")
    assert [read_back(part) for part in said.split("到")] == [first, first + more]


@given(st.sampled_from(PREFIXES), st.integers(20_000_000, 89_999_999))
def test_telephone_numbers_are_said_figure_by_figure(area: str, local: int) -> None:
    names = "零幺二三四五六七八九"
    expected = ["".join(names[int(figure)] for figure in part) for part in (area, str(local))]
    for written in (f"{area}-{local}", f"（{area}）{local}", f"{area} {local}", f"{area}{local}"):
        assert normalise(f"电话：{written}。") == f"电话：{'，'.join(expected)}。"
    mobile = f"1{3 + local % 7}{local:09}"
    assert normalise(mobile) == "".join(names[int(figure)] for figure in mobile)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from("-/."))
def test_dates_are_read_alike_in_every_spelling(day: date, sign: str) -> None:
    expected = normalise(f"{day.year}年{day.month}月{day.day}日")
    assert normalise(f"{day.year}{sign}{day.month}{sign}{day.day}") == expected
    assert normalise(day.strftime(f"%Y{sign}%m{sign}%d")) == expected
    assert read_back(expected.split("年")[1].split("月")[0]) == day.month
    assert read_back(expected.split("月")[1].removesuffix("日")) == day.day


@given(st.times())
def test_times_are_read_alike_in_every_spelling(at: time) -> None:
    said = normalise(f"{at.hour}:{at.minute:02}")
    assert said == normalise(f"{at.hour:02}：{at.minute:02}")
    hour, _, minute = said.partition("点")
    assert read_back(hour) == at.hour
    assert read_back(minute.strip("整分").removeprefix("零") or "零") == at.minute


@given(st.text() | st.text(MESSY) | st.lists(st.sampled_from(FRAGMENTS)).map("".join))
@example("1-+N")
@example("²½")
@example("1CO5")
@example("&amp;amp;lt;b&gt;")
@example("<sp<b>eak>")
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

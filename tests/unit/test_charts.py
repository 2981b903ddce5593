"""Charts: every number stands where it can be read, whatever it is."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from steward.briefings.charts import share_chart, trend_chart
from steward.briefings.columns import width_em
from steward.domain.documents import Chart
from steward.domain.monthly import MonthCounts, MonthShare, TrendMonth
from steward.domain.months import Month

numbers = st.sampled_from([0, 1, 9, 99, 100, 999, 1000, 9999]) | st.integers(0, 20_000)
months = st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=12)


def boxes(chart: Chart) -> list[tuple[float, float, float, float, str]]:
    """Left, top, right, bottom and words of every text."""
    found = []
    for text in etree.fromstring(chart.svg.encode()).iter("{*}text"):
        words, size = text.text or "", float(text.get("font-size"))
        x, y, width = float(text.get("x")), float(text.get("y")), width_em(words) * size
        left = x - {"start": 0.0, "middle": width / 2, "end": width}[text.get("text-anchor")]
        found.append((left, y - size * 0.72, left + width, y, words))
    return found


def crossing(chart: Chart) -> list[tuple[str, str]]:
    return [
        (a[4], b[4])
        for a, b in combinations(boxes(chart), 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


@settings(max_examples=60)
@given(values=months)
def test_no_number_of_a_trend_covers_another(values: list[tuple[int, int, int]]) -> None:
    last = Month(2021, 10)
    trend = [
        TrendMonth(last.back(len(values) - 1 - n), new, closed, new + total, total)
        for n, (new, closed, total) in enumerate(values)
    ]
    chart = trend_chart(trend)
    assert crossing(chart) == []
    shown = [box[4] for box in boxes(chart)]
    for one in trend:  # zeros too
        assert str(one.new_hazards) in shown
        assert str(one.closed_hazards) in shown


@settings(max_examples=40)
@given(values=st.lists(st.tuples(numbers, numbers), min_size=1, max_size=14), known=st.booleans())
def test_no_number_of_a_breakdown_covers_another(
    values: list[tuple[int, int]], known: bool
) -> None:
    shares = [
        MonthShare(str(n), "很长的类别名称" * (n % 4 + 1), MonthCounts(new_hazards=new), last)
        for n, (new, last) in enumerate(values)
    ]
    chart = share_chart("标题", shares, "x", last_known=known)
    assert crossing(chart) == []
    assert all(left >= 0 and right <= 624 for left, _, right, _, _ in boxes(chart))


@pytest.mark.parametrize("most", [0, 1, 3, 4, 5, 7, 40, 41, 12345])
def test_axes_have_whole_numbers(most: int) -> None:
    chart = trend_chart([TrendMonth(Month(2021, 10), most, 0, most, 0)])
    labels = [words for _, _, right, _, words in boxes(chart) if right < 36]
    ticks = [int(words) for words in labels if words.isdigit()][3:]
    assert ticks == sorted(set(ticks))
    assert ticks[0] == 0
    assert ticks[-1] >= most
    assert len(ticks) <= 6

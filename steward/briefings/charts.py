"""The charts of a month: drawn once, the same picture on the page, in the PDF and in the DOCX."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from steward.briefings.svg import INK, PALE, RULE, UNITS_PER_MM, Drawing, fitted
from steward.domain.documents import Chart
from steward.domain.monthly import MonthShare, TrendMonth

WIDTH = 156 * UNITS_PER_MM
DARK = "#33496b"
MOST_BARS = 10
_LEFT, _RIGHT = 40.0, 12.0


def trend_chart(months: Sequence[TrendMonth], name: str = "trend") -> Chart:
    """New and closed hazards of each month as columns, and above them the closure rate as a line.

    `name` tells its fills from those of other pictures of the same page.
    """
    words = "；".join(
        f"{one.month.name}新增{one.new_hazards}条，闭环{one.closed_hazards}条，"
        f"月末闭环率{_rate(one)}"
        for one in months
    )
    drawing = Drawing(WIDTH, 296, words)
    slot = min((WIDTH - _LEFT - _RIGHT) / max(len(months), 1), 92.0)
    centres = [_LEFT + slot * (n + 0.5) for n in range(len(months))]
    _rates(drawing, months, centres, top=34, bottom=98)
    _columns(drawing, months, centres, slot, top=138, bottom=256, name=name)
    for n, (one, x) in enumerate(zip(months, centres, strict=True)):
        drawing.text(x, 270, f"{one.month.number}月", anchor="middle")
        if n == 0 or one.month.number == 1:
            drawing.text(x, 284, f"{one.month.year}年", anchor="middle")
    first, last = months[0].month, months[-1].month
    caption = (
        f"{first.name}至{last.name}新增、闭环隐患与闭环率"
        if first != last
        else (f"{last.name}新增、闭环隐患与闭环率")
    )
    return Chart(caption, drawing.svg(), words, height_mm=drawing.height / UNITS_PER_MM)


def share_chart(
    title: str, shares: Sequence[MonthShare], name: str, *, last_known: bool = True
) -> Chart:
    """What was new in the month by industry or category, as bars beside last month's.

    Shows the first MOST_BARS; without last month (`last_known`) only this one.
    """
    bars = [
        Bar(one.name, one.counts.new_hazards, one.last_new, f"（上月{one.last_new}条）")
        for one in shares[:MOST_BARS]
    ]
    labels = ("本月新增（条）", "上月新增（条）")[: 1 + last_known]
    return bar_chart(title, bars, labels, name)


@dataclass(frozen=True)
class Bar:
    """One row of bars: its name, its number, that of another period, and that one in words."""

    name: str
    now: int
    before: int | None = None
    before_words: str = ""


def bar_chart(title: str, bars: Sequence[Bar], labels: Sequence[str], name: str) -> Chart:
    """Bars from the left, one below the other; beside those of another period with two labels.

    `name` tells its fills from those of other pictures of the same page.
    """
    shown, paired = list(bars), len(labels) > 1
    words = "；".join(
        f"{one.name}{one.now}条" + (one.before_words if one.before is not None else "")
        for one in shown
    )
    row = 25.0 if paired else 19.0
    top = 30.0
    drawing = Drawing(WIDTH, top + row * max(len(shown), 1) + 24, words)
    left, right = 150.0, WIDTH - 44
    values = [one.now for one in shown] + [one.before or 0 for one in shown]
    marks = ticks(max(values, default=0))
    scale = (right - left) / marks[-1]
    bottom = top + row * max(len(shown), 1)
    for tick in marks:
        x = left + tick * scale
        drawing.line([(x, top - 4), (x, bottom)], RULE if tick == 0 else PALE)
        drawing.text(x, bottom + 14, str(tick), anchor="middle")
    hatched = drawing.hatched(f"{name}-last") if paired else ""
    legend(drawing, left, list(zip(labels, (DARK, hatched), strict=False)))
    thick = 10.0
    for n, one in enumerate(shown):
        y = top + row * n + (row - thick * (1 + paired)) / 2
        drawing.text(
            left - 6, top + row * (n + 0.5) + 4, fitted(one.name, left - 14, 11), anchor="end"
        )
        for value, fill in ((one.now, DARK), (one.before or 0, hatched)):
            if fill:
                drawing.rect(left, y, value * scale, thick, fill)
                drawing.text(left + value * scale + 4, y + thick - 1.8, str(value), size=9)
                y += thick
    return Chart(title, drawing.svg(), words, height_mm=drawing.height / UNITS_PER_MM)


def _rates(
    drawing: Drawing,
    months: Sequence[TrendMonth],
    centres: Sequence[float],
    *,
    top: float,
    bottom: float,
) -> None:
    drawing.text(4, 14, "月末闭环率（%）")
    right = drawing.width - _RIGHT
    for percent in (0, 50, 100):
        y = bottom - (bottom - top) * percent / 100
        drawing.line([(_LEFT, y), (right, y)], RULE if percent == 0 else PALE)
        drawing.text(_LEFT - 5, y + 4, str(percent), anchor="end")
    points = [
        (x, bottom - (bottom - top) * float(one.closure_rate) / 100, one)
        for x, one in zip(centres, months, strict=True)
        if one.closure_rate is not None
    ]
    drawing.line([(x, y) for x, y, _ in points], INK, 1.6)
    for x, y, one in points:
        drawing.dot(x, y)
        drawing.text(x, y - 7, str(one.closure_rate), size=10, anchor="middle")
    for x, one in zip(centres, months, strict=True):
        if one.closure_rate is None:
            drawing.text(x, bottom - 5, "无", size=10, anchor="middle")


def _columns(
    drawing: Drawing,
    months: Sequence[TrendMonth],
    centres: Sequence[float],
    slot: float,
    *,
    top: float,
    bottom: float,
    name: str,
) -> None:
    marks = ticks(max((max(m.new_hazards, m.closed_hazards) for m in months), default=0))
    scale = (bottom - top) / marks[-1]
    for tick in marks:
        y = bottom - tick * scale
        drawing.line([(_LEFT, y), (drawing.width - _RIGHT, y)], RULE if tick == 0 else PALE)
        drawing.text(_LEFT - 5, y + 4, str(tick), anchor="end")
    hatched = drawing.hatched(f"{name}-closed")
    legend(drawing, _LEFT, [("新增（条）", DARK), ("闭环（条）", hatched)], y=118)
    width = slot * 0.36
    digits = len(str(max(marks[-1], 1)))
    size = min(11.0, slot * 0.45 / (0.6 * digits))
    for x, one in zip(centres, months, strict=True):
        for value, fill, left in (
            (one.new_hazards, DARK, x - width - slot * 0.03),
            (one.closed_hazards, hatched, x + slot * 0.03),
        ):
            height = value * scale
            drawing.rect(left, bottom - height, width, height, fill)
            drawing.text(
                left + width / 2, bottom - height - 3, str(value), size=size, anchor="middle"
            )


def legend(drawing: Drawing, x: float, entries: Sequence[tuple[str, str]], y: float = 14) -> None:
    """Words beside what they mean, in a row."""
    for words, fill in entries:
        drawing.rect(x, y - 9, 14, 9, fill)
        drawing.text(x + 19, y, words)
        x += 19 + len(words) * 11 + 18


def ticks(most: int) -> list[int]:
    """0 and at most four more whole numbers at even distances, the last not below `most`."""
    step = next(
        step
        for power in range(len(str(most)) + 1)
        for step in (10**power, 2 * 10**power, 5 * 10**power)
        if step * 4 >= most
    )
    return [step * n for n in range(max(-(-most // step), 1) + 1)]


def _rate(one: TrendMonth) -> str:
    return "无" if one.closure_rate is None else f"{one.closure_rate}%"

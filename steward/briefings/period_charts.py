"""The charts of an analysis: periods side by side, and what a whole consists of."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from steward.briefings.charts import DARK, WIDTH, legend, ticks
from steward.briefings.columns import width_em
from steward.briefings.svg import PALE, RULE, UNITS_PER_MM, Drawing
from steward.domain.documents import Chart
from steward.domain.inquiry import Breakdown, Trend

_LEFT, _RIGHT = 40.0, 12.0
_TOP, _BOTTOM = 40.0, 190.0


def column_chart(trend: Trend, name: str) -> Chart:
    """The periods of a trend as columns, each beside that which it is compared with.

    `name` tells its fills from those of other pictures of the same page.
    """
    points = trend.points
    words = "；".join(
        f"{one.period.name}{one.now}条"
        + (f"（{trend.against}{one.before}条）" if one.before is not None else "")
        for one in points
    )
    paired = any(one.before is not None for one in points)
    drawing = Drawing(WIDTH, _BOTTOM + 40, words)
    most = max(max(one.now, one.before or 0) for one in points)
    marks = ticks(most)
    scale = (_BOTTOM - _TOP) / marks[-1]
    for tick in marks:
        y = _BOTTOM - tick * scale
        drawing.line([(_LEFT, y), (WIDTH - _RIGHT, y)], RULE if tick == 0 else PALE)
        drawing.text(_LEFT - 5, y + 4, str(tick), anchor="end")
    hatched = drawing.hatched(f"{name}-before")
    labels = [("新增（条）", DARK), (f"{trend.against}（条）", hatched)]
    legend(drawing, _LEFT, labels[: 1 + paired])
    slot = min((WIDTH - _LEFT - _RIGHT) / len(points), 92.0)
    width = slot * (0.36 if paired else 0.6)
    digits = len(str(most))
    size = min(11.0, width / (0.6 * digits))
    every = 2 if slot < 34 else 1
    for n, one in enumerate(points):
        x = _LEFT + slot * (n + 0.5)
        columns = [(one.now, DARK)]
        if paired and one.before is not None:
            columns.append((one.before, hatched))
        left = x - width * (1 + paired) / 2
        for value, fill in columns:
            height = value * scale
            drawing.rect(left, _BOTTOM - height, width * 0.94, height, fill)
            drawing.text(
                left + width / 2, _BOTTOM - height - 3, str(value), size=size, anchor="middle"
            )
            left += width
        if n % every == (len(points) - 1) % every:
            drawing.text(x, _BOTTOM + 14, one.period.short, size=10, anchor="middle")
    for n in _new_years(trend):
        year = f"{points[n].period.unit.year}年"
        drawing.text(_LEFT + slot * (n + 0.5), _BOTTOM + 28, year, size=10, anchor="middle")
    return Chart(trend.title, drawing.svg(), words, height_mm=drawing.height / UNITS_PER_MM)


def _new_years(trend: Trend) -> list[int]:
    """The places of the first period, and of each that begins another year."""
    years = [one.period.unit.year for one in trend.points]
    return [0, *(n for n, (then, now) in enumerate(pairwise(years), 1) if now != then)]


def composition_chart(title: str, breakdowns: Sequence[Breakdown], name: str) -> Chart:
    """What was found as a bar for each breakdown, in parts; every part in words below it."""
    words = "。".join(
        f"{one.title}：" + "；".join(f"{part.name}{_of(part.share)}" for part in one.lines)
        for one in breakdowns
    )
    drawing = Drawing(WIDTH, 12 + 74.0 * len(breakdowns), words)
    fills = (DARK, drawing.hatched(f"{name}-part"), "#ffffff", PALE, "#8fa3c0")
    left, right = 60.0, WIDTH - _RIGHT
    for row, one in enumerate(breakdowns):
        y = 12 + 74.0 * row
        drawing.text(4, y + 18, one.title, size=12)
        whole = sum(part.counts.now for part in one.lines)
        x, at, line = left, left, y + 44
        for part, fill in zip(one.lines, fills, strict=False):
            width = (right - left) * part.counts.now / whole if whole else 0.0
            if width:
                drawing.rect(x, y, width, 26, fill)
                x += width
            said = f"{part.name} {part.counts.now}（{_of(part.share)}）"
            room = 19 + width_em(said) * 10.5 + 14
            if at + room > right and at > left:
                at, line = left, line + 16
            drawing.rect(at, line - 9, 14, 9, fill)
            drawing.text(at + 19, line, said, size=10.5)
            at += room
    return Chart(title, drawing.svg(), words, height_mm=drawing.height / UNITS_PER_MM)


def _of(share: object) -> str:
    return "无" if share is None else f"{share}%"

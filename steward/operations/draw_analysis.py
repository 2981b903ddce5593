"""The pictures of an analysis, for the page and as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from steward.briefings.charts import Bar, bar_chart
from steward.briefings.fonts import find_fonts
from steward.briefings.period_charts import column_chart, composition_chart
from steward.briefings.pictures import png_of
from steward.domain.documents import Chart
from steward.domain.inquiry import Analysis, Breakdown

Draw = Callable[[Analysis], Chart]


def _bars(field: str) -> Draw:
    def draw(one: Analysis) -> Chart:
        breakdown = _of(one, field)
        kind = "周" if one.period.is_week else "月"
        bars = [
            Bar(
                line.name,
                line.counts.now,
                line.counts.before,
                f"（上{kind}{line.counts.before}条）",
            )
            for line in breakdown.lines
        ]
        known = one.found.before is not None
        labels = (f"本{kind}（条）", f"上{kind}（条）")[: 1 + known]
        return bar_chart(f"{one.period.name}新增隐患：{breakdown.title}", bars, labels, field)

    return draw


def _composition(one: Analysis) -> Chart:
    parts = [_of(one, "source"), _of(one, "level")]
    return composition_chart(f"{one.period.name}新增隐患的构成", parts, "composition")


def _of(one: Analysis, field: str) -> Breakdown:
    return next(found for found in one.breakdowns if found.field == field)


_PICTURES: Mapping[str, Draw] = {
    "weeks": lambda one: column_chart(one.by_week, "weeks"),
    "months": lambda one: column_chart(one.by_month, "months"),
    "composition": _composition,
    "category": _bars("category"),
    "industry": _bars("industry"),
    "town": _bars("town"),
}
PICTURES = frozenset(_PICTURES)
_TRENDS = frozenset({"weeks", "months"})


def draw(one: Analysis) -> dict[str, Chart]:
    """The pictures by name; that of the towns only of the district, none of what was not found."""
    return {
        name: picture(one)
        for name, picture in _PICTURES.items()
        if name in _TRENDS or (one.found.now and (name != "town" or one.town is None))
    }


def draw_png(chart: Chart, fonts: Path) -> bytes:
    """The picture as PNG. Raises DocumentError where the fonts are not installed."""
    return png_of(chart, find_fonts(fonts))

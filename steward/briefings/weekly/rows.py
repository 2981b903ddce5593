"""The figures of a week as words in rows: the same for the document and for the plain text."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal

from steward.domain.figures import Counts, Figures, Share
from steward.domain.weeks import DISTRICT_ZONE

MAIN_COLUMNS = ("指标", "本周", "上周", "比上周")
PART_COLUMNS = ("本周新增", "未闭环", "累计监控")
PARTS = (("来源", "by_source"), ("类别", "by_category"), ("行业", "by_industry"))
"""Breakdowns: what people call them, and their field of `Figures`."""
COUNTS = (
    ("本周新增隐患", "new_hazards", "条"),
    ("本周新增重大隐患", "new_major", "条"),
    ("隐患到期预警企业", "due_soon_enterprises", "家"),
    ("超期预警企业", "overdue_enterprises", "家"),
    ("本周闭环隐患", "closed_hazards", "条"),
    ("未闭环隐患", "open_hazards", "处"),
    ("未闭环重大隐患", "open_major", "条"),
    ("没有整改期限的隐患", "without_deadline", "条"),
    ("累计监控隐患", "monitored", "处"),
    ("累计闭环处置隐患", "closed_total", "处"),
)
"""Name, field of `Counts` and unit, in the order of a briefing."""


def main_rows(figures: Figures, fields: Collection[str]) -> Iterator[tuple[str, ...]]:
    """The main table, of these counts: name with unit, this week, last whole week, the change."""
    for name, field, unit in COUNTS:
        if field in fields:
            change = figures.change(field)
            words = change_words(change.difference, change.percentage)
            yield f"{name}（{unit}）", str(change.this), str(change.last), words
    rates = figures.counts.closure_rate, figures.last_week.closure_rate
    yield "闭环率", *(percent_words(rate) for rate in rates), ""


def part_rows(figures: Figures, part: str) -> list[tuple[str, ...]]:
    """A breakdown: its name and counts, most new hazards first."""
    shares: tuple[Share, ...] = getattr(figures, part)
    ranked = sorted(shares, key=lambda share: -share.counts.new_hazards)
    return [(share.name, *_part(share.counts)) for share in ranked]


def _part(counts: Counts) -> tuple[str, ...]:
    values = counts.new_hazards, counts.open_hazards, counts.monitored
    return tuple(map(str, values))


def change_words(difference: int, percentage: Decimal | None) -> str:
    """+3（+40%）; 持平; without a percentage where last week was 0."""
    if not difference:
        return "持平"
    share = "" if percentage is None else f"（{signed(percentage)}%）"
    return f"{signed(difference)}{share}"


def signed(value: int | Decimal) -> str:
    """+3, −2.5"""
    text = f"{value:+}" if isinstance(value, int) else f"{value.normalize():+f}"
    return text.replace("-", "−")


def percent_words(value: Decimal | None) -> str:
    """68.7%; 无 where nothing can be divided."""
    return "无" if value is None else f"{value.normalize():f}%"


def days_words(days: int) -> str:
    """How many days are left, or past."""
    return str(abs(days)) if days else "今天"


def deadline_words(day: date | None) -> str:
    """2021-11-20; 未填写 without one."""
    return "未填写" if day is None else day.isoformat()


def as_of_words(figures: Figures) -> str:
    """截至2021年11月16日9时00分."""
    local = figures.as_of.astimezone(DISTRICT_ZONE)
    return f"截至{local.year}年{local.month}月{local.day}日{local.hour}时{local.minute:02d}分"

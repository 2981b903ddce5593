"""Numbers of a monthly report in sentences, after the domain's words: 条, 处, 家."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from steward.domain.documents import Marked
from steward.domain.hazards import LEVEL_NAMES, Level
from steward.domain.monthly import ListedHazard
from steward.domain.tendency import TENDENCY_NAMES, tendency

NONE = "无"


def day(when: date, beside: date) -> str:
    """10月31日; with its year when that is not `beside`'s."""
    words = f"{when.month}月{when.day}日"
    return words if when.year == beside.year else f"{when.year}年{words}"


def rate(value: Decimal | None) -> str:
    """68.7%; 无 where there is nothing to divide by."""
    return NONE if value is None else f"{value}%"


def points(now: Decimal, then: Decimal) -> str:
    """提高0.7个百分点."""
    if now == then:
        return "持平"
    return f"{'提高' if now > then else '降低'}{abs(now - then)}个百分点"


def against(now: Decimal, other: Decimal) -> str:
    """高于全区 0.7 个百分点, for a rate of the same month elsewhere."""
    if now == other:
        return "与全区相同"
    return f"{'高于' if now > other else '低于'}全区{abs(now - other)}个百分点"


def moved(before: int, now: int, unit: str = "条") -> str:
    """由15条变为16条，基本持平."""
    name = TENDENCY_NAMES[tendency(before, now)]
    if before == now:
        return f"仍为{now}{unit}，基本持平"
    return f"由{before}{unit}变为{now}{unit}，{name}"


def level(value: str) -> str | Marked:
    """一般; 重大 as a mark."""
    name = LEVEL_NAMES[Level(value)]
    return Marked(name) if value == Level.MAJOR else name


def distance(hazard: ListedHazard) -> str | Marked:
    """还有3天, 今日到期, 超期12天."""
    if hazard.days is None:
        return "未定期限"
    if hazard.days < 0:
        return Marked(f"超期{-hazard.days}天")
    return "今日到期" if hazard.days == 0 else f"还有{hazard.days}天"

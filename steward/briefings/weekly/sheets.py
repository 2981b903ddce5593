"""One town's week as a workbook: numbers as numbers, every list whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from steward.briefings.weekly.rows import COUNTS, PARTS, as_of_words
from steward.briefings.workbook import Sheet, Value, write_workbook
from steward.domain.briefings import WeeklyBriefing
from steward.domain.figures import Figures, Share, Warned


def write_xlsx(briefing: WeeklyBriefing, path: Path) -> None:
    """Write the workbook, whole or not at all. Raises DocumentError (a full disk)."""
    write_workbook(
        path, sheets(briefing), title=briefing.title, author=briefing.issuer, at=briefing.made_at
    )


def sheets(briefing: WeeklyBriefing) -> Iterator[Sheet]:
    """What the workbook holds, in its order."""
    figures = briefing.figures
    yield Sheet("说明", (("项目", 18), ("内容", 70)), tuple(_about(briefing)))
    if briefing.changes:
        yield Sheet(
            "更正",
            (("项目", 30), ("原来", 26), ("更正为", 26)),
            tuple((one.name, one.said, one.now) for one in briefing.changes),
        )
    yield Sheet(
        "主要数字",
        (("指标", 24), ("单位", 6), ("本周", 10), ("上周", 10), ("比上周", 10), ("变化（%）", 12)),
        tuple(_main(figures)),
    )
    for title, field in PARTS:
        columns = ((title, 24), *((f"{name}（{unit}）", 20) for name, _, unit in COUNTS))
        yield Sheet(f"按{title}", columns, tuple(_part(share) for share in getattr(figures, field)))
    yield _warned("超期预警企业", "已超期（天）", briefing.lists.overdue, -1)
    yield _warned("到期预警企业", "还剩（天）", briefing.lists.due_soon, 1)
    yield Sheet(
        "未闭环重大隐患",
        (("企业", 40), ("隐患类别", 20), ("整改期限", 12)),
        tuple((one.enterprise, one.category, one.deadline) for one in briefing.lists.open_major),
    )


def _about(briefing: WeeklyBriefing) -> Iterator[tuple[Value, ...]]:
    yield "标题", briefing.title
    yield "镇街", briefing.town.name
    yield "周次", str(briefing.figures.week)
    yield "截至", as_of_words(briefing.figures).removeprefix("截至")
    yield "下发单位", briefing.issuer
    for note in briefing.notes:
        yield "注意", note
    yield "播报稿", "".join(briefing.said)


def _main(figures: Figures) -> Iterator[tuple[Value, ...]]:
    for name, field, unit in COUNTS:
        change = figures.change(field)
        yield name, unit, change.this, change.last, change.difference, change.percentage
    rate, before = figures.counts.closure_rate, figures.last_week.closure_rate
    yield "闭环率", "%", _number(rate), _number(before), None, None
    yield "本周检查过的企业", "家", figures.inspected_enterprises, None, None, None
    yield "企业", "家", figures.enterprises, None, None, None
    yield "检查率", "%", _number(figures.inspection_rate), None, None, None


def _number(value: Decimal | None) -> Value:
    return "无" if value is None else value


def _part(share: Share) -> tuple[Value, ...]:
    return share.name, *(getattr(share.counts, field) for _, field, _ in COUNTS)


def _warned(name: str, days: str, listed: Sequence[Warned], sign: int) -> Sheet:
    return Sheet(
        name,
        (("企业", 40), ("隐患（条）", 12), ("最早的整改期限", 16), (days, 14)),
        tuple((one.name, one.hazards, one.deadline, sign * one.days) for one in listed),
    )

"""One town's week on paper: what was said, its figures, whom to press. Two pages, seldom three."""

from __future__ import annotations

from collections.abc import Iterator

from steward.briefings.weekly.rows import (
    MAIN_COLUMNS,
    PART_COLUMNS,
    as_of_words,
    days_words,
    deadline_words,
    main_rows,
    part_rows,
)
from steward.domain.briefings import WeeklyBriefing
from steward.domain.documents import Block, Cell, Column, Document, Marked, Paragraph, Table
from steward.domain.figures import Figures, MajorHazard, Warned
from steward.domain.weeks import local_date

LISTED = 10  # of each list; the workbook has all
CATEGORIES = 5
MAIN = (
    "new_hazards",
    "new_major",
    "due_soon_enterprises",
    "overdue_enterprises",
    "closed_hazards",
    "open_hazards",
    "open_major",
    "monitored",
)
"""Counts of the main table; all of them stand in the workbook."""
_ENTERPRISE = Column("企业", 7, "left")


def weekly_document(briefing: WeeklyBriefing) -> Document:
    """The briefing as it was issued; every number is one of its frozen figures."""
    week = briefing.figures.week
    return Document(
        issuer=briefing.issuer,
        number=f"{week.year}年第{week.number}周（{as_of_words(briefing.figures)}）",
        title=briefing.title,
        addressee=f"{briefing.town.name}安监办：",
        signed_on=local_date(briefing.made_at),
        blocks=tuple(_blocks(briefing)),
        note="；".join(briefing.notes),
    )


def _blocks(briefing: WeeklyBriefing) -> Iterator[Block]:
    yield Paragraph("".join(briefing.said) or "本期没有播报稿，数字见下表。")
    if briefing.changes:
        yield _changes(briefing)
    yield Table(
        "本周与上周全周对比",
        (
            Column(MAIN_COLUMNS[0], 6, "left"),
            *(Column(name, 3, "right") for name in MAIN_COLUMNS[1:3]),
            Column(MAIN_COLUMNS[3], 4, "right"),
        ),
        tuple(main_rows(briefing.figures, MAIN)),
    )
    yield _spread(briefing.figures)
    yield from _lists(briefing)


def _changes(briefing: WeeklyBriefing) -> Table:
    return Table(
        "更正的内容",
        (Column("项目", 6, "left"), Column("原来", 5, "left"), Column("更正为", 5, "left")),
        tuple((one.name, one.said, Marked(one.now)) for one in briefing.changes),
    )


def _spread(figures: Figures) -> Table:
    """The new hazards by source, and by category as far as a page has room."""
    categories = _found(figures, "by_category")
    more = len(categories) - CATEGORIES
    rows = [
        *(("来源", *row) for row in _found(figures, "by_source")),
        *(("类别", *row) for row in categories[:CATEGORIES]),
    ]
    return Table(
        "新增隐患分布" + (f"（另有{more}个类别，见数据表）" if more > 0 else ""),
        (
            Column("", 2),
            Column("来源、类别", 5, "left"),
            *(Column(name, 3, "right") for name in PART_COLUMNS),
        ),
        tuple(rows),
        empty="本周无新增隐患。",
    )


def _found(figures: Figures, part: str) -> list[tuple[str, ...]]:
    return [row for row in part_rows(figures, part) if row[1] != "0"]


def _lists(briefing: WeeklyBriefing) -> Iterator[Block]:
    lists, days = briefing.lists, briefing.document.get("due_soon_days", 7)
    tables = (
        Table(
            _caption("超期预警企业", len(lists.overdue), "家"),
            _columns("最早的期限", "已超期"),
            tuple(_warned(one) for one in lists.overdue[:LISTED]),
            empty="无超期预警企业",
        ),
        Table(
            _caption(f"{days}天内到期预警企业", len(lists.due_soon), "家"),
            _columns("最近的期限", "还剩"),
            tuple(_warned(one) for one in lists.due_soon[:LISTED]),
            empty=f"无{days}天内到期预警企业",
        ),
        Table(
            _caption("未闭环重大隐患", len(lists.open_major), "条"),
            (_ENTERPRISE, Column("隐患类别", 4, "left"), Column("整改期限", 4)),
            tuple(_major(one) for one in lists.open_major[:LISTED]),
            empty="无未闭环重大隐患",
        ),
    )
    yield from (table for table in tables if table.rows)
    none = [table.empty for table in tables if not table.rows]
    if none:
        yield Paragraph(f"{'，'.join(none)}。")


def _columns(deadline: str, left: str) -> tuple[Column, ...]:
    return (
        _ENTERPRISE,
        Column("隐患（条）", 3, "right"),
        Column(deadline, 4),
        Column(f"{left}（天）", 3, "right"),
    )


def _caption(name: str, number: int, unit: str) -> str:
    if number <= LISTED:
        return f"{name}（{number}{unit}）"
    return f"{name}（{number}{unit}，列出最急的{LISTED}{unit}，其余见数据表）"


def _warned(one: Warned) -> tuple[Cell, ...]:
    days = days_words(one.days)
    last = Marked(days) if one.days < 0 else days
    return one.name, str(one.hazards), deadline_words(one.deadline), last


def _major(one: MajorHazard) -> tuple[Cell, ...]:
    return one.enterprise, Marked(one.category), deadline_words(one.deadline)

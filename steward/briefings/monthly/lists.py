"""五、屡查屡犯, and the appended lists: overdue, due soon, major."""

from __future__ import annotations

from collections.abc import Sequence

from steward.briefings.monthly.words import day, distance, level
from steward.domain.documents import Block, Column, Heading, Paragraph, Table
from steward.domain.monthly import (
    REPEAT_MONTHS,
    REPEAT_TIMES,
    ListedHazard,
    MonthlyFigures,
)

MOST_ROWS = 30
"""So many rows of a list stand in the report; the XLSX has all."""
MOST_REPEATS = 15


def repeats(f: MonthlyFigures) -> list[Block]:
    """Who was found with the same again."""
    rule = (
        f"同一企业的同一类别隐患，在近{REPEAT_MONTHS}个月内（含本月，"
        f"{f.month.back(REPEAT_MONTHS - 1).name}至{f.month.name}）"
        f"发现{REPEAT_TIMES}次及以上的，列为屡查屡犯；作废的不计。"
    )
    if not f.repeats:
        return [Heading("五、屡查屡犯"), Paragraph(f"{rule}本月没有这样的企业。")]
    firms = len({one.enterprise_id for one in f.repeats})
    said = f"{rule}共{firms}家企业、{len(f.repeats)}项。{_more(len(f.repeats), MOST_REPEATS, '项')}"
    table = Table(
        caption="屡查屡犯企业",
        columns=(
            Column("序号", 0.7),
            Column("企业", 4, "left"),
            Column("隐患类别", 2, "left"),
            Column("次数", 0.9, "right"),
            Column("最近一次", 1.6),
        ),
        rows=tuple(
            (str(n), one.enterprise, one.category, str(one.times), day(one.last_found, f.today))
            for n, one in enumerate(f.repeats[:MOST_REPEATS], start=1)
        ),
    )
    return [Heading("五、屡查屡犯"), Paragraph(said), table]


def named(f: MonthlyFigures) -> list[Block]:
    """附件说明: which lists follow (GB/T 9704-2012, 7.3.4)."""
    titles = (f"{number}.{title}" for number, (title, _, _) in enumerate(_lists(f), start=1))
    return [Paragraph(f"附件：{'；'.join(titles)}")]


def appended(f: MonthlyFigures) -> list[Block]:
    """The lists behind the warnings, each cut at MOST_ROWS."""
    today = day(f.today, f.month.first_day)
    blocks: list[Block] = []
    for number, (title, hazards, none) in enumerate(_lists(f), start=1):
        blocks.append(Heading(f"附件{number}　{title}"))
        if hazards:
            more = _more(len(hazards), MOST_ROWS, "处")
            blocks.append(Paragraph(f"截至{today}，共{len(hazards)}处，按整改期限排列。{more}"))
            blocks.append(_table(title, hazards, f))
        else:
            blocks.append(Paragraph(none))
    return blocks


def _lists(f: MonthlyFigures) -> list[tuple[str, tuple[ListedHazard, ...], str]]:
    """Each list: its title, its hazards, what is said when there are none."""
    return [
        ("超期隐患清单", f.overdue, "没有超期隐患。"),
        ("到期预警隐患清单", f.due_soon, "没有到期预警的隐患。"),
        ("未闭环重大隐患清单", f.majors, "没有未闭环的重大隐患。"),
    ]


def _more(number: int, most: int, unit: str) -> str:
    """How many stand elsewhere; "" when all are here."""
    if number <= most:
        return ""
    return f"下表列出前{most}{unit}，其余{number - most}{unit}见同期数据表（XLSX）。"


def _table(title: str, hazards: Sequence[ListedHazard], f: MonthlyFigures) -> Table:
    return Table(
        caption=title,
        columns=(
            Column("序号", 0.7),
            Column("企业", 3.6, "left"),
            Column("隐患编号", 2.2),
            Column("类别", 1.8, "left"),
            Column("等级", 0.8),
            Column("整改期限", 1.5),
            Column("距期限", 1.4),
        ),
        rows=tuple(
            (
                str(n),
                one.enterprise,
                one.external_id,
                one.category,
                level(one.level),
                day(one.deadline, f.today) if one.deadline else "未填写",
                distance(one),
            )
            for n, one in enumerate(hazards[:MOST_ROWS], start=1)
        ),
    )

"""二、趋势与对比: last month, a year ago, the district, twelve months."""

from __future__ import annotations

from collections.abc import Callable

from steward.briefings.charts import trend_chart
from steward.briefings.monthly.words import NONE, against, moved, points, rate
from steward.domain.documents import Block, Column, Heading, Paragraph, Table
from steward.domain.monthly import MonthCounts, MonthlyFigures
from steward.domain.tendency import TENDENCY_RULE

UNKNOWN = "—"
Worded = Callable[[MonthCounts], str]
_LINES: tuple[tuple[str, Worded], ...] = (
    ("新增隐患（条）", lambda c: str(c.new_hazards)),
    ("其中重大隐患（条）", lambda c: str(c.new_major)),
    ("当月闭环（条）", lambda c: str(c.closed_hazards)),
    ("累计监控（处）", lambda c: str(c.monitored)),
    ("累计闭环（处）", lambda c: str(c.closed_total)),
    ("闭环率", lambda c: rate(c.closure_rate)),
    ("未闭环（处）", lambda c: str(c.open_hazards)),
    ("未闭环重大隐患（处）", lambda c: str(c.open_major)),
    ("到期预警企业（家）", lambda c: str(c.due_soon_enterprises)),
    ("超期预警企业（家）", lambda c: str(c.overdue_enterprises)),
    ("超期隐患（处）", lambda c: str(c.overdue_hazards)),
    ("没有整改期限（处）", lambda c: str(c.without_deadline)),
    ("检查企业（家）", lambda c: str(c.inspected_enterprises)),
    ("检查率", lambda c: rate(c.inspection_rate)),
)


def comparison(f: MonthlyFigures) -> list[Block]:
    """The section's blocks."""
    said = [*_with_before(f), _with_district(f)]
    return [
        Heading("二、趋势与对比"),
        *(Paragraph(words) for words in said if words),
        _table(f),
        *_signs(f),
        *([trend_chart(f.trend)] if any(one.monitored for one in f.trend) else []),
        Paragraph(_twelve_months(f)),
        Paragraph(f"本报告对升降的判断：{TENDENCY_RULE}"),
    ]


def _with_before(f: MonthlyFigures) -> list[str]:
    """Last month, a year ago; or that the ledger had not begun, never a percentage of nothing."""
    begun = f"台账自{f.begun.name}起"
    if f.last_month is None:
        return [f"{begun}，没有上月和去年同月的数据，不作环比、同比。"]
    said = [f"与上月相比，{_changes(f.counts, f.last_month)}。"]
    if f.last_year is None:
        return [*said, f"{begun}，没有去年同月的数据，不作同比。"]
    return [*said, f"与去年同月相比，{_changes(f.counts, f.last_year)}。"]


def _changes(now: MonthCounts, then: MonthCounts) -> str:
    said = [
        f"新增隐患{moved(then.new_hazards, now.new_hazards)}",
        f"当月闭环{moved(then.closed_hazards, now.closed_hazards)}",
    ]
    if now.closure_rate is not None and then.closure_rate is not None:
        change = points(now.closure_rate, then.closure_rate)
        said.append(f"闭环率{then.closure_rate}%变为{now.closure_rate}%，{change}")
    said.append(f"未闭环隐患由{then.open_hazards}处变为{now.open_hazards}处")
    return "；".join(said)


def _with_district(f: MonthlyFigures) -> str:
    if f.district is None:
        return ""
    said = []
    for name, mine, others in (
        ("闭环率", f.counts.closure_rate, f.district.closure_rate),
        ("检查率", f.counts.inspection_rate, f.district.inspection_rate),
    ):
        if mine is not None and others is not None:
            said.append(f"{name}{mine}%，{against(mine, others)}")
    return f"与全区相比，{'；'.join(said)}。" if said else ""


def _table(f: MonthlyFigures) -> Table:
    columns = [("本月", f.counts), ("上月", f.last_month), ("去年同月", f.last_year)]
    if f.district is not None:
        columns.append(("全区本月", f.district))
    return Table(
        caption=f"{f.month.name}主要数据对比",
        columns=(
            Column("指标", 3, "left"),
            *(Column(title, 1.5, "right") for title, _ in columns),
        ),
        rows=tuple(
            (name, *(UNKNOWN if counts is None else worded(counts) for _, counts in columns))
            for name, worded in _LINES
        ),
    )


def _signs(f: MonthlyFigures) -> list[Block]:
    """What the table's signs mean, of those that stand in it."""
    scopes = (f.counts, f.last_month, f.last_year, f.district)
    said = []
    if None in scopes[:3]:
        said.append(f"“{UNKNOWN}”为台账开始以前，没有数据")
    if any(c is not None and None in (c.closure_rate, c.inspection_rate) for c in scopes):
        said.append(f"“{NONE}”为没有可以计算的隐患或企业")
    return [Paragraph(f"表中{'；'.join(said)}。")] if said else []


def _twelve_months(f: MonthlyFigures) -> str:
    months = f.trend
    new = sum(one.new_hazards for one in months)
    closed = sum(one.closed_hazards for one in months)
    span = f"近{len(months)}个月" if len(months) > 1 else "本月"
    if not new:
        return f"{span}没有新增隐患，{f'闭环{closed}条' if closed else '也没有闭环'}。"
    most = max(months, key=lambda one: (one.new_hazards, one.month))
    peak = f"，新增最多的是{most.month.name}（{most.new_hazards}条）" if len(months) > 1 else ""
    return f"{span}共新增隐患{new}条，闭环{closed}条{peak}。"

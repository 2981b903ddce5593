"""三、行业与来源 and 四、隐患类别: where the month's new hazards were found."""

from __future__ import annotations

from collections.abc import Sequence

from steward.briefings.charts import MOST_BARS, share_chart
from steward.briefings.monthly.words import rate
from steward.domain.documents import Block, Column, Heading, Paragraph, Table
from steward.domain.figures import percent
from steward.domain.monthly import MonthlyFigures, MonthShare
from steward.domain.tendency import Tendency, tendency

SHOWN = 3


def spread(f: MonthlyFigures) -> list[Block]:
    """Both sections' blocks; a chart where there is something to draw."""
    known = f.last_month is not None
    industries: list[Block] = [Paragraph(_most(f, f.by_industry, "行业"))]
    if shown := _moving(f.by_industry):
        title = f"{f.month.name}各行业新增隐患{_top(shown)}"
        industries.append(share_chart(title, shown, "industry", last_known=known))
    categories: list[Block] = [Paragraph(_most(f, f.by_category, "类别"))]
    if shown := _moving(f.by_category):
        title = f"{f.month.name}隐患类别Top10"
        categories.append(share_chart(title, shown, "category", last_known=known))
        categories.append(_category_table(f, shown[:MOST_BARS]))
    return [
        Heading("三、行业与来源"),
        *industries,
        *([_source_table(f)] if f.counts.monitored else []),
        Heading("四、隐患类别"),
        *categories,
        *(Paragraph(words) for words in [_changed(f)] if words),
    ]


def _moving(shares: Sequence[MonthShare]) -> list[MonthShare]:
    """Those with something new this month or last, most this month first."""
    return [one for one in shares if one.counts.new_hazards or one.last_new]


def _top(shares: Sequence[MonthShare]) -> str:
    return f"（前{MOST_BARS}个行业）" if len(shares) > MOST_BARS else ""


def _most(f: MonthlyFigures, shares: Sequence[MonthShare], what: str) -> str:
    new = [one for one in shares if one.counts.new_hazards]
    if not new:
        return f"本月没有新增隐患，按{what}没有可列的。"
    listed = "、".join(
        f"{one.name}{one.counts.new_hazards}条"
        f"（占{rate(percent(one.counts.new_hazards, f.counts.new_hazards))}）"
        for one in new[:SHOWN]
    )
    rest = len(new) - SHOWN
    more = (
        f"，其余{rest}个{what}共{sum(s.counts.new_hazards for s in new[SHOWN:])}条"
        if (rest > 0)
        else ""
    )
    return f"本月新增隐患按{what}分，最多的是{listed}{more}。"


def _changed(f: MonthlyFigures) -> str:
    """Which categories rose or fell beyond noise."""
    moved: dict[Tendency, list[str]] = {Tendency.RISING: [], Tendency.FALLING: []}
    for one in f.by_category:
        if one.last_new is None:
            continue
        kind = tendency(one.last_new, one.counts.new_hazards)
        if kind in moved:
            moved[kind].append(
                f"{one.name}（上月{one.last_new}条，本月{one.counts.new_hazards}条）"
            )
    said = [
        f"明显{name}的类别有{'、'.join(moved[kind])}"
        for kind, name in ((Tendency.RISING, "上升"), (Tendency.FALLING, "下降"))
        if moved[kind]
    ]
    if said:
        return f"与上月相比，{'；'.join(said)}。"
    return "与上月相比，各类别的新增条数基本持平。" if f.last_month is not None else ""


def _source_table(f: MonthlyFigures) -> Table:
    return Table(
        caption=f"{f.month.name}各来源隐患",
        columns=(
            Column("来源", 3, "left"),
            Column("本月新增（条）", 1.6, "right"),
            Column("当月闭环（条）", 1.6, "right"),
            Column("未闭环（处）", 1.6, "right"),
            Column("闭环率", 1.2, "right"),
        ),
        rows=tuple(
            (
                one.name,
                str(one.counts.new_hazards),
                str(one.counts.closed_hazards),
                str(one.counts.open_hazards),
                rate(one.counts.closure_rate),
            )
            for one in f.by_source
        ),
    )


def _category_table(f: MonthlyFigures, shown: Sequence[MonthShare]) -> Table:
    return Table(
        caption=f"{f.month.name}隐患类别Top10（按新增条数）",
        columns=(
            Column("序号", 0.8),
            Column("类别", 3, "left"),
            Column("本月新增（条）", 1.6, "right"),
            Column("上月新增（条）", 1.6, "right"),
            Column("未闭环（处）", 1.4, "right"),
            Column("超期（处）", 1.3, "right"),
        ),
        rows=tuple(
            (
                str(number),
                one.name,
                str(one.counts.new_hazards),
                "—" if one.last_new is None else str(one.last_new),
                str(one.counts.open_hazards),
                str(one.counts.overdue_hazards),
            )
            for number, one in enumerate(shown, start=1)
        ),
    )

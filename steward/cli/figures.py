"""`steward figures`."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

import click

from steward.cli.context import InstantType, WeekType, clock_of, opened_database
from steward.domain.figures import Figures, Share
from steward.domain.weeks import DISTRICT_ZONE, Week
from steward.errors import FiguresError
from steward.operations.weekly_figures import figures_document, weekly_figures
from steward.settings import load

_LINES = (
    ("本周新增隐患", "new_hazards", "条"),
    ("　其中重大隐患", "new_major", "条"),
    ("隐患到期预警企业", "due_soon_enterprises", "家"),
    ("超期预警企业", "overdue_enterprises", "家"),
    ("本周闭环", "closed_hazards", "条"),
    ("累计监控", "monitored", "处"),
    ("累计闭环", "closed_total", "处"),
    ("未闭环", "open_hazards", "处"),
    ("未闭环重大隐患", "open_major", "处"),
    ("未闭环且无整改期限", "without_deadline", "处"),
)


@click.command("figures")
@click.option("--week", type=WeekType(), help="周次，如 2021-W46；默认为截至时刻所在的一周")
@click.option(
    "--as-of", type=InstantType(), help="截至时刻（区县时间），如 2021-11-16T09:00；默认现在"
)
@click.option("--town", help="镇街名称或代码；默认全区")
@click.option("--evidence", is_flag=True, help="列出每个数字背后的隐患、企业编号")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def figures(
    week: Week | None, as_of: datetime | None, town: str | None, evidence: bool, as_json: bool
) -> None:
    """一周数据：全区或一个镇街。"""
    settings = load()
    now = clock_of(settings).now()
    if as_of is None and week is not None and week.start > now:
        raise FiguresError("这一周还没有开始", place=str(week))
    with opened_database(settings) as database:
        result = weekly_figures(
            database,
            as_of=as_of or now,
            week=week,
            town=town,
            due_soon_days=settings.due_soon_days,
            evidence=evidence,
        )
    if as_json:
        click.echo(json.dumps(figures_document(result), ensure_ascii=False, indent=2))
    else:
        _print(result, settings.district)


def _print(figures: Figures, district: str) -> None:
    scope = figures.town.name if figures.town else district
    at = figures.as_of.astimezone(DISTRICT_ZONE)
    click.echo(f"{scope}  {figures.week}  截至 {at:%Y年%m月%d日 %H:%M}")
    for label, name, unit in _LINES:
        change = figures.change(name)
        against = f"上周 {change.last}，{change.difference:+d}"
        if change.percentage is not None:
            against += f"（{change.percentage:+}%）"
        click.echo(f"  {label}：{change.this} {unit}    {against}")
    click.echo(f"  闭环率：{_percent(figures.counts.closure_rate)}")
    click.echo(
        f"  检查率：{_percent(figures.inspection_rate)}"
        f"（本周检查 {figures.inspected_enterprises} 家，共 {figures.enterprises} 家）"
    )
    for title, shares in (
        ("镇街", figures.by_town),
        ("来源", figures.by_source),
        ("行业", figures.by_industry),
        ("类别", figures.by_category),
    ):
        _print_shares(title, shares)
    if figures.evidence is not None:
        click.echo("\n依据（台账编号）")
        for name, ids in figures_document(figures)["evidence"].items():
            click.echo(f"  {name}：{'、'.join(map(str, ids)) or '无'}")


def _print_shares(title: str, shares: tuple[Share, ...]) -> None:
    if not shares:
        return
    click.echo(f"\n按{title}    新增 到期 超期 本周闭环 监控 闭环 闭环率 未闭环 重大 无期限")
    for share in shares:
        c = share.counts
        numbers = (
            c.new_hazards,
            c.due_soon_enterprises,
            c.overdue_enterprises,
            c.closed_hazards,
            c.monitored,
            c.closed_total,
            _percent(c.closure_rate),
            c.open_hazards,
            c.open_major,
            c.without_deadline,
        )
        click.echo(f"  {share.name}    " + "  ".join(map(str, numbers)))


def _percent(rate: Decimal | None) -> str:
    return "无" if rate is None else f"{rate}%"


COMMANDS = [figures]

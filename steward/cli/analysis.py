"""`steward analysis`."""

from __future__ import annotations

import json

import click

from steward.cli.context import MonthType, WeekType, clock_of, opened_database
from steward.domain.inquiry import Analysis, Breakdown, Compared
from steward.domain.months import Month
from steward.domain.periods import Period
from steward.domain.tendency import TENDENCY_RULE
from steward.domain.weeks import Week
from steward.operations.analyse import analyse, offered
from steward.operations.export_analysis import GROUPS, analysis_document, headline
from steward.settings import load

_SHOWN_REPEATS = 10


@click.command("analysis")
@click.option("--month", type=MonthType(), help="月份，如 2021-10；默认上一个月")
@click.option("--week", type=WeekType(), help="周次，如 2021-W46")
@click.option("--town", help="镇街名称或代码；默认全区")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def analysis(month: Month | None, week: Week | None, town: str | None, as_json: bool) -> None:
    """隐患分析：一周或一个月新增的隐患，和上期、上年同期相比；闭环时间和屡查屡犯。"""
    if month is not None and week is not None:
        raise click.UsageError("--month 和 --week 只能给一个")
    settings = load()
    now = clock_of(settings).now()
    unit = month or week
    try:
        period = None if unit is None else Period(unit)
    except ValueError as error:
        raise click.BadParameter(f"没有 {unit} 的数据") from error
    with opened_database(settings) as database:
        period = period or offered(database, now).usual
        result = analyse(database, period, now=now, town=town)
    if as_json:
        click.echo(json.dumps(analysis_document(result), ensure_ascii=False, indent=2))
    else:
        _print(result, settings.district)


def _print(one: Analysis, district: str) -> None:
    scope = one.town.name if one.town else district
    over = "" if one.whole else "，还没有结束"
    click.echo(f"{scope}隐患分析  {one.period.name}（{one.days.first} 至 {one.days.last}{over}）")
    for name, counts in headline(one):
        click.echo(f"  {name}  {_words(counts)}")
    for found in one.breakdowns:
        _print_breakdown(found)
    for trend in (one.by_week, one.by_month):
        click.echo(f"\n{trend.title}（括号里是{trend.against}）")
        numbers = (f"{p.period.short} {p.now}（{_number(p.before)}）" for p in trend.points)
        click.echo("  " + "，".join(numbers))
    days = one.closures.days
    click.echo(f"\n闭环时间（{days.first} 至 {days.last} 发现的；未闭环的按至今还没有闭环计）")
    for group in one.closures.groups:
        click.echo(
            f"  {GROUPS[group.field]} {group.name}  {group.hazards} 处，未闭环 {group.still_open} "
            f"处；一半 {group.median.words}，九成 {group.ninety.words}"
        )
    click.echo(f"\n屡查屡犯 {one.repeats.number} 起")
    for row in one.repeats.rows[:_SHOWN_REPEATS]:
        click.echo(f"  {row.enterprise}  {row.category}  {row.times} 次，最近 {row.last_found}")
    click.echo(f"\n{TENDENCY_RULE}")


def _print_breakdown(found: Breakdown) -> None:
    click.echo(f"\n{found.title}")
    for line in found.lines:
        share = "" if line.share is None else f"，占 {line.share}%"
        click.echo(f"  {line.name}  {_words(line.counts)}{share}")


def _words(counts: Compared) -> str:
    said = f"{counts.now}（上期 {_number(counts.before)}"
    if counts.year_before is not None:
        said += f"，上年同期 {counts.year_before}"
    return f"{said}）{counts.word}"


def _number(value: int | None) -> str:
    return "无" if value is None else str(value)


COMMANDS = [analysis]

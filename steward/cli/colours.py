"""`steward colours`."""

from __future__ import annotations

import json

import click

from steward.cli.context import MonthType, clock_of, opened_database
from steward.domain.colours import COLOUR_NAMES, INPUT_NAMES, INPUT_UNITS, ColourMap, ScoredInput
from steward.domain.months import Month
from steward.errors import FiguresError
from steward.operations.colour_towns import colour_towns, colours_document
from steward.settings import load


@click.command("colours")
@click.option("--month", type=MonthType(), required=True, help="月份，如 2021-10")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def colours(month: Month, as_json: bool) -> None:
    """镇街隐患四色图：各镇街一个月的颜色和得分。没有结束的月份算到现在。"""
    settings = load()
    now = clock_of(settings).now()
    if month.start > now:
        raise FiguresError("这个月还没有开始", place=str(month))
    with opened_database(settings) as database:
        result = colour_towns(
            database,
            month,
            rules=settings.colour_rules,
            as_of=now,
            due_soon_days=settings.due_soon_days,
        )
    if as_json:
        click.echo(json.dumps(colours_document(result), ensure_ascii=False, indent=2))
    else:
        _print(result, ended=month.end <= now)


def _print(colours: ColourMap, *, ended: bool) -> None:
    click.echo(f"{colours.month.name}镇街隐患四色图{'' if ended else '（本月还没有结束）'}")
    if colours.note:
        click.echo(colours.note)
        return
    if colours.rules:
        click.echo(f"规则：{colours.rules.name}，{colours.rules.effective} 起；上月颜色在括号里")
    for town in colours.towns:
        last = COLOUR_NAMES[town.last] if town.last else "无"
        click.echo(
            f"\n{town.town.name}  {town.name}（{last}）  {town.word}"
            f"{'' if town.score is None else f'  {town.score} 分'}"
        )
        click.echo("  " + "，".join(_words(one) for one in town.inputs))
        if town.better:
            changes = "；".join(step.words for step in town.steps)
            click.echo(f"  要到{COLOUR_NAMES[town.better]}色，只做一件：{changes}")


def _words(one: ScoredInput) -> str:
    name = INPUT_NAMES[one.input]
    if one.value is None:
        return f"{name} 缺（{one.missing}）"
    unit = INPUT_UNITS[one.input]
    return f"{name} {one.value}{unit if unit == '%' else ' ' + unit}（{one.points} 分）"


COMMANDS = [colours]

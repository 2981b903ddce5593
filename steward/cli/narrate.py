"""`steward narrate` and `steward normalise`: what a broadcast will say, before it is said."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from steward.cli.context import InstantType, MonthType, WeekType, clock_of, opened_database
from steward.domain.months import Month
from steward.domain.spoken_month import SpokenMonth, month_before
from steward.domain.weeks import Week
from steward.errors import FiguresError, NarrationError
from steward.narration.environment import Templates
from steward.narration.markup import spoken_form
from steward.operations.material import Material, Wording, completed, month_of, reads_month
from steward.operations.narrate import TEMPLATES, script_document
from steward.operations.narrate import narrate as narrate_figures
from steward.operations.settle_readings import lexicon_in_force
from steward.operations.weekly_figures import weekly_figures
from steward.settings import Settings, load
from steward.storage.engine import Database


@click.command("narrate")
@click.argument("name", metavar="模板")
@click.option("--as-of", type=InstantType(), help="截至时刻，如 2021-11-16T09:00；默认为现在")
@click.option("--week", type=WeekType(), help="哪一周，如 2021-W46；默认为截至时刻所在的周")
@click.option(
    "--month",
    type=MonthType(),
    help="哪个月，如 2021-10，须已经结束；默认为截至时刻以前的最后一个整月。只用于说一个月的模板",
)
@click.option("--town", help="镇街名称或代码；默认为全区")
@click.option(
    "--templates",
    type=click.Path(file_okay=False, path_type=Path),
    help="模板文件夹；默认为程序自带的，有自己的版本（数据文件夹的 templates/narration）时用自己的",
)
@click.option(
    "--lexicon",
    type=click.Path(dir_okay=False, path_type=Path),
    help="补充的读音词典（TSV：词、制表符、拼音）",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def narrate(
    name: str,
    as_of: datetime | None,
    week: Week | None,
    month: Month | None,
    town: str | None,
    templates: Path | None,
    lexicon: Path | None,
    as_json: bool,
) -> None:
    """按模板（weekly、weekly_town、daily、monthly、four_colour）打印播报稿：每个分句的写法和读法。"""
    settings = load()
    now = clock_of(settings).now()
    if as_of is None and week is not None and week.start > now:
        raise FiguresError("这一周还没有开始", place=str(week))
    folder, own = templates or TEMPLATES, None if templates else settings.own_templates
    wording = Wording(name, Templates(folder, own), settings.colour_rules, settings.due_soon_days)
    with opened_database(settings) as database:
        figures: Material
        if reads_month(name):
            if week is not None or town is not None:
                raise NarrationError(
                    "这个模板说的是全区的一个月，不能指定 --week、--town", place=name
                )
            figures = _month(database, settings, month or month_before(as_of or now), as_of or now)
        elif month is not None:
            raise NarrationError("这个模板说的不是一个月，不能指定 --month", place=name)
        else:
            figures = weekly_figures(
                database,
                as_of=as_of or now,
                week=week,
                town=town,
                due_soon_days=settings.due_soon_days,
            )
            figures = completed(database, wording, figures)
        words = lexicon_in_force(database, lexicon)
    script = narrate_figures(
        name,
        figures,
        district=settings.district,
        templates_dir=folder,
        own_templates=own,
        lexicon=words,
    )
    if as_json:
        click.echo(json.dumps(script_document(script), ensure_ascii=False, indent=2))
        return
    click.echo(script.title)
    for number, clause in enumerate(script.clauses, start=1):
        click.echo(f"{number:3}  {clause.written}")
        if clause.spoken != clause.written:
            click.echo(f"     {clause.spoken}")


def _month(database: Database, settings: Settings, month: Month, at: datetime) -> SpokenMonth:
    if at < month.end:
        raise FiguresError(f"{month.name}还没有结束", place=str(month))
    return month_of(
        database,
        month,
        due_soon_days=settings.due_soon_days,
        colour_rules=settings.colour_rules,
    )


@click.command("normalise")
@click.argument("text", metavar="文字")
def normalise(text: str) -> None:
    """打印任意文字读出来的样子，如 28条 → 二十八条。"""
    click.echo(spoken_form(text))


COMMANDS: list[click.Command] = [narrate, normalise]

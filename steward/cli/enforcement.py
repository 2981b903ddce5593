"""`steward enforcement`: whom to inspect next."""

from __future__ import annotations

import json

import click

from steward.cli.context import clock_of, opened_database
from steward.domain.weeks import DISTRICT_ZONE
from steward.operations.find_town import find_town
from steward.operations.rank_for_inspection import (
    rank_for_inspection,
    ranking_document,
    show_ranking,
)
from steward.settings import load


@click.command("enforcement")
@click.option("--town", help="只要一个镇街，名称或代码")
@click.option("--first", type=click.IntRange(1, 1000), default=50, help="列出前多少家，默认 50")
@click.option("--reckon", is_flag=True, help="现在重新排（平时每天凌晨排一次）")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def enforcement(town: str | None, first: int, reckon: bool, as_json: bool) -> None:
    """执法辅助：下一步先去检查谁，为什么。"""
    settings = load()
    now = clock_of(settings).now()
    with opened_database(settings) as database:
        if reckon:
            rank_for_inspection(database, rules=settings.enforcement_rules, now=now)
        found = find_town(database, town)
        code = found.code if found else None
        ranking = show_ranking(database, now=now, town=code, limit=first)
    if as_json:
        click.echo(json.dumps(ranking_document(ranking), ensure_ascii=False, indent=2))
        return
    if ranking.as_of is None:
        click.echo("还没有排过，可用 steward enforcement --reckon 排")
        return
    at = ranking.as_of.astimezone(DISTRICT_ZONE)
    click.echo(f"下一步先去检查谁  截至 {at:%Y年%m月%d日 %H:%M}")
    for one in ranking.ranked:
        of = one.candidate.enterprise
        why = "；".join(reason.words for reason in one.candidate.reasons)
        click.echo(f"{one.rank:>4}  {of.name}（{of.town}）  {one.candidate.points} 分  {why}")


COMMANDS = [enforcement]

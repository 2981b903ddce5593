"""`steward warnings`: the two lists that the voice counts."""

from __future__ import annotations

import json
from datetime import datetime

import click

from steward.cli.context import InstantType, clock_of, opened_database
from steward.domain.warning_lists import WARNING_NAMES, WarningKind
from steward.domain.weeks import DISTRICT_ZONE
from steward.operations.export_warnings import warnings_document
from steward.operations.follow_warnings import show_warnings
from steward.settings import load


@click.command("warnings")
@click.option("--as-of", type=InstantType(), help="截至时刻，如 2021-11-16T09:00；默认现在")
@click.option("--town", help="镇街名称或代码；默认全区")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def warnings(as_of: datetime | None, town: str | None, as_json: bool) -> None:
    """隐患预警：到期和超期的企业，就是播报里的那些家。"""
    settings = load()
    now = clock_of(settings).now()
    with opened_database(settings) as database:
        lists = show_warnings(
            database,
            as_of=as_of or now,
            due_soon_days=settings.due_soon_days,
            town=town,
            now=None if as_of else now,
        )
    if as_json:
        click.echo(json.dumps(warnings_document(lists), ensure_ascii=False, indent=2))
        return
    at = lists.as_of.astimezone(DISTRICT_ZONE)
    click.echo(f"隐患预警  截至 {at:%Y年%m月%d日 %H:%M}")
    for kind in (WarningKind.OVERDUE, WarningKind.DUE_SOON):
        listed = lists.of(kind)
        click.echo(f"{WARNING_NAMES[kind]} {len(listed)} 家")
        for one in listed:
            warned = one.entry.warned
            left = f"已超期 {-warned.days} 天" if warned.days < 0 else f"还有 {warned.days} 天"
            who = f"  {one.case.responsible}" if one.case and one.case.responsible else ""
            click.echo(
                f"  {warned.name}（{one.entry.town}）  {warned.hazards} 处  "
                f"{warned.deadline} {left}{who}"
            )


COMMANDS = [warnings]

"""`steward plans`: what is announced, when and where."""

from __future__ import annotations

import json

import click

from steward.cli.context import clock_of, opened_database, operator
from steward.cli.table import print_table
from steward.domain.broadcasts import PRIORITY_NAMES, Priority
from steward.domain.plans import DAY_RULE_NAMES, MISSED_RULE_NAMES, DayRule, MissedRule, Plan
from steward.domain.weeks import DISTRICT_ZONE
from steward.operations import add_plan as adding
from steward.operations import list_plans as listing
from steward.operations import remove_plan as removing
from steward.scheduler import calendar, schedule
from steward.settings import load

_WEEKDAYS = "一二三四五六日"
as_json = click.option("--json", "as_json", is_flag=True, help="输出 JSON")


@click.group("plans")
def plans() -> None:
    """播报计划：列出、添加、删除，看接下来何时播报。"""


@plans.command("list")
@as_json
def list_(as_json: bool) -> None:
    """列出现行的计划。"""
    with opened_database() as database:
        found = listing.list_plans(database)
    if as_json:
        click.echo(json.dumps([_document(plan) for plan in found], ensure_ascii=False, indent=2))
        return
    print_table(
        ("编号", "名称", "时间", "日期规则", "错过时", "大厅", "模板", "镇街", "优先级"),
        [
            (
                str(plan.id),
                plan.title,
                plan.when,
                DAY_RULE_NAMES[plan.day_rule],
                _missed(plan),
                plan.hall,
                plan.template,
                plan.town_code or "全区",
                PRIORITY_NAMES[plan.priority],
            )
            for plan in found
        ],
        empty="还没有计划，用 steward plans add 添加",
    )


@plans.command("add")
@click.argument("when", metavar="时间")
@click.option("--title", default="每周播报", show_default=True, help="计划的名称")
@click.option("--template", default="weekly", show_default=True, help="播报模板")
@click.option("--hall", default="main", show_default=True, help="大厅（网址中的名称）")
@click.option("--town", help="只播一个镇街（名称或代码）")
@click.option(
    "--days",
    type=click.Choice([rule.value for rule in DayRule]),
    default=DayRule.EVERY_DAY.value,
    show_default=True,
    help="每天；仅工作日；遇休息日顺延到下一工作日同一时刻",
)
@click.option(
    "--missed",
    type=click.Choice([rule.value for rule in MissedRule]),
    default=MissedRule.PLAY_LATE.value,
    show_default=True,
    help="错过时：时限内补播；跳过；等待确认",
)
@click.option(
    "--late-minutes",
    type=click.IntRange(0, 24 * 60),
    default=30,
    show_default=True,
    help="补播时限（分钟）",
)
@click.option(
    "--priority",
    type=click.Choice([one.value for one in Priority]),
    default=Priority.ROUTINE.value,
    show_default=True,
    help="紧急、重要、常规、提示",
)
@as_json
def add(
    when: str,
    title: str,
    template: str,
    hall: str,
    town: str | None,
    days: str,
    missed: str,
    late_minutes: int,
    priority: str,
    as_json: bool,
) -> None:
    """添加计划。时间为五段“分 时 日 月 星期”（如 "0 9 * * 1" 即每周一 9:00），或一个时刻。"""
    settings = load()
    known = calendar.load(settings.holidays)
    with opened_database(settings) as database:
        plan, first = adding.add_plan(
            database,
            title=title,
            template=template,
            when=when,
            at=clock_of(settings).now(),
            by=operator(),
            check=lambda plan, at: schedule.check(plan, at, known),
            hall=hall,
            town=town,
            day_rule=DayRule(days),
            missed_rule=MissedRule(missed),
            late_minutes=late_minutes,
            priority=Priority(priority),
            own_templates=settings.own_templates,
        )
    if as_json:
        document = _document(plan) | {"next": first.astimezone(DISTRICT_ZONE).isoformat()}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    local = first.astimezone(DISTRICT_ZONE)
    click.echo(
        f"已添加计划 {plan.id}“{plan.title}”，首次播报：{local:%Y-%m-%d %H:%M:%S}"
        f"（星期{_WEEKDAYS[local.weekday()]}）"
    )


@plans.command("remove")
@click.argument("plan_id", metavar="编号", type=int)
def remove(plan_id: int) -> None:
    """删除计划（记录保留）。"""
    settings = load()
    with opened_database(settings) as database:
        plan = removing.remove_plan(database, plan_id, at=clock_of(settings).now(), by=operator())
    click.echo(f"已删除计划 {plan.id}“{plan.title}”")


@plans.command("next")
@click.option("-n", "--count", type=click.IntRange(1, 500), default=5, show_default=True)
@as_json
def next_(count: int, as_json: bool) -> None:
    """列出接下来的播报时刻；节假日安排未知的年份会大声提醒。"""
    settings = load()
    with opened_database(settings) as database:
        found = listing.list_plans(database)
    view = schedule.outlook(
        found, clock_of(settings).now(), calendar.load(settings.holidays), count
    )
    for warning in view.warnings:
        click.secho(warning, fg="red", bold=True, err=True)
    if as_json:
        document = {
            "slots": [
                {
                    "plan": slot.plan.id,
                    "title": slot.plan.title,
                    "hall": slot.plan.hall,
                    "slot_at": slot.slot_at.astimezone(DISTRICT_ZONE).isoformat(),
                }
                for slot in view.slots
            ],
            "warnings": list(view.warnings),
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    rows = []
    for slot in view.slots:
        local = slot.slot_at.astimezone(DISTRICT_ZONE)
        day = f"{local:%Y-%m-%d} 星期{_WEEKDAYS[local.weekday()]}"
        rows.append((day, f"{local:%H:%M:%S}", slot.plan.hall, str(slot.plan.id), slot.plan.title))
    print_table(("日期", "时刻", "大厅", "计划", "名称"), rows, empty="接下来没有计划中的播报")


def _missed(plan: Plan) -> str:
    name = MISSED_RULE_NAMES[plan.missed_rule]
    late = plan.missed_rule is MissedRule.PLAY_LATE
    return f"{name}（{plan.late_minutes} 分钟内）" if late else name


def _document(plan: Plan) -> dict[str, object]:
    return {
        "id": plan.id,
        "title": plan.title,
        "template": plan.template,
        "town": plan.town_code,
        "hall": plan.hall,
        "when": plan.when,
        "day_rule": plan.day_rule.value,
        "missed_rule": plan.missed_rule.value,
        "late_minutes": plan.late_minutes,
        "priority": plan.priority.value,
        "created_at": plan.created_at.astimezone(DISTRICT_ZONE).isoformat(),
    }


COMMANDS = [plans]

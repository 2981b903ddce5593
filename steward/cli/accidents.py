"""`steward accident` and `steward incident`: where accidents are likelier, and those that were."""

from __future__ import annotations

import json
from datetime import datetime

import click

from steward.cli.context import InstantType, clock_of, opened_database, operator
from steward.domain.accidents import HORIZON_DAYS, METHOD_NAMES, Trial
from steward.domain.incidents import KIND_NAMES, KINDS_BY_NAME
from steward.domain.weeks import DISTRICT_ZONE
from steward.operations.find_town import find_town
from steward.operations.foresee_accidents import (
    Shown,
    foresee_accidents,
    foresight_document,
    show_foresight,
)
from steward.operations.keep_incidents import (
    NewIncident,
    list_incidents,
    record_incident,
    void_incident,
)
from steward.settings import load
from steward.storage.engine import Database


@click.command("accident")
@click.option("--town", help="只要一个镇街，名称或代码")
@click.option("--first", type=click.IntRange(1, 1000), default=50, help="列出前多少家，默认 50")
@click.option("--reckon", is_flag=True, help="现在重新推算（平时每天凌晨推算一次）")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def accident(town: str | None, first: int, reckon: bool, as_json: bool) -> None:
    """事故预警：今后 90 天哪些企业更可能出事故，凭什么，可信到什么程度。"""
    settings = load()
    with opened_database(settings) as database:
        if reckon:
            now = clock_of(settings).now()
            foresee_accidents(database, rules=settings.points_rules, now=now)
        shown = show_foresight(database, town=_code(database, town), limit=first)
    if as_json:
        click.echo(json.dumps(foresight_document(shown), ensure_ascii=False, indent=2))
    else:
        _print(shown)


def _print(shown: Shown) -> None:
    kept = shown.kept
    if kept is None:
        click.echo("还没有推算过，可用 steward accident --reckon 推算")
        return
    at = kept.as_of.astimezone(DISTRICT_ZONE)
    click.echo(
        f"事故预警  截至 {at:%Y年%m月%d日 %H:%M}，今后 {HORIZON_DAYS} 天，"
        f"{kept.enterprises} 家企业，按{METHOD_NAMES[kept.method]}排序"
    )
    if kept.why:
        click.echo(kept.why)
    if kept.simulated:
        click.echo(f"注意：其中 {kept.simulated} 起事故是演示用的模拟事故，从未发生")
    click.echo("这是依据台账的估计，不是结论")
    if kept.trial:
        _print_trial(kept.trial)
    for one in shown.places:
        chance = "" if one.risk.chance is None else f"  约 {one.risk.chance:.1%}"
        click.echo(
            f"{one.rank:>4}  {one.risk.enterprise.name}（{one.risk.enterprise.town}）{chance}"
            f"  分值 {one.risk.points}  {'；'.join(reason.words for reason in one.risk.reasons)}"
        )


def _print_trial(trial: Trial) -> None:
    click.echo(
        f"检验：{trial.since} 起 {trial.rounds} 个 {HORIZON_DAYS} 天，"
        f"{trial.enterprises} 家次里有 {trial.incidents} 家次出了事故"
    )
    for one in trial.judged:
        click.echo(
            f"  {one.name}：AUC {one.auc:.3f}，前 {one.first} 家次里 {one.hits} 家次出了事故"
        )


@click.group("incident")
def incident() -> None:
    """事故记录：登记、查看、作废。"""


@incident.command("add")
@click.argument("number")
@click.option("--enterprise", required=True, help="企业全称或统一社会信用代码")
@click.option("--town", help="企业同名时，写明镇街的名称或代码")
@click.option("--kind", type=click.Choice(list(KINDS_BY_NAME)), required=True, help="事故类别")
@click.option("--at", "occurred_at", type=InstantType(), required=True, help="发生时间")
@click.option("--deaths", type=click.IntRange(0), default=0, help="死亡人数")
@click.option("--injured", type=click.IntRange(0), default=0, help="受伤人数")
@click.option("--description", default="", help="事故经过")
def add(
    number: str,
    enterprise: str,
    town: str | None,
    kind: str,
    occurred_at: datetime,
    deaths: int,
    injured: int,
    description: str,
) -> None:
    """登记一起事故；NUMBER 是事故编号。"""
    settings = load()
    with opened_database(settings) as database:
        new = NewIncident(
            external_id=number,
            enterprise=enterprise,
            kind=KINDS_BY_NAME[kind],
            occurred_at=occurred_at,
            town=_code(database, town),
            deaths=deaths,
            injured=injured,
            description=description,
        )
        id_ = record_incident(database, new, at=clock_of(settings).now(), by=operator())
    click.echo(f"已登记，第 {id_} 号")


@incident.command("list")
@click.option("--town", help="只要一个镇街，名称或代码")
def list_(town: str | None) -> None:
    """最近的 50 起事故，新的在前。"""
    with opened_database() as database:
        found = list_incidents(database, town=_code(database, town))
    if not found:
        click.echo("没有事故记录")
    for one in found:
        at = one.occurred_at.astimezone(DISTRICT_ZONE)
        marks = "（模拟）" * one.simulated + "（已作废）" * (one.voided_at is not None)
        click.echo(
            f"{one.id:>5}  {one.external_id}  {at:%Y-%m-%d %H:%M}  {one.enterprise}（{one.town}）  "
            f"{KIND_NAMES[one.kind]}  死亡 {one.deaths}，受伤 {one.injured}{marks}"
        )


@incident.command("void")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="作废的原因")
def void(number: int, reason: str) -> None:
    """作废误登的事故；NUMBER 是 list 列出的序号。"""
    settings = load()
    with opened_database(settings) as database:
        one = void_incident(
            database, number, reason=reason, at=clock_of(settings).now(), by=operator()
        )
    click.echo(f"事故 {one.external_id} 已作废，记录保留")


def _code(database: Database, town: str | None) -> str | None:
    found = find_town(database, town)
    return None if found is None else found.code


COMMANDS = [accident, incident]

"""`steward hazard`: one hazard, its life, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import click

from steward.cli.context import clock_of, opened_database, operator
from steward.cli.playlog import DayType
from steward.cli.table import print_table
from steward.domain.hazard_acts import HAZARD_ACT_NAMES, HazardAct
from steward.domain.hazards import LEVEL_NAMES, SOURCE_NAMES, STATUS_NAMES, Source
from steward.domain.search import Hazard
from steward.domain.weeks import DISTRICT_ZONE
from steward.operations.act_on_hazard import Told, act_on_hazard, find_number
from steward.operations.show_hazard import show_hazard
from steward.settings import load
from steward.storage.engine import Database

_SOURCES = "、".join(f"{source}（{name}）" for source, name in SOURCE_NAMES.items())
_number = click.argument("number", metavar="隐患编号")
_source = click.option(
    "--source",
    type=click.Choice([str(source) for source in Source]),
    help=f"几个来源都有这个编号时指明：{_SOURCES}",
)


def _reason(required: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option("--reason", default="", required=required, help="原因")


@click.group("hazard")
def hazard() -> None:
    """一条隐患：看经过，延期、整改、复查、作废、合并，撤销误办的。"""


@hazard.command("show")
@_number
@_source
def show(number: str, source: str | None) -> None:
    """它的内容和经过。"""
    with opened_database() as database:
        shown = show_hazard(database, _find(database, number, source))
    _print(shown.hazard)
    print_table(
        ("时间", "经过", "谁", "文件", "原因"),
        [
            (
                f"{event.at.astimezone(DISTRICT_ZONE):%Y-%m-%d %H:%M}",
                f"{event.what} {event.before} → {event.after}" if event.after else event.what,
                event.who,
                event.file,
                event.why,
            )
            for event in shown.life
        ],
    )


@hazard.command("extend")
@_number
@click.option("--to", "deadline", type=DayType(), required=True, help="新的整改期限，如 2021-12-01")
@_reason(required=True)
@_source
def extend(number: str, deadline: date, reason: str, source: str | None) -> None:
    """延期；原来的期限留在记录里。"""
    _act(number, source, HazardAct.EXTEND, Told(reason, deadline))


@hazard.command("rectify")
@_number
@_reason(required=False)
@_source
def rectify(number: str, reason: str, source: str | None) -> None:
    """整改完成，等待复查。"""
    _act(number, source, HazardAct.RECTIFY, Told(reason))


@hazard.command("review")
@_number
@click.option(
    "--passed/--failed", default=None, required=True, help="复查通过（闭环），还是退回整改"
)
@_reason(required=False)
@_source
def review(number: str, passed: bool, reason: str, source: str | None) -> None:
    """复查：通过就闭环，不通过退回整改（要写原因）。"""
    _act(number, source, HazardAct.PASS if passed else HazardAct.FAIL, Told(reason))


@hazard.command("void")
@_number
@_reason(required=True)
@_source
def void(number: str, reason: str, source: str | None) -> None:
    """作废：不再计数，记录保留。"""
    _act(number, source, HazardAct.VOID, Told(reason))


@hazard.command("merge")
@_number
@click.option(
    "--into",
    required=True,
    help="并入哪一条：同一企业先发现的那条的隐患编号，可带来源，如 ZC-1（企业自查）",
)
@_source
def merge(number: str, into: str, source: str | None) -> None:
    """与先发现的一条重复：这一条作废，只计那一条。"""
    _act(number, source, HazardAct.MERGE, Told(into=into))


@hazard.command("reopen")
@_number
@_reason(required=True)
@_source
def reopen(number: str, reason: str, source: str | None) -> None:
    """撤销误办的闭环，回到待复查。"""
    _act(number, source, HazardAct.REOPEN, Told(reason))


@hazard.command("restore")
@_number
@_reason(required=True)
@_source
def restore(number: str, reason: str, source: str | None) -> None:
    """撤销误办的作废或合并，恢复到以前的状态。"""
    _act(number, source, HazardAct.RESTORE, Told(reason))


def _act(number: str, source: str | None, act: HazardAct, told: Told) -> None:
    settings = load()
    with opened_database(settings) as database:
        found = _find(database, number, source)
        act_on_hazard(database, found, act, told, at=clock_of(settings).now(), by=operator())
        after = show_hazard(database, found).hazard
    click.echo(f"已办理：{HAZARD_ACT_NAMES[act]}")
    _print(after)


def _find(database: Database, number: str, source: str | None) -> int:
    return find_number(database, number, Source(source) if source else None)


def _print(one: Hazard) -> None:
    merged = f"，已并入 {one.merged_into}" if one.merged_into else ""
    click.echo(
        f"{one.external_id}（{SOURCE_NAMES[one.source]}）{one.enterprise}，{one.town}："
        f"{one.category}，{LEVEL_NAMES[one.level]}，{STATUS_NAMES[one.status]}{merged}，"
        f"期限 {one.deadline or '没有'}"
    )


COMMANDS = [hazard]

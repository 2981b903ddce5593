"""`steward deliveries`: what goes to the towns, for whoever is on duty without a browser."""

from __future__ import annotations

import json

import click

from steward.cli.context import clock_of, opened_database, operator
from steward.cli.table import print_table
from steward.domain.offices import (
    CONTACT_NAMES,
    DELIVERY_NAMES,
    ISSUED,
    MATTER_NAMES,
    DeliveryState,
    Matter,
)
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import DeliveryError
from steward.operations.board import towns_of
from steward.operations.post import post_of
from steward.operations.resend import resend, send_now
from steward.operations.show_offices import STANDING_NAMES, Taken, TownLine, Way, show_offices
from steward.scheduler import calendar
from steward.scheduler.post_room import PostRoom
from steward.settings import load

_MATTER = click.option(
    "--matter",
    type=click.Choice([matter.value for matter in ISSUED]),
    default=Matter.BRIEFING.value,
    show_default=True,
    help="briefing 每周简报，report 隐患月报",
)


@click.group("deliveries")
def deliveries() -> None:
    """镇街送达：谁已送达、谁已领取，重新送达，立即送达。"""


@deliveries.command("list")
@_MATTER
@click.option("--period", default="", help="周（2021-W46）或月（2021-10）；不写是最近一期")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def list_(matter: str, period: str, as_json: bool) -> None:
    """列出一期里每个镇街送给了谁、领取没有，没有领取的在前。"""
    settings = load()
    with opened_database(settings) as database:
        found = show_offices(database, Matter(matter), period, now=clock_of(settings).now())
    if as_json:
        click.echo(json.dumps([_document(line) for line in found.lines], ensure_ascii=False))
        return
    click.echo(f"{found.title}{MATTER_NAMES[found.matter]}。{found.sentence}")
    print_table(
        ("镇街", "状态", "送达", "领取"),
        [
            (
                line.town.name,
                STANDING_NAMES[line.standing],
                "；".join(_said(way) for way in line.ways) or "—",
                _took(line.taken[0]) if line.taken else "—",
            )
            for line in found.lines
        ],
    )


@deliveries.command("retry")
@click.argument("town", metavar="镇街")
@_MATTER
@click.option("--period", required=True, help="周（2021-W46）或月（2021-10）")
def retry(town: str, matter: str, period: str) -> None:
    """重新送达一个镇街没有送到的一期，几秒内由播报引擎送出；没送过的联系人也送。"""
    settings = load()
    with opened_database(settings) as database:
        code = next((one.code for one in towns_of(database) if town in (one.code, one.name)), None)
        if code is None:
            raise DeliveryError(f"没有名称或代码为“{town}”的镇街", place="镇街")
        count = resend(
            database, Matter(matter), period, code, at=clock_of(settings).now(), by=operator()
        )
    click.echo(f"已安排重新送达 {count} 份")


@deliveries.command("send-now")
@_MATTER
@click.option("--period", default="", help="让这一期还没到时间的也立即送；不写则只送已到时间的")
def send_now_(matter: str, period: str) -> None:
    """现在就由这个命令送出；播报引擎同时在运行也不会送两次。"""
    settings = load()
    clock = clock_of(settings)
    with opened_database(settings) as database:
        room = PostRoom(
            database, post_of(settings), settings.briefing_delivery, settings.report_delivery
        )
        known = calendar.load(settings.holidays)
        if period:
            hastened = send_now(database, Matter(matter), period, at=clock.now(), by=operator())
            click.echo(f"{len(hastened)} 份提前到现在")
        room.sort(known, clock.now, lambda: False)
        room.send(known, clock.now, lambda: False)
        found = show_offices(database, Matter(matter), period, now=clock.now())
    ways = [way for line in found.lines for way in line.ways]
    for state in DeliveryState:
        number = sum(way.state is state for way in ways)
        click.echo(f"{DELIVERY_NAMES[state]}：{number} 份")


def _said(way: Way) -> str:
    fault = f"（{way.fault}）" if way.fault else ""
    return f"{way.name} {CONTACT_NAMES[way.kind]} {DELIVERY_NAMES[way.state]}{fault}"


def _took(taken: Taken) -> str:
    return f"{taken.at.astimezone(DISTRICT_ZONE):%Y-%m-%d %H:%M} {taken.by}"


def _document(line: TownLine) -> dict[str, object]:
    return {
        "town": line.town.code,
        "name": line.town.name,
        "standing": line.standing,
        "issue": line.issue.id if line.issue else None,
        "deliveries": [
            {
                "id": way.id,
                "name": way.name,
                "kind": way.kind,
                "state": way.state,
                "tries": way.tries,
                "at": way.at.isoformat(),
                "fault": way.fault,
            }
            for way in line.ways
        ],
        "taken_at": line.taken[0].at.isoformat() if line.taken else None,
    }


COMMANDS = [deliveries]

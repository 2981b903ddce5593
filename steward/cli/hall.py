"""`steward hall`: what staff may do with a hall while it plays (as a place: `places.py`)."""

from __future__ import annotations

import json
from datetime import datetime

import click

from steward.cli.context import clock_of, opened_database, operator
from steward.cli.table import print_table
from steward.domain.broadcasts import PRIORITY_NAMES, Priority
from steward.domain.halls import EMERGENCY_FLOOR
from steward.domain.weeks import DISTRICT_ZONE
from steward.operations import hold_hall, stop_broadcasts
from steward.operations.set_volume import set_volume
from steward.operations.show_controls import acts_upon, controls_document, controls_of
from steward.operations.show_hall import find_hall
from steward.settings import load

name = click.argument("name", metavar="大厅")
emergencies = click.option("--emergencies", is_flag=True, help="紧急播报也一并停下")
NONE = ("off", "无")


@click.group("hall")
def hall() -> None:
    """大厅：查看、暂停、继续、跳过、全部停止、音量、安静时段；添加、移动、删除、列出。"""


@hall.command("show")
@name
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def show(name: str, as_json: bool) -> None:
    """查看大厅现在的设置，和最近对它的操作。"""
    settings = load()
    with opened_database(settings) as database:
        found = find_hall(database, name)
        controls = controls_of(database, found.id, at=clock_of(settings).now())
        acts = acts_upon(database, found.id)
    if as_json:
        click.echo(json.dumps(controls_document(controls), ensure_ascii=False, indent=2))
        return
    click.echo(found.title)
    if controls.paused_at:
        click.echo(f"已暂停：{_local(controls.paused_at)} 由 {controls.paused_by}")
    quiet = f"，现在安静到 {_local(controls.quiet_until)}" if controls.quiet_until else ""
    click.echo(f"安静时段：{controls.quiet or '无'}{quiet}")
    own = "，".join(f"{PRIORITY_NAMES[one]} {controls.volumes[one.value]}" for one in Priority)
    click.echo(f"音量：{controls.volume}（{own}）")
    if controls.resuming:
        one = controls.resuming
        click.echo(f"等待继续：播报 {one.id}“{one.title}”，从第 {one.ordinal + 1} 句")
    print_table(
        ("时刻", "由", "操作"),
        [(_local(act.at), act.by, act.why) for act in acts],
        empty="还没有操作过",
    )


@hall.command("pause")
@name
def pause(name: str) -> None:
    """暂停：正在播的立即停下，继续时从那一句接着播；紧急播报照常播出。"""
    settings = load()
    with opened_database(settings) as database:
        stopped = hold_hall.pause_hall(database, name, at=clock_of(settings).now(), by=operator())
    click.echo("已暂停" + (f"，“{stopped}”停在当前一句" if stopped else ""))


@hall.command("resume")
@name
def resume(name: str) -> None:
    """继续播报。"""
    settings = load()
    with opened_database(settings) as database:
        hold_hall.resume_hall(database, name, at=clock_of(settings).now(), by=operator())
    click.echo("已继续")


@hall.command("skip")
@name
@emergencies
def skip(name: str, emergencies: bool) -> None:
    """跳过正在播的这一个，接着播下一个。"""
    settings = load()
    with opened_database(settings) as database:
        number, title = stop_broadcasts.skip_broadcast(
            database,
            name,
            at=clock_of(settings).now(),
            by=operator(),
            emergencies=emergencies,
        )
    click.echo(f"已跳过播报 {number}“{title}”")


@hall.command("stop")
@name
@emergencies
def stop(name: str, emergencies: bool) -> None:
    """全部停止：取消正在播和等待播的；以后的计划不受影响。"""
    settings = load()
    with opened_database(settings) as database:
        stopped = stop_broadcasts.stop_all(
            database,
            name,
            at=clock_of(settings).now(),
            by=operator(),
            emergencies=emergencies,
        )
    for number, title in stopped.cancelled:
        click.echo(f"已取消播报 {number}“{title}”")
    for number, title in stopped.spared:
        click.echo(f"紧急播报 {number}“{title}”没有停；要停请加 --emergencies")
    if not stopped.cancelled and not stopped.spared:
        click.echo("没有正在播或等待播的播报")


@hall.command("volume")
@name
@click.argument("percent", metavar="0–100", type=click.IntRange(0, 100), required=False)
@click.option(
    "--priority",
    type=click.Choice([one.value for one in Priority]),
    help=f"只设这一优先级的音量；不写数字则随大厅。紧急播报不低于 {EMERGENCY_FLOOR}",
)
def volume(name: str, percent: int | None, priority: str | None) -> None:
    """设音量，立即生效。"""
    settings = load()
    with opened_database(settings) as database:
        set_volume(
            database,
            name,
            percent,
            priority=Priority(priority) if priority else None,
            at=clock_of(settings).now(),
            by=operator(),
        )
    click.echo("已设音量")


@hall.command("quiet")
@name
@click.argument("hours", metavar="时段")
def quiet(name: str, hours: str) -> None:
    """设每天的安静时段，如 12:00-14:00,22:00-07:00；off 为取消。紧急播报照常播出。"""
    settings = load()
    with opened_database(settings) as database:
        made = hold_hall.set_quiet_hours(
            database,
            name,
            "" if hours in NONE else hours,
            at=clock_of(settings).now(),
            by=operator(),
        )
    click.echo(f"安静时段：{made}" if made.spans else "已取消安静时段")


def _local(instant: datetime) -> str:
    return f"{instant.astimezone(DISTRICT_ZONE):%Y-%m-%d %H:%M:%S}"


COMMANDS = [hall]

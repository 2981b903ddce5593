"""`steward zone`, and what `steward hall` does with halls as places: which there are, and where."""

from __future__ import annotations

import json

import click

from steward.cli.context import clock_of, opened_database, operator
from steward.cli.hall import hall
from steward.cli.table import print_table
from steward.domain.halls import HALL_KIND_NAMES, HallKind
from steward.domain.places import PlacedHall
from steward.operations import keep_halls, keep_zones
from steward.operations.show_places import show_places
from steward.settings import load

hall_ = click.argument("name", metavar="大厅")
zone_ = click.argument("name", metavar="区域")
title_ = click.argument("title", metavar="标题")
into_ = click.argument("into", metavar="区域", required=False)
kind_ = click.option(
    "--kind",
    type=click.Choice([kind.value for kind in HallKind]),
    default=HallKind.HALL.value,
    show_default=True,
    help="大厅、房间或镇街安监办（须加 --town）",
)
town_ = click.option("--town", help="镇街安监办的镇街（名称或代码）")
json_ = click.option("--json", "as_json", is_flag=True, help="输出 JSON")


@hall.command("add")
@hall_
@title_
@kind_
@town_
@click.option("--zone", help="放进哪个区域")
def add_hall(name: str, title: str, kind: str, town: str | None, zone: str | None) -> None:
    """添加大厅、房间或镇街安监办；名称写在网址 /hall/ 后面，以后不能改。"""
    settings = load()
    with opened_database(settings) as database:
        known = keep_halls.add_hall(
            database,
            name,
            title,
            kind=HallKind(kind),
            town=town,
            zone=zone,
            at=clock_of(settings).now(),
            by=operator(),
        )
    click.echo(f"已添加{HALL_KIND_NAMES[HallKind(kind)]} {known}，大屏地址 /hall/{known}")


@hall.command("change")
@hall_
@title_
@kind_
@town_
def change_hall(name: str, title: str, kind: str, town: str | None) -> None:
    """更改标题和类型。"""
    settings = load()
    with opened_database(settings) as database:
        at = clock_of(settings).now()
        keep_halls.change_hall(
            database, name, title=title, kind=HallKind(kind), town=town, at=at, by=operator()
        )
    click.echo(f"已更改大厅 {name}")


@hall.command("move")
@hall_
@into_
def move_hall(name: str, into: str | None) -> None:
    """放进一个区域；不写区域则移出。"""
    settings = load()
    with opened_database(settings) as database:
        at = clock_of(settings).now()
        keep_halls.move_hall(database, name, into, at=at, by=operator())
    click.echo(f"大厅 {name} 已" + (f"放进区域 {into}" if into else "移出区域"))


@hall.command("remove")
@hall_
def remove_hall(name: str) -> None:
    """删除没有播过、没有计划、没有播放点的大厅。"""
    settings = load()
    with opened_database(settings) as database:
        keep_halls.remove_hall(database, name, at=clock_of(settings).now(), by=operator())
    click.echo(f"已删除大厅 {name}")


@hall.command("list")
@json_
def list_halls(as_json: bool) -> None:
    """列出所有大厅。"""
    with opened_database(load()) as database:
        found = show_places(database).halls
    if as_json:
        click.echo(json.dumps([_hall(one) for one in found], ensure_ascii=False, indent=2))
        return
    print_table(
        ("名称", "标题", "类型", "镇街", "区域"),
        [
            (one.name, one.title, HALL_KIND_NAMES[one.kind], one.town_code or "", one.zone or "")
            for one in found
        ],
        empty="还没有大厅；steward run 第一次启动时会建立 main",
    )


@click.group("zone")
def zone() -> None:
    """播放区域：添加、改标题、移动、删除、列出；一个区域名可以代表里面所有的大厅。"""


@zone.command("add")
@zone_
@title_
@click.option("--parent", metavar="区域", help="放进哪个区域")
def add_zone(name: str, title: str, parent: str | None) -> None:
    """添加区域。"""
    settings = load()
    with opened_database(settings) as database:
        at = clock_of(settings).now()
        known = keep_zones.add_zone(database, name, title, parent=parent, at=at, by=operator())
    click.echo(f"已添加区域 {known}")


@zone.command("rename")
@zone_
@title_
def rename_zone(name: str, title: str) -> None:
    """改标题；名称不变。"""
    settings = load()
    with opened_database(settings) as database:
        keep_zones.rename_zone(database, name, title, at=clock_of(settings).now(), by=operator())
    click.echo(f"区域 {name} 现在叫“{title}”")


@zone.command("move")
@zone_
@into_
def move_zone(name: str, into: str | None) -> None:
    """放进另一个区域；不写则移到最上层。"""
    settings = load()
    with opened_database(settings) as database:
        keep_zones.move_zone(database, name, into, at=clock_of(settings).now(), by=operator())
    click.echo(f"区域 {name} 已" + (f"放进 {into}" if into else "移到最上层"))


@zone.command("remove")
@zone_
def remove_zone(name: str) -> None:
    """删除空的区域。"""
    settings = load()
    with opened_database(settings) as database:
        keep_zones.remove_zone(database, name, at=clock_of(settings).now(), by=operator())
    click.echo(f"已删除区域 {name}")


@zone.command("list")
@json_
def list_zones(as_json: bool) -> None:
    """列出区域和里面的大厅。"""
    with opened_database(load()) as database:
        places = show_places(database)
    if as_json:
        document = [
            {
                "name": one.name,
                "title": one.title,
                "parent": one.parent,
                "halls": [hall.name for hall in one.halls],
            }
            for one in places.zones
        ]
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    print_table(
        ("区域", "标题", "大厅"),
        [
            ("  " * one.depth + one.name, one.title, "、".join(hall.title for hall in one.halls))
            for one in places.zones
        ],
        empty="还没有区域",
    )


def _hall(one: PlacedHall) -> dict[str, str | None]:
    return {
        "name": one.name,
        "title": one.title,
        "kind": one.kind.value,
        "town": one.town_code,
        "zone": one.zone,
    }


COMMANDS = [zone]

"""`steward map …`."""

from __future__ import annotations

from pathlib import Path

import click

from steward.cli.context import clock_of, opened_database, operator
from steward.errors import MapError
from steward.geography.outlines import Outlines
from steward.operations.own_map import check_map, install_map, remove_map
from steward.settings import load

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("map")
def map_() -> None:
    """四色图的边界：用本单位的 GeoJSON 代替方格示意图。"""


@map_.command("check")
@click.argument("file", type=_FILE)
def check(file: Path) -> None:
    """核对一个 GeoJSON 文件，逐条说明错在哪里；有错时退出码为 1。不改动任何东西。"""
    with opened_database() as database:
        read = check_map(database, file)
    for fault in read.faults:
        click.echo(fault)
    if read.ground is None:
        raise MapError(f"边界文件有 {len(read.faults)} 处错", place=str(file))
    _tell(read, "文件可以用")


@map_.command("install")
@click.argument("file", type=_FILE)
def install(file: Path) -> None:
    """核对并安装：没有错才换上，网页马上改用它；有错时原来的图不变。"""
    settings = load()
    with opened_database(settings) as database:
        at = clock_of(settings).now()
        read = install_map(database, file, settings.map_file, at=at, by=operator())
    _tell(read, f"已安装到 {settings.map_file}")


@map_.command("remove")
def remove() -> None:
    """去掉安装的边界，恢复方格示意图。"""
    settings = load()
    with opened_database(settings) as database:
        at = clock_of(settings).now()
        remove_map(database, settings.map_file, at=at, by=operator())
    click.echo("已恢复方格示意图")


def _tell(read: Outlines, what: str) -> None:
    shapes = read.ground.shapes if read.ground else ()
    drawn = sum(len(ring) for shape in shapes for rings in shape.polygons for ring in rings)
    for note in read.notes:
        click.echo(f"提醒：{note}")
    click.echo(f"{what}：{len(shapes)} 个镇街，{read.points} 个点，简化后画 {drawn} 个")


COMMANDS = [map_]

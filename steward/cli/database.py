"""`steward database …`."""

from __future__ import annotations

import click

from steward.cli.context import opened_database
from steward.ledger.towns import ensure_towns
from steward.storage import migrate


@click.group("database")
def database() -> None:
    """数据库：升级结构、查看状态。"""


@database.command("upgrade")
def upgrade() -> None:
    """把数据库结构升级到程序需要的版本（可重复执行）。"""
    with opened_database() as opened:
        migrate.upgrade(opened)
        with opened.session(write=True) as session:
            ensure_towns(session)
        click.echo(f"数据库结构：{migrate.current(opened)}（最新）  {opened.place}")


@database.command("status")
def status() -> None:
    """显示数据库结构的版本。"""
    with opened_database() as opened:
        found, known = migrate.current(opened), migrate.head()
        note = "最新" if found == known else f"需要升级到 {known}，请执行 steward database upgrade"
        click.echo(f"数据库结构：{found or '空'}（{note}）  {opened.place}")


COMMANDS = [database]

"""`steward contact`: who is reached for each town."""

from __future__ import annotations

import json
from pathlib import Path

import click

from steward.cli.context import clock_of, opened_database, operator
from steward.cli.table import print_table
from steward.domain.offices import CONTACT_NAMES
from steward.errors import DeliveryError
from steward.operations import keep_contacts as keeping
from steward.operations.board import towns_of
from steward.operations.import_contacts import import_contacts
from steward.operations.post import post_of
from steward.operations.try_contact import try_contact
from steward.settings import load


@click.group("contact")
def contact() -> None:
    """镇街联系人：每周简报和隐患月报送给谁。"""


@contact.command("add")
@click.argument("town", metavar="镇街")
@click.argument("name", metavar="姓名")
@click.argument("address", metavar="[地址]", default="")
def add(town: str, name: str, address: str) -> None:
    """添加联系人：邮件地址，或推送地址；推送地址含密钥，不写地址就会提示输入，不留在命令历史里。"""
    settings = load()
    address = address or click.prompt("地址（输入时不显示）", hide_input=True)
    with opened_database(settings) as database:
        made = keeping.add_contact(
            database, town, name, address, at=clock_of(settings).now(), by=operator()
        )
    click.echo(f"已添加联系人 {made.id}：{made.name}（{made.shown}）")


@contact.command("import")
@click.argument("file", metavar="文件", type=click.Path(path_type=Path, dir_okay=False))
def import_(file: Path) -> None:
    """接收一份名单（CSV 或 XLSX，表头：镇街、姓名、地址）；不能收的行逐行说明，状态码 1。"""
    settings = load()
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DeliveryError(f"文件读不出来：{error.strerror}", place=str(file)) from error
    with opened_database(settings) as database:
        done = import_contacts(
            database, content, name=str(file), at=clock_of(settings).now(), by=operator()
        )
    click.echo(f"添加 {done.added} 个，早已在内 {done.known} 个，没有收下 {len(done.refused)} 行")
    for one in done.refused:
        click.echo(f"第 {one.row} 行：{one.reason}", err=True)
    if done.refused:
        raise click.exceptions.Exit(1)


@contact.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def list_(as_json: bool) -> None:
    """列出联系人；推送地址只显示类型。"""
    with opened_database() as database:
        found = keeping.list_contacts(database)
        names = {town.code: town.name for town in towns_of(database)}
    if as_json:
        documents = [
            {
                "id": one.id,
                "town": one.town_code,
                "name": one.name,
                "kind": one.kind,
                "address": one.shown,
                "created_at": one.created_at.isoformat(),
            }
            for one in found
        ]
        click.echo(json.dumps(documents, ensure_ascii=False, indent=2))
        return
    print_table(
        ("编号", "镇街", "姓名", "方式", "地址"),
        [
            (
                str(one.id),
                names.get(one.town_code, one.town_code),
                one.name,
                CONTACT_NAMES[one.kind],
                one.shown,
            )
            for one in found
        ],
        empty="还没有联系人",
    )


@contact.command("remove")
@click.argument("number", metavar="编号", type=int)
def remove(number: int) -> None:
    """删除联系人，地址随即忘记；送达的记录保留。"""
    settings = load()
    with opened_database(settings) as database:
        was = keeping.remove_contact(database, number, at=clock_of(settings).now(), by=operator())
    click.echo(f"已删除联系人 {was.id}：{was.name}")


@contact.command("test")
@click.argument("number", metavar="编号", type=int)
def test(number: int) -> None:
    """给联系人发一条测试消息；没有发成，状态码 1。"""
    settings = load()
    with opened_database(settings) as database:
        sent, sentence = try_contact(
            database, number, post_of(settings), at=clock_of(settings).now(), by=operator()
        )
    click.echo(sentence, err=not sent)
    if not sent:
        raise click.exceptions.Exit(1)


COMMANDS = [contact]

"""`steward token`: what programs, players and town officers show instead of a password."""

from __future__ import annotations

import json
from datetime import datetime

import click

from steward.cli.context import clock_of, opened_database, operator
from steward.cli.table import print_table
from steward.domain.accounts import FEED, ROLE_NAMES, Role, Token
from steward.domain.weeks import DISTRICT_ZONE
from steward.operations import keep_tokens as keeping
from steward.settings import load


@click.group("token")
def token() -> None:
    """令牌：给程序、播放点和镇街的人（个人链接）用，添加、列出、吊销。"""


@token.command("add")
@click.argument("name", metavar="名称")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="令牌的角色")
@click.option("--hall", help="只用于这个大厅（网址中的名称）")
@click.option("--feed", is_flag=True, help="订阅密钥：只用在播客和日历的订阅地址里")
@click.option("--town", help="镇街安监员（town_officer）令牌或订阅密钥的镇街（名称或代码）")
def add(name: str, role: str | None, hall: str | None, feed: bool, town: str | None) -> None:
    """添加令牌，内容只显示这一次；用法：请求头 Authorization: Bearer 令牌。"""
    settings = load()
    with opened_database(settings) as database:
        made, key = keeping.add_token(
            database,
            name,
            at=clock_of(settings).now(),
            by=operator(),
            role=Role(role) if role else None,
            hall=hall,
            town=town,
            feed=feed,
        )
    click.echo(f"已添加令牌 {made.name}（只显示这一次）：")
    click.echo(key)
    if made.role is Role.TOWN_OFFICER:
        site = settings.public_url or f"http://服务器地址:{settings.port}"
        click.echo(
            f"个人链接，打开就进入本镇街的页面：{site}/town/{made.town_code}/enter?key={key}"
        )


@token.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def list_(as_json: bool) -> None:
    """列出令牌，吊销的也在内。"""
    with opened_database() as database:
        found = keeping.list_tokens(database)
    if as_json:
        documents = [
            {
                "name": one.name,
                "role": one.role,
                "hall": one.hall,
                "town": one.town_code,
                "feed": one.feed,
                "created_at": one.created_at.isoformat(),
                "last_used_at": one.last_used_at and one.last_used_at.isoformat(),
                "revoked_at": one.revoked_at and one.revoked_at.isoformat(),
            }
            for one in found
        ]
        click.echo(json.dumps(documents, ensure_ascii=False, indent=2))
        return
    print_table(
        ("名称", "用于", "镇街", "添加于", "上次使用", "状态"),
        [
            (
                one.name,
                _use(one),
                one.town_code or "",
                _local(one.created_at),
                _local(one.last_used_at) or "从未",
                f"{_local(one.revoked_at)} 吊销" if one.revoked_at else "有效",
            )
            for one in found
        ],
        empty="还没有令牌",
    )


@token.command("revoke")
@click.argument("name", metavar="名称")
def revoke(name: str) -> None:
    """吊销令牌，立即失效；记录保留。"""
    settings = load()
    with opened_database(settings) as database:
        keeping.revoke_token(database, name, at=clock_of(settings).now(), by=operator())
    click.echo(f"已吊销令牌 {name}")


def _use(token: Token) -> str:
    if token.feed:
        return FEED
    return ROLE_NAMES[token.role] if token.role else f"大厅 {token.hall}"


def _local(instant: datetime | None) -> str:
    return f"{instant.astimezone(DISTRICT_ZONE):%Y-%m-%d %H:%M}" if instant else ""


COMMANDS = [token]

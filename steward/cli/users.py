"""`steward user`: who may log in, and as what."""

from __future__ import annotations

import json
import sys

import click

from steward.cli.context import clock_of, opened_database, operator
from steward.cli.table import print_table
from steward.domain.accounts import ROLE_NAMES, Role
from steward.domain.weeks import DISTRICT_ZONE
from steward.operations import keep_accounts as keeping
from steward.settings import load

name_ = click.argument("name", metavar="帐号")
role_ = click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    required=True,
    help="查看；镇街安监员（须加 --town）；播报员；审批员；管理员",
)
town_ = click.option("--town", help="镇街安监员所属的镇街（名称或代码）")
stdin_ = click.option("--password-stdin", is_flag=True, help="从标准输入读取密码（第一行）")


@click.group("user")
def user() -> None:
    """帐号：添加、重置密码、更改角色、停用、启用、列出。"""


@user.command("add")
@name_
@role_
@town_
@stdin_
@click.option("--single-sign-on", is_flag=True, help="由单位统一登录，没有密码")
def add(name: str, role: str, town: str | None, password_stdin: bool, single_sign_on: bool) -> None:
    """添加帐号；不给密码时生成一次性密码，只显示这一次。"""
    if password_stdin and single_sign_on:
        raise click.UsageError("--password-stdin 和 --single-sign-on 不能同时使用")
    settings = load()
    with opened_database(settings) as database:
        account, once = keeping.add_account(
            database,
            name,
            Role(role),
            at=clock_of(settings).now(),
            by=operator(),
            town=town,
            password=_typed() if password_stdin else None,
            single_sign_on=single_sign_on,
        )
    click.echo(f"已添加帐号 {account.name}（{ROLE_NAMES[account.role]}）")
    _show(once)


@user.command("reset")
@name_
@stdin_
def reset(name: str, password_stdin: bool) -> None:
    """重置密码并解除锁定；已登录的全部退出。"""
    settings = load()
    with opened_database(settings) as database:
        once = keeping.reset_account(
            database,
            name,
            at=clock_of(settings).now(),
            by=operator(),
            password=_typed() if password_stdin else None,
        )
    click.echo(f"已重置帐号 {name} 的密码")
    _show(once)


@user.command("role")
@name_
@role_
@town_
def role(name: str, role: str, town: str | None) -> None:
    """更改角色，立即生效。"""
    settings = load()
    with opened_database(settings) as database:
        at = clock_of(settings).now()
        keeping.change_role(database, name, Role(role), at=at, by=operator(), town=town)
    click.echo(f"帐号 {name} 现在是{ROLE_NAMES[Role(role)]}")


@user.command("disable")
@name_
def disable(name: str) -> None:
    """停用帐号，已登录的立即退出；记录保留。"""
    settings = load()
    with opened_database(settings) as database:
        keeping.disable_account(database, name, at=clock_of(settings).now(), by=operator())
    click.echo(f"已停用帐号 {name}")


@user.command("enable")
@name_
def enable(name: str) -> None:
    """启用停用的帐号，或解除登录锁定。"""
    settings = load()
    with opened_database(settings) as database:
        keeping.enable_account(database, name, at=clock_of(settings).now(), by=operator())
    click.echo(f"已启用帐号 {name}")


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def list_(as_json: bool) -> None:
    """列出帐号。"""
    settings = load()
    with opened_database(settings) as database:
        found = keeping.list_accounts(database, at=clock_of(settings).now())
    if as_json:
        documents = [_document(one) for one in found]
        click.echo(json.dumps(documents, ensure_ascii=False, indent=2))
        return
    print_table(
        ("帐号", "角色", "镇街", "登录方式", "上次登录", "状态"),
        [
            (
                one.account.name,
                ROLE_NAMES[one.account.role],
                one.account.town_code or "",
                "统一登录" if one.account.single_sign_on else "密码",
                f"{one.account.last_login_at.astimezone(DISTRICT_ZONE):%Y-%m-%d %H:%M}"
                if one.account.last_login_at
                else "从未",
                _state(one),
            )
            for one in found
        ],
        empty="还没有帐号；steward run 第一次启动时会建立 admin",
    )


def _typed() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _show(once: str) -> None:
    if once:
        click.echo(f"一次性密码（只显示这一次，首次登录须修改）：{once}")


def _state(one: keeping.Listed) -> str:
    if one.account.disabled_at is not None:
        return "已停用"
    if one.locked_until is not None:
        return f"锁定至 {one.locked_until.astimezone(DISTRICT_ZONE):%H:%M:%S}"
    return "须改密码" if one.account.must_change else "正常"


def _document(one: keeping.Listed) -> dict[str, object]:
    account = one.account
    return {
        "name": account.name,
        "role": account.role,
        "town": account.town_code,
        "single_sign_on": account.single_sign_on,
        "must_change": account.must_change,
        "created_at": account.created_at.isoformat(),
        "last_login_at": account.last_login_at and account.last_login_at.isoformat(),
        "disabled_at": account.disabled_at and account.disabled_at.isoformat(),
        "locked_until": one.locked_until and one.locked_until.isoformat(),
    }


COMMANDS = [user]

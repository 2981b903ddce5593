"""`steward cap`: alerts of others, looked at without taking them."""

from __future__ import annotations

from pathlib import Path

import click

from steward.cli.context import clock_of
from steward.domain.alerts import MESSAGE_NAMES, MOST_BYTES, STATUSES, priority_of
from steward.domain.announcements import STATUS_NAMES
from steward.domain.broadcasts import PRIORITY_NAMES
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import AlertError
from steward.operations.check_alert import check_alert
from steward.settings import load


@click.group()
def cap() -> None:
    """外部警报（CAP 1.2）。"""


@cap.command("check")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def check(file: Path) -> None:
    """看一份警报文件说什么、会怎么播，或为什么不会接收。什么都不会播。"""
    now = clock_of(load()).now()
    try:
        with click.open_file(str(file), "rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise AlertError(f"文件不能读：{error.strerror}", place=str(file)) from error
    alert, said = check_alert(content, now=now)
    status = STATUS_NAMES[STATUSES[alert.status]]
    local = alert.sent.astimezone(DISTRICT_ZONE)
    click.echo(f"{MESSAGE_NAMES[alert.msg_type]}，{status}：{alert.identifier}")
    click.echo(f"发布单位：{alert.sender}，{local:%Y-%m-%d %H:%M:%S}")
    for one in alert.references:
        click.echo(f"针对：    {one}")
    click.echo(f"优先级：  {PRIORITY_NAMES[priority_of(said.infos)]}")
    click.echo(f"标题：    {said.title}")
    click.echo(f"会播：    {said.text}")
    if not said.chinese:
        click.secho("原文不是中文，须有人审批", fg="yellow")


COMMANDS = [cap]

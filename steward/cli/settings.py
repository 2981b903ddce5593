"""`steward settings`."""

from __future__ import annotations

import click

from steward import settings as table


@click.command("settings")
@click.option("--markdown", is_flag=True, help="输出设置文档（docs/settings.md 即由此生成）")
def settings(markdown: bool) -> None:
    """列出每项设置的当前值、来源和说明。"""
    if markdown:
        click.echo(table.documentation(), nl=False)
        return
    for line in table.describe(table.load()):
        click.echo(f"{line.name} = {line.value or '（空）'}    [{line.origin}]")
        click.echo(f"    {line.help}")


COMMANDS = [settings]

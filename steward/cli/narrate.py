"""`steward normalise`: the spoken form of any text."""

from __future__ import annotations

import click

from steward.narration.normaliser import normalise as spoken_form


@click.command("normalise")
@click.argument("text", metavar="文字")
def normalise(text: str) -> None:
    """打印任意文字读出来的样子，如 28条 → 二十八条。"""
    click.echo(spoken_form(text))


COMMANDS: list[click.Command] = [normalise]

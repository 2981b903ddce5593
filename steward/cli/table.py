"""A plain table on the terminal, in which a Chinese character is two columns wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import click


def width(text: str) -> int:
    """Columns the text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def print_table(
    head: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str = "（无）"
) -> None:
    """Print rows below their heads, aligned; `empty` where there are none."""
    if not rows:
        click.echo(empty)
        return
    widths = [max(width(row[n]) for row in (head, *rows)) for n in range(len(head))]
    for row in (head, *rows):
        cells = (cell + " " * (widths[n] - width(cell)) for n, cell in enumerate(row))
        click.echo("  ".join(cells).rstrip())

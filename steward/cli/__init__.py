"""The command `steward`: one file a group of commands, each listed here."""

from __future__ import annotations

import sys

import click

from steward import __version__
from steward.cli import (
    accidents,
    analysis,
    audit,
    briefing,
    broadcasts,
    cap,
    colours,
    contacts,
    database,
    deliveries,
    demo,
    enforcement,
    figures,
    fonts,
    hall,
    hazard,
    intake,
    lexicon,
    narrate,
    places,
    plans,
    player,
    players,
    playlog,
    pull,
    report,
    run,
    settings,
    tokens,
    town_map,
    users,
    voices,
    warning_lists,
)
from steward.errors import StewardError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="steward")
def steward() -> None:
    """隐患管家：把辖区安全隐患说出来。"""


for _module in (
    settings,
    database,
    intake,
    pull,
    demo,
    figures,
    briefing,
    colours,
    town_map,
    report,
    hall,
    hazard,
    places,
    narrate,
    lexicon,
    voices,
    fonts,
    plans,
    broadcasts,
    users,
    tokens,
    contacts,
    deliveries,
    audit,
    playlog,
    cap,
    warning_lists,
    analysis,
    accidents,
    enforcement,
    run,
    player,
    players,
):
    for _command in _module.COMMANDS:
        steward.add_command(_command)


def main() -> None:
    """Run the command; a StewardError becomes one Chinese sentence and exit status 1."""
    try:
        steward.main(prog_name="steward", standalone_mode=False)
    except StewardError as error:
        click.echo(f"错误：{error}", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中止", err=True)
        sys.exit(130)

"""`steward playlog`: the play log as a file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import click

from steward.cli.context import clock_of, opened_database
from steward.domain.playlog import Asked
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import StewardError
from steward.operations.export_playlog import csv_lines, file_name, write_xlsx
from steward.operations.read_playlog import day_range, walk_playlog
from steward.operations.show_hall import find_hall
from steward.settings import load


class DayType(click.ParamType[date]):
    """`2021-11-16`, a day in the district."""

    name = "日期"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}”不是日期，应如 2021-11-16", param, ctx)


@click.command("playlog")
@click.option("--from", "first", type=DayType(), help="从哪一天；默认七天前")
@click.option("--to", "last", type=DayType(), help="到哪一天（含）；默认今天")
@click.option("--hall", default="", help="只要这个大厅（网址中的名称）")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="文件（.xlsx 或 .csv），或放文件的文件夹",
)
def playlog(first: date | None, last: date | None, hall: str, output: Path) -> None:
    """导出播报记录：每次播报、每个播放点一行，旧的在前。"""
    settings = load()
    today = clock_of(settings).now().astimezone(DISTRICT_ZONE).date()
    last = last or max(today, first or today)
    first = first or last - timedelta(days=6)
    since, until = day_range(first, last)
    path = output / file_name(first, last, "xlsx") if output.is_dir() else output
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise click.UsageError("文件名应以 .xlsx 或 .csv 结尾")
    with opened_database(settings) as database:
        asked = Asked(since, until, find_hall(database, hall).id if hall else None)
        logged = walk_playlog(database, asked)
        try:
            if path.suffix.lower() == ".xlsx":
                with path.open("wb") as stream:
                    write_xlsx(logged, stream)
            else:
                with path.open("w", encoding="utf-8", newline="") as text:
                    text.writelines(csv_lines(logged))
        except OSError as error:
            raise StewardError(f"文件不能写入：{error.strerror}", place=str(path)) from error
    click.echo(f"已导出到 {path}")


COMMANDS = [playlog]

"""`steward report`."""

from __future__ import annotations

import shutil
from pathlib import Path

import click
from tqdm import tqdm

from steward.cli.context import MonthType, clock_of, opened_database, operator
from steward.domain.months import Month
from steward.domain.offices import OFFERED, Matter
from steward.domain.reports import OUTCOME_NAMES, Issued, Outcome
from steward.errors import DocumentError
from steward.files import whole_file
from steward.operations.choose_press import press_of
from steward.operations.make_reports import issue_reports
from steward.operations.office_files import find_file
from steward.settings import load


@click.command("report")
@click.option("--month", type=MonthType(), required=True, help="月份，如 2021-10；须已经结束")
@click.option("--town", "towns", multiple=True, help="镇街名称或代码；可写多次")
@click.option("--all", "every", is_flag=True, help="全部镇街")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="把文件复制到哪个文件夹",
)
@click.option("--reason", default="", help="更正的理由：按现在的台账另出一期，原来的保留")
def report(month: Month, towns: tuple[str, ...], every: bool, folder: Path, reason: str) -> None:
    """镇街隐患月报（隐患报告和趋势分析）：DOCX、PDF、XLSX、JSON。

    没有出具过的先出具，并存入数据库；出具过的，给出当时出具的那一期，数字不变。
    台账后来有变化要更正的，用 --reason 写明理由，另出一期。
    """
    if every == bool(towns):
        raise click.UsageError("请用 --town 指定镇街，或用 --all 指定全部镇街，二者选一")
    settings = load()
    with (
        opened_database(settings) as database,
        tqdm(desc=f"{month.name}月报", unit="份") as bar,
    ):

        def told(_: Issued, total: int) -> None:
            bar.total = total
            bar.update()

        issued = issue_reports(
            database,
            settings.offices_folder,
            month,
            press=press_of(settings),
            at=clock_of(settings).now(),
            by=operator(),
            towns=None if every else towns,
            reason=reason,
            progress=told,
        )
    for one in issued:
        _say(
            one,
            [] if one.outcome is Outcome.FAILED else _copied(one, settings.offices_folder, folder),
        )
    failed = [one.town.name for one in issued if one.outcome is Outcome.FAILED]
    if failed:
        raise DocumentError(f"{len(failed)} 份没有做成：{'、'.join(failed)}", place=str(month))


def _copied(one: Issued, source: Path, folder: Path) -> list[Path]:
    copies = []
    for ending in OFFERED[Matter.REPORT]:
        file = find_file(source, one.issue, one.town.name, ending)
        copy = folder / file.name
        with whole_file(copy, DocumentError) as half:
            shutil.copyfile(file.path, half)
        copies.append(copy)
    return copies


def _say(one: Issued, files: list[Path]) -> None:
    correction = f"（{one.issue.correction}）" if one.issue.correction else ""
    why = f"：{one.fault}" if one.fault else ""
    click.echo(f"{one.town.name}{correction}：{OUTCOME_NAMES[one.outcome]}{why}")
    for path in files:
        click.echo(f"  {path}")


COMMANDS = [report]

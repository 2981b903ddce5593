"""`steward demo-data`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from steward.cli.context import opened_database
from steward.ledger.demonstration.hazards import SECOND_FILES_AT
from steward.operations.foresee_accidents import foresee_accidents, show_foresight
from steward.operations.make_demo_data import make_demo_data
from steward.operations.rank_for_inspection import rank_for_inspection
from steward.operations.weekly_figures import figures_document
from steward.settings import load
from steward.storage.migrate import require_head


@click.command("demo-data")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="写入演示文件的文件夹；默认为数据文件夹中的 demo",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def demo_data(folder: Path | None, as_json: bool) -> None:
    """编制演示台账（2021年11月16日的公布数字），经导入写入数据库。"""
    settings = load()
    with opened_database(settings) as database:
        require_head(database)
        report = make_demo_data(
            database,
            folder or settings.data_dir / "demo",
            error_folder=settings.intake_folder,
            progress=None if as_json else click.echo,
        )
        if show_foresight(database, limit=1).kept is None:
            if not as_json:
                click.echo("推算事故预警（演示数据里的事故是模拟的）")
            rank_for_inspection(database, rules=settings.enforcement_rules, now=SECOND_FILES_AT)
            foresee_accidents(database, rules=settings.points_rules, now=SECOND_FILES_AT)
    counts = report.figures.counts
    if as_json:
        click.echo(json.dumps(figures_document(report.figures), ensure_ascii=False, indent=2))
        return
    for taken in report.reports:
        click.echo(
            f"  {Path(taken.file).name}：新增 {taken.rows_new}，更新 {taken.rows_updated}，"
            f"未接收 {len(taken.rejections)}"
        )
    if not report.reports:
        click.echo("演示数据已在台账中，没有重复导入")
    click.echo(
        f"截至 2021年11月16日 9:00：本周新增 {counts.new_hazards} 条，"
        f"到期预警企业 {counts.due_soon_enterprises} 家，"
        f"超期预警企业 {counts.overdue_enterprises} 家，"
        f"累计监控 {counts.monitored} 处，闭环 {counts.closed_total} 处（{counts.closure_rate}%）"
    )


COMMANDS = [demo_data]

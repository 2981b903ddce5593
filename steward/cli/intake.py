"""`steward intake`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from steward.cli.context import clock_of, opened_database
from steward.domain.hazards import SOURCE_NAMES, Source
from steward.domain.intake import IntakeReport
from steward.errors import IntakeError
from steward.operations.take_file import take_file
from steward.settings import Settings, load
from steward.storage.engine import Database
from steward.storage.migrate import require_head

SHOWN_REASONS = 5


@click.command("intake")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="文件..."
)
@click.option(
    "--source",
    required=True,
    type=click.Choice([str(source) for source in Source]),
    help="来源：" + "、".join(f"{source}（{name}）" for source, name in SOURCE_NAMES.items()),
)
@click.option("--dry-run", is_flag=True, help="只检查，不写入")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_context
def intake(
    context: click.Context, files: tuple[Path, ...], source: str, dry_run: bool, as_json: bool
) -> None:
    """导入隐患文件（CSV、XLSX）。

    退出码：0 全部接收；2 有的行没有接收（见错误副本）；1 有的文件不能接收。
    """
    settings = load()
    documents = []
    failed = rejected = False
    with opened_database(settings) as database:
        require_head(database)
        for path in files:
            try:
                report = _take(database, settings, path, Source(source), dry_run)
            except IntakeError as error:
                failed = True
                documents.append({"file": str(path), "error": str(error), "retry": error.retry})
                if not as_json:
                    click.echo(f"错误：{error}", err=True)
                continue
            rejected = rejected or bool(report.rejections)
            documents.append(_document(report))
            if not as_json:
                _print(report)
    if as_json:
        click.echo(json.dumps(documents, ensure_ascii=False, indent=2))
    context.exit(1 if failed else 2 if rejected else 0)


def _take(
    database: Database, settings: Settings, path: Path, source: Source, dry_run: bool
) -> IntakeReport:
    with tqdm(desc=path.name, unit="行", disable=None, file=sys.stderr) as bar:

        def progress(done: int, all_: int) -> None:
            bar.total = all_
            bar.update(done - bar.n)

        return take_file(
            database,
            path,
            source,
            at=clock_of(settings).now(),
            error_folder=settings.intake_folder,
            dry_run=dry_run,
            progress=progress,
        )


def _document(report: IntakeReport) -> dict[str, Any]:
    document = asdict(report)
    document["rejections"] = [
        {"row_number": rejection.row_number, "reason": rejection.reason}
        for rejection in report.rejections
    ]
    document["rows_rejected"] = len(report.rejections)
    return document


def _print(report: IntakeReport) -> None:
    note = "（试运行，没有写入）" if report.dry_run else ""
    click.echo(
        f"{report.file}：读 {report.rows_read} 行，新增 {report.rows_new}，"
        f"更新 {report.rows_updated}，未变 {report.rows_unchanged}，"
        f"未接收 {len(report.rejections)}{note}"
    )
    if report.unknown_columns:
        click.echo(f"  不认识的列（原样保存）：{'、'.join(report.unknown_columns)}")
    for rejection in report.rejections[:SHOWN_REASONS]:
        click.echo(f"  第 {rejection.row_number} 行：{rejection.reason}")
    if len(report.rejections) > SHOWN_REASONS:
        click.echo(f"  ……共 {len(report.rejections)} 行")
    if report.error_copy:
        click.echo(f"  错误副本：{report.error_copy}")


COMMANDS = [intake]

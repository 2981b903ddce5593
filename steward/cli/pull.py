"""`steward pull`."""

from __future__ import annotations

import json
import os
import socket
import sys
from dataclasses import asdict, replace
from typing import Any

import click
from tqdm import tqdm

from steward.cli.context import clock_of, opened_database
from steward.cli.table import print_table
from steward.domain.sources import Pulled
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import SourceError
from steward.operations.pull_source import pull_source
from steward.operations.pull_sources import Puller, declare_sources, find_source
from steward.scheduler.pulling import puller_of
from steward.settings import load
from steward.sources.shapes import Source
from steward.storage.engine import Database
from steward.storage.migrate import require_head

HEAD = ("来源", "读", "新增", "更新", "未变", "未接收", "用时", "结果")


@click.command("pull")
@click.argument("name", required=False, metavar="[来源]")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_context
def pull(context: click.Context, name: str | None, as_json: bool) -> None:
    """拉取数据来源（sources.toml 里声明的全部，或写明的一个）。

    退出码：0 都拉完了；2 有的行没有接收，或有别的提醒；1 有的来源没有拉成，或声明不对。
    """
    settings = load()
    clock = clock_of(settings)
    puller = puller_of(settings, clock, f"{socket.gethostname()}:{os.getpid()}:命令行")
    with opened_database(settings) as database:
        require_head(database)
        declare_sources(database, puller, now=clock.now())
        for fault in puller.declared.faults:
            click.echo(f"错误：{fault}（{puller.file}）", err=True)
        wanted = (find_source(puller, name),) if name else puller.declared.sources
        if not wanted and not puller.declared.faults:
            raise SourceError("没有声明数据来源", place=str(puller.file))
        done = [_pull(database, source, puller) for source in wanted]
    if as_json:
        click.echo(json.dumps([_document(one) for one in done], ensure_ascii=False, indent=2))
    else:
        print_table(HEAD, [_row(one) for one in done])
        _print_more(done)
    failed = bool(puller.declared.faults) or any(isinstance(o, str) or o.error for o in done)
    noted = any(not isinstance(o, str) and (o.rows_rejected or o.warnings) for o in done)
    context.exit(1 if failed else 2 if noted else 0)


def _pull(database: Database, source: Source, puller: Puller) -> Pulled | str:
    """The run; the name of a source that somebody else pulls just now."""
    with tqdm(desc=source.name, unit="行", disable=None, file=sys.stderr) as bar:

        def progress(read: int) -> None:
            bar.update(read - bar.n)

        means = replace(puller.means, progress=progress)
        return pull_source(database, source, means) or source.name


def _row(one: Pulled | str) -> tuple[str, ...]:
    if isinstance(one, str):
        return one, "", "", "", "", "", "", "正由另一个进程拉取"
    counts = (one.rows_read, one.rows_new, one.rows_updated, one.rows_unchanged, one.rows_rejected)
    seconds = (one.finished_at - one.started_at).total_seconds()
    again = f"，{_clock(one)}再试" if one.error and one.next_at else ""
    result = f"没有拉成：{one.error}{again}" if one.error else "完成"
    return one.source, *map(str, counts), f"{seconds:.1f} 秒", result


def _print_more(done: list[Pulled | str]) -> None:
    for one in done:
        if isinstance(one, str):
            continue
        for warning in one.warnings:
            click.echo(f"  {one.source}：{warning}")
        if one.unknown_columns:
            columns = "、".join(one.unknown_columns)
            click.echo(f"  {one.source}：不认识的列（原样保存）：{columns}")
        if one.rows_retried:
            click.echo(f"  {one.source}：以前没有接收的，这次收下 {one.rows_retried} 行")
        if one.rows_rejected:
            click.echo(f"  {one.source}：没有接收的行和原因见“数据来源”页")


def _clock(one: Pulled) -> str:
    return f"{one.next_at.astimezone(DISTRICT_ZONE):%H:%M}" if one.next_at else ""


def _document(one: Pulled | str) -> dict[str, Any]:
    if isinstance(one, str):
        return {"source": one, "error": "正由另一个进程拉取"}
    return {
        key: value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in asdict(one).items()
    }


COMMANDS = [pull]

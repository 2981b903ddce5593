"""`steward audit`: who did what, and the proof that nothing of it was changed."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import click

from steward.cli.context import InstantType, opened_database
from steward.cli.table import print_table
from steward.domain.audit import ACT_NAMES, Act, Entry, Head
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import StewardError
from steward.operations.read_audit import search_audit, verify_audit

_COLUMNS = ("序号", "时间", "谁", "角色", "从哪里", "操作", "对象", "之前", "之后", "校验值")


def _search(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a search."""
    for option in (
        click.option("--until", type=InstantType(), help="早于这个时刻"),
        click.option("--since", type=InstantType(), help="从这个时刻起，如 2021-11-16T09:00"),
        click.option("--what", type=click.Choice([act.value for act in Act]), help="哪种操作"),
        click.option("--who", default="", help="谁（帐号、令牌或系统用户）"),
    ):
        command = option(command)
    return command


@click.group("audit")
def audit() -> None:
    """操作记录：核验、查询、导出。"""


@audit.command("verify")
@click.option("--noted", metavar="条数:校验值", help="以前核验时抄下的结果，一并核对")
def verify(noted: str | None) -> None:
    """核验记录是否完整；有问题时指出第一处，状态码为 1。"""
    with opened_database() as database:
        last, fault = verify_audit(database, noted=_noted(noted) if noted else None)
    if fault:
        raise StewardError(f"操作记录不完整：{fault}", place=database.place)
    click.echo(f"操作记录完整，共 {last.count} 条。请把下面这行抄在别处，以后用 --noted 核对：")
    click.echo(f"{last.count}:{last.digest}")


@audit.command("list")
@_search
@click.option("-n", "--count", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def list_(
    who: str,
    what: str | None,
    since: datetime | None,
    until: datetime | None,
    count: int,
    as_json: bool,
) -> None:
    """列出操作，新的在前。"""
    with opened_database() as database:
        found = search_audit(
            database, who=who, what=what or "", since=since, until=until, limit=count
        )
    if as_json:
        _write_json(found, sys.stdout)
        return
    print_table(
        ("序号", "时间", "谁", "从哪里", "操作", "对象", "之前", "之后"),
        [
            (
                str(one.number),
                _local(one.at),
                one.who,
                one.where,
                ACT_NAMES[Act(one.what)],
                one.about,
                one.before,
                one.after,
            )
            for one in found
        ],
        empty="没有这样的操作",
    )


@audit.command("export")
@_search
@click.option("--csv", "kind", flag_value="csv", default="csv", help="CSV（默认）")
@click.option("--json", "kind", flag_value="json", help="JSON")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
def export(
    who: str,
    what: str | None,
    since: datetime | None,
    until: datetime | None,
    kind: str,
    output: Path,
) -> None:
    """导出操作到文件，旧的在前。"""
    with opened_database() as database:
        found = search_audit(database, who=who, what=what or "", since=since, until=until)[::-1]
    try:
        # The mark at the start lets spreadsheets read the Chinese in it.
        encoding = "utf-8-sig" if kind == "csv" else "utf-8"
        with output.open("w", encoding=encoding, newline="") as stream:
            (_write_csv if kind == "csv" else _write_json)(found, stream)
    except OSError as error:
        raise StewardError(f"文件不能写入：{error.strerror}", place=str(output)) from error
    click.echo(f"已导出 {len(found)} 条到 {output}")


def _noted(text: str) -> Head:
    count, _, digest = text.partition(":")
    if not (count.isascii() and count.isdigit() and len(digest) == 64):
        raise click.UsageError("--noted 应为核验时给出的那一行：条数:校验值")
    return Head(int(count), digest)


def _local(instant: datetime) -> str:
    return f"{instant.astimezone(DISTRICT_ZONE):%Y-%m-%d %H:%M:%S}"


def _write_csv(entries: Sequence[Entry], stream: TextIO) -> None:
    writer = csv.writer(stream)
    writer.writerow(_COLUMNS)
    for one in entries:
        act = ACT_NAMES[Act(one.what)]
        own = (one.number, _local(one.at), one.who, one.role, one.where, act, one.about)
        writer.writerow((*own, one.before, one.after, one.digest))


def _write_json(entries: Sequence[Entry], stream: TextIO) -> None:
    documents: list[dict[str, Any]] = [
        {
            "number": one.number,
            "at": one.at.isoformat(timespec="microseconds"),
            "who": one.who,
            "role": one.role,
            "where": one.where,
            "what": one.what,
            "about": one.about,
            "before": json.loads(one.before) if one.before else None,
            "after": json.loads(one.after) if one.after else None,
            "previous": one.previous,
            "digest": one.digest,
        }
        for one in entries
    ]
    json.dump(documents, stream, ensure_ascii=False, indent=2)
    stream.write("\n")


COMMANDS = [audit]

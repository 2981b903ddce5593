"""`steward broadcasts`: what was announced, and everything that happened to it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

import click

from steward.broadcasts.queries import broadcasts as queries
from steward.broadcasts.tables import BroadcastRow, ChangeRow
from steward.cli.context import clock_of, opened_database, operator
from steward.cli.table import print_table
from steward.domain.broadcasts import (
    CLAUSE_NEWS,
    PRIORITY_NAMES,
    STATE_NAMES,
    BroadcastState,
    Priority,
    ReceiptEvent,
)
from steward.domain.weeks import DISTRICT_ZONE
from steward.operations import decide_broadcast, list_broadcasts
from steward.operations.announce import announce
from steward.operations.furnish import MAIN_HALL
from steward.settings import load

as_json = click.option("--json", "as_json", is_flag=True, help="输出 JSON")
_EVENTS = {
    ReceiptEvent.FETCHED: "已取得",
    ReceiptEvent.STARTED: "已开始",
    ReceiptEvent.CLAUSE: "念到分句",
    ReceiptEvent.ENDED: "已播完",
    ReceiptEvent.INTERRUPTED: "被打断",
    ReceiptEvent.BLOCKED: "声音被浏览器阻止",
    ReceiptEvent.MUTED: "已静音",
}
number = click.argument("broadcast_id", metavar="编号", type=int)


@click.group("broadcasts")
def broadcasts() -> None:
    """播报：立即播出一段文字；列出、查看、放行、取消。"""


@broadcasts.command("now")
@click.argument("text", metavar="文字")
@click.option("--hall", default=MAIN_HALL[0], show_default=True, help="大厅的名称（网址中的那个）")
@click.option(
    "--priority",
    type=click.Choice([one.value for one in Priority]),
    default=Priority.ROUTINE.value,
    show_default=True,
    help="emergency 紧急：边合成边播，播出后听回；其余听回无误才播",
)
@click.option("--title", default="", help="标题；默认按优先级，如“常规播报”")
@click.option("--confirmed", is_flag=True, help="文字里有“演练”，仍作为正式播报播出")
def now(text: str, hall: str, priority: str, title: str, confirmed: bool) -> None:
    """让大厅尽快播出一段文字（播报引擎须在运行）。"""
    settings = load()
    with opened_database(settings) as database:
        broadcast_id, script = announce(
            database,
            text,
            hall=hall,
            priority=Priority(priority),
            at=clock_of(settings).now(),
            by=operator(),
            title=title,
            lexicon_file=settings.lexicon,
            confirmed=confirmed,
        )
    click.echo(f"播报 {broadcast_id}：")
    for clause in script.clauses:
        click.echo(f"  {clause.spoken}")


@broadcasts.command("list")
@click.option("-n", "--count", type=click.IntRange(1, 1000), default=20, show_default=True)
@as_json
def list_(count: int, as_json: bool) -> None:
    """列出最近的播报，新的在前。"""
    with opened_database() as database, database.session() as session:
        rows = queries.recent(session, count)
    if as_json:
        click.echo(json.dumps([_brief(row) for row in rows], ensure_ascii=False, indent=2))
        return
    print_table(
        ("编号", "应播时刻", "状态", "优先级", "时长", "标题", "问题"),
        [
            (
                str(row.id),
                _local(row.slot_at),
                STATE_NAMES[BroadcastState(row.state)],
                PRIORITY_NAMES[Priority(row.priority)],
                _length(row.duration_ms),
                row.title,
                row.fault,
            )
            for row in rows
        ],
        empty="还没有播报",
    )


@broadcasts.command("show")
@number
@as_json
def show(broadcast_id: int, as_json: bool) -> None:
    """查看一次播报：文字、数字及其依据的条数、经过、回执。"""
    with opened_database() as database:
        detail = list_broadcasts.find_broadcast(database, broadcast_id)
        with database.session() as session:
            row = queries.get(session, broadcast_id)
    if as_json:
        document = _brief(row) | {
            "clauses": row.clauses,
            "clips": {ordinal: asdict(clip) for ordinal, clip in detail.clips.items()},
            "misheard": asdict(detail.misheard) if detail.misheard else None,
            "figures": row.figures,
            "evidence": row.evidence,
            "changes": [
                {
                    "id": one.id,
                    "at": one.at.isoformat(),
                    "what": one.what,
                    "from": one.from_,
                    "to": one.to,
                    "by": one.by,
                    "why": one.why,
                }
                for one in detail.changes
            ],
            "receipts": [
                {
                    "at": receipt.at.isoformat(),
                    "player": key,
                    "event": receipt.event,
                    "ordinal": receipt.ordinal,
                    "detail": receipt.detail,
                }
                for receipt, key in detail.receipts
            ],
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    click.echo(f"{row.title}（编号 {row.id}，{STATE_NAMES[BroadcastState(row.state)]}）")
    click.echo(f"数字截至 {_local(row.as_of)}，语音 {row.voice_id or '无'}")
    if row.fault:
        click.echo(f"问题：{row.fault}")
    for ordinal, clause in enumerate(row.clauses):
        click.echo(f"  {clause['written']}（{_origin(detail.clips.get(ordinal))}）")
    click.echo("\n数字及其依据：")
    rows = [(one.name, one.value, "、".join(of for _, of in one.behind)) for one in detail.figures]
    print_table(("数字", "值", "依据"), rows)
    click.echo("\n经过：")
    print_table(
        ("时刻", "事项", "由", "原因"),
        [(_local(one.at), _happened(one), one.by, one.why) for one in detail.changes],
    )
    click.echo("\n回执：")
    print_table(
        ("时刻", "播放点", "回执", "分句", "说明"),
        [
            (
                _local(receipt.at),
                key,
                _EVENTS[ReceiptEvent(receipt.event)],
                "" if receipt.ordinal is None else str(receipt.ordinal + 1),
                receipt.detail,
            )
            for receipt, key in detail.receipts
        ],
        empty="没有回执",
    )


@broadcasts.command("release")
@number
def release(broadcast_id: int) -> None:
    """放行一次已扣留的播报。"""
    settings = load()
    with opened_database(settings) as database:
        decide_broadcast.release_broadcast(
            database, broadcast_id, at=clock_of(settings).now(), by=operator()
        )
    click.echo(f"已放行播报 {broadcast_id}")


@broadcasts.command("cancel")
@number
def cancel(broadcast_id: int) -> None:
    """取消一次尚未结束的播报。"""
    settings = load()
    with opened_database(settings) as database:
        decide_broadcast.cancel_broadcast(
            database, broadcast_id, at=clock_of(settings).now(), by=operator()
        )
    click.echo(f"已取消播报 {broadcast_id}")


def _origin(clip: list_broadcasts.ClipOrigin | None) -> str:
    if clip is None:
        return "没有声音"
    if clip.hearing is None:
        heard = "没有听回"
    else:
        heard = "听回一致" if clip.hearing.ok else f"听到“{clip.hearing.heard}”"
    return f"{clip.voice_id}，{heard}"


def _happened(change: ChangeRow) -> str:
    if change.what == "state":
        before = f"{STATE_NAMES[BroadcastState(change.from_)]} → " if change.from_ else ""
        return before + STATE_NAMES[BroadcastState(change.to)]
    return f"第 {int(change.to) + 1} 句{CLAUSE_NEWS[change.what]}"


def _local(instant: datetime) -> str:
    return f"{instant.astimezone(DISTRICT_ZONE):%Y-%m-%d %H:%M:%S}"


def _length(duration_ms: int | None) -> str:
    return "" if duration_ms is None else f"{duration_ms / 1000:.1f} 秒"


def _brief(row: BroadcastRow) -> dict[str, object]:
    def instant(value: datetime | None) -> str | None:
        return value.isoformat() if value else None

    return {
        "id": row.id,
        "title": row.title,
        "state": row.state,
        "priority": row.priority,
        "as_of": instant(row.as_of),
        "slot_at": instant(row.slot_at),
        "started_at": instant(row.started_at),
        "ended_at": instant(row.ended_at),
        "duration_ms": row.duration_ms,
        "voice_id": row.voice_id,
        "fault": row.fault,
    }


COMMANDS = [broadcasts]

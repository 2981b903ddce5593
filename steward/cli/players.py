"""`steward players`: which players there are and how they do; enrol, change, retire one.

(`steward player` is a loudspeaker itself: `player.py`.)
"""

from __future__ import annotations

import json

import click

from steward.cli.context import clock_of, opened_database, operator
from steward.cli.table import print_table
from steward.domain.players import KnownPlayer
from steward.domain.weeks import DISTRICT_ZONE
from steward.operations import enrol_player as enrolling
from steward.operations.show_players import show_players
from steward.settings import load

number_ = click.argument("number", metavar="编号", type=int)
title_ = click.argument("title", metavar="名称")


@click.group("players")
def players() -> None:
    """播放点：列出、登记、改名或换大厅、注销。"""


@players.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def list_(as_json: bool) -> None:
    """列出登记过的，和一天之内来过的。"""
    settings = load()
    with opened_database(settings) as database:
        now = clock_of(settings).now()
        found = show_players(database, at=now, silence=settings.alarms.silence)
    if as_json:
        click.echo(json.dumps([_document(one) for one in found], ensure_ascii=False, indent=2))
        return
    print_table(
        (
            "编号",
            "播放点",
            "大厅",
            "最近报到",
            "静默（秒）",
            "声音",
            "音量",
            "时钟差（秒）",
            "版本",
        ),
        [
            (
                str(one.id),
                one.called + ("" if one.enrolled_at or one.is_stream else "（未登记）"),
                one.hall_title,
                f"{one.last_seen_at.astimezone(DISTRICT_ZONE):%m-%d %H:%M:%S}",
                f"{one.silent_s:.0f}" + (" 失联" if one.silent and one.enrolled_at else ""),
                one.sound.value,
                "" if one.volume is None else str(one.volume),
                "" if one.clock_ms is None else f"{one.clock_ms / 1000:+.1f}",
                f"{one.device} {one.version}",
            )
            for one in found
        ],
        empty="还没有播放点来过",
    )


@players.command("enrol")
@click.argument("code", metavar="登记码")
@title_
def enrol(code: str, title: str) -> None:
    """登记屏幕上（或播放机终端上）显示这个码的播放点。"""
    settings = load()
    with opened_database(settings) as database:
        at = clock_of(settings).now()
        number = enrolling.enrol_player(database, code, title, at=at, by=operator())
    click.echo(f"已登记播放点 {number}“{title}”")


@players.command("change")
@number_
@title_
@click.argument("hall", metavar="大厅")
def change(number: int, title: str, hall: str) -> None:
    """改名，换大厅：它播完正在播的就自己转过去。"""
    settings = load()
    with opened_database(settings) as database:
        at = clock_of(settings).now()
        enrolling.change_player(database, number, title=title, hall=hall, at=at, by=operator())
    click.echo(f"播放点 {number} 现在是“{title}”，属大厅 {hall}")


@players.command("retire")
@number_
def retire(number: int) -> None:
    """注销：凭证立即作废，失联不再告警。"""
    settings = load()
    with opened_database(settings) as database:
        at = clock_of(settings).now()
        title = enrolling.retire_player(database, number, at=at, by=operator())
    click.echo(f"已注销播放点“{title}”")


def _document(one: KnownPlayer) -> dict[str, object]:
    return {
        "id": one.id,
        "key": one.key[:6],
        "title": one.title,
        "hall": one.hall_name,
        "enrolled_at": one.enrolled_at and one.enrolled_at.isoformat(),
        "last_seen_at": one.last_seen_at.isoformat(),
        "silent_s": one.silent_s,
        "sound": one.sound.value,
        "volume": one.volume,
        "clock_ms": one.clock_ms,
        "clock_wrong": one.clock_wrong,
        "device": one.device,
        "version": one.version,
    }


COMMANDS = [players]

"""`steward briefing`: the towns' weekly briefings as files."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click
from tqdm import tqdm

from steward.cli.context import WeekType, clock_of, opened_database
from steward.domain.weeks import DISTRICT_ZONE, Week
from steward.errors import StewardError
from steward.offices.queries import briefings
from steward.operations.choose_voices import speaker_of
from steward.operations.hand_out_briefings import (
    UNISSUED,
    Desk,
    find_briefings,
    hand_out,
)
from steward.operations.settle_readings import lexicon_in_force
from steward.operations.write_briefing import Wording
from steward.settings import Settings, load
from steward.storage.engine import Database


@click.command("briefing")
@click.option("--week", type=WeekType(), required=True, help="周次，如 2021-W46")
@click.option("--town", "towns", multiple=True, help="镇街名称或代码，可多次；默认全部")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="放文件的文件夹，没有就新建",
)
@click.option("--sound/--no-sound", default=True, show_default=True, help="连同声音和字幕")
@click.option("--again", is_flag=True, help="让引擎重做没有做成的（排除故障以后用）")
def briefing(
    week: Week, towns: tuple[str, ...], folder: Path | None, sound: bool, again: bool
) -> None:
    """各镇街的每周简报：声音、字幕、文字稿、Word、PDF、数据表、JSON。

    随播报下发过的，按下发时冻结的数字；没有下发过的周，按台账截至周末（本周截至现在）的数字，
    文件上注明“未随播报下发”，不入库。
    """
    settings = load()
    now = clock_of(settings).now()
    if folder is None and not again:
        raise click.UsageError("请用 -o 指定放文件的文件夹，或用 --again 重做没有做成的")
    with opened_database(settings) as database:
        if again:
            _again(database, week)
        if folder is not None:
            _hand_out(database, settings, week, towns, folder, sound, now)


def _again(database: Database, week: Week) -> None:
    with database.session(write=True) as session:
        ids = briefings.again(session, str(week))
    click.echo(f"已交引擎重做：{len(ids)} 份" if ids else f"{week} 没有未做成的简报")


def _hand_out(
    database: Database,
    settings: Settings,
    week: Week,
    towns: tuple[str, ...],
    folder: Path,
    sound: bool,
    now: datetime,
) -> None:
    desk = Desk(
        Wording(
            settings.district,
            lexicon_in_force(database, settings.lexicon),
            own_templates=settings.own_templates,
        ),
        settings.offices_folder,
        settings.fonts_folder,
        speaker_of(settings) if sound else None,
        settings.issuer.sender_name,
        settings.due_soon_days,
        bool(settings.demo_clock),
    )
    wanted = find_briefings(database, week, towns, desk=desk, now=now)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StewardError(f"文件夹无法使用：{error.strerror}", place=str(folder)) from error
    faults = []
    for one in tqdm(wanted, "简报", unit="份", disable=None, file=sys.stderr):
        faults += hand_out(one, folder, desk=desk, sound=sound)
    by_hand = [one for one in wanted if not one.issued]
    if by_hand:
        at = by_hand[0].row.as_of.astimezone(DISTRICT_ZONE)
        names = "全部" if len(by_hand) == len(wanted) else "、".join(one.town for one in by_hand)
        click.echo(
            f"{names} {UNISSUED}：{week} 没有下发过，数字取自现在的台账，"
            f"截至 {at:%Y-%m-%d %H:%M}，只作参考"
        )
    for fault in faults:
        click.secho(fault, fg="red", err=True)
    click.echo(f"{len(wanted)} 个镇街的简报已放在 {folder}")
    if faults:
        raise StewardError(f"有 {len(faults)} 处没有做成，原因见上")


COMMANDS = [briefing]

"""The play log as a file: CSV for any program, XLSX with true dates and numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import BinaryIO

from steward.briefings.workbook import Sheet, write_sheets
from steward.domain.announcements import STATUS_NAMES
from steward.domain.broadcasts import PRIORITY_NAMES, STATE_NAMES
from steward.domain.playlog import Ear, Logged
from steward.domain.sheets import guarded
from steward.domain.weeks import DISTRICT_ZONE

Cell = str | int | float | datetime | None

# Heading and width in characters, in their order.
COLUMNS: tuple[tuple[str, int], ...] = (
    ("播报编号", 9),
    ("标题", 32),
    ("大厅", 14),
    ("优先级", 8),
    ("性质", 8),
    ("结果", 10),
    ("应播时间", 19),
    ("开播时间", 19),
    ("结束时间", 19),
    ("时长（秒）", 11),
    ("分句数", 8),
    ("有人听到", 10),
    ("播放点", 18),
    ("已登记", 8),
    ("播放点开始", 19),
    ("播放点播完", 19),
    ("首句", 7),
    ("末句", 7),
    ("被打断（次）", 12),
    ("没有声音", 16),
    ("下达", 14),
    ("批准", 14),
    ("与批准内容一致", 15),
    ("批准内容校验值", 66),
    ("更正", 14),
)
_SOUNDLESS = {"blocked": "浏览器不许出声", "muted": "已静音"}


def file_name(first: date, last: date, kind: str) -> str:
    """播报记录_2021-11-16_2021-11-22.xlsx."""
    return f"播报记录_{first}_{last}.{kind}"


def table(logged: Iterable[Logged]) -> Iterator[tuple[Cell, ...]]:
    """One row a broadcast and player; one without a player for a broadcast that none told of."""
    for one in logged:
        for ear in one.ears or (None,):
            yield _row(one, ear)


def csv_lines(logged: Iterable[Logged]) -> Iterator[str]:
    """The lines of a CSV, the first with the mark by which spreadsheets know that it is UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([heading for heading, _ in COLUMNS])
    for row in table(logged):
        writer.writerow([_text(cell) for cell in row])
        if buffer.tell() > 2**15:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def write_xlsx(logged: Iterable[Logged], stream: BinaryIO) -> int:
    """Write a workbook to a seekable stream; how many rows it has."""
    sheet = Sheet("播报记录", COLUMNS, table(logged), frozen=2, filtered=True)
    return write_sheets(stream, [sheet])


def _row(one: Logged, ear: Ear | None) -> tuple[Cell, ...]:
    own = bool(one.approved_by) and one.approved_by == one.asked_by
    return (
        one.id,
        one.title,
        one.hall,
        PRIORITY_NAMES[one.priority],
        STATUS_NAMES[one.status],
        STATE_NAMES[one.state],
        _local(one.slot_at),
        _local(one.started_at),
        _local(one.ended_at),
        None if one.duration_ms is None else one.duration_ms / 1000,
        one.clauses,
        "是" if one.heard else "否",
        *(_heard(ear) if ear else ("", "") + (None,) * 5 + ("",)),
        one.asked_by,
        f"{one.approved_by}（自行下达）" if own else one.approved_by,
        ("是" if one.as_approved else "否") if one.digest else "",
        one.digest,
        f"已更正，见播报 {one.corrected_by}" if one.corrected_by else "",
    )


def _heard(ear: Ear) -> tuple[Cell, ...]:
    return (
        ear.player,
        "是" if ear.enrolled else "否",
        _local(ear.started_at),
        _local(ear.ended_at),
        None if ear.first is None else ear.first + 1,
        None if ear.last is None else ear.last + 1,
        ear.interrupted,
        _SOUNDLESS.get(ear.soundless or "", ""),
    )


def _local(instant: datetime | None) -> datetime | None:
    """District time without a zone: what a spreadsheet calls a date."""
    if instant is None:
        return None
    return instant.astimezone(DISTRICT_ZONE).replace(tzinfo=None, microsecond=0)


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return guarded(cell) if isinstance(cell, str) else str(cell)

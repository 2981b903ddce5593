"""The report of an exercise as a workbook; the same bytes at every writing."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

import xlsxwriter

from steward.domain.announcements import STATUS_NAMES
from steward.domain.broadcasts import PRIORITY_NAMES, STATE_NAMES
from steward.domain.drills import Heard, Report, Said
from steward.domain.sheets import guarded
from steward.domain.weeks import DISTRICT_ZONE

Cell = str | int | float | datetime | None
COLUMNS: tuple[tuple[str, int], ...] = (
    ("播报编号", 9),
    ("大厅", 16),
    ("第几次", 8),
    ("结果", 10),
    ("有人听到", 10),
    ("应播时间", 23),
    ("开播时间", 23),
    ("播放点", 18),
    ("已登记", 8),
    ("提示音", 23),
    ("第一句", 23),
    ("播完", 23),
    ("下达到出声（秒）", 15),
    ("被打断（次）", 12),
    ("没有声音", 16),
    ("说明", 40),
)
_WHEN = "yyyy-mm-dd hh:mm:ss.0"


def report_name(report: Report) -> str:
    """演练总结_2021-11-16_化工园区撤离.xlsx."""
    kind = {"exercise": "演练", "test": "测试"}.get(report.status.value, "播出")
    title = "".join(one for one in report.title.partition("】")[2] or report.title if one.isalnum())
    return f"{kind}总结_{_local(report.sent_at):%Y-%m-%d}_{title[:30]}.xlsx"


def write_report(report: Report, stream: BinaryIO) -> None:
    """Write it to a seekable stream: what was sent on the first sheet, who heard it on the next."""
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"created": _local(report.sent_at)})
        bold = book.add_format({"bold": True, "bg_color": "#E4EEF1", "border": 1})
        when = book.add_format({"num_format": _WHEN, "align": "left"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("总结")
        sheet.set_column(0, 0, 20)
        sheet.set_column(1, 1, 80, wrapped)
        for row, (name, value) in enumerate(_summary(report)):
            sheet.write_string(row, 0, name, bold)
            _write(sheet, row, 1, value, when)
        sheet = book.add_worksheet("各大厅各播放点")
        for column, (heading, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, heading, bold)
        sheet.freeze_panes(1, 2)
        rows = [_row(one, ear) for one in report.said for ear in one.players or (None,)]
        for number, cells in enumerate(rows, 1):
            for column, cell in enumerate(cells):
                _write(sheet, number, column, cell, when)


def _summary(report: Report) -> list[tuple[str, Cell]]:
    return [
        ("标题", report.title),
        ("性质", STATUS_NAMES[report.status]),
        ("优先级", PRIORITY_NAMES[report.priority]),
        ("播报内容", report.script),
        ("编写", report.author),
        ("下达", report.sent_by),
        ("下达时间", _local(report.sent_at)),
        ("理由", report.reason),
        ("大厅（个）", len(report.halls)),
        ("没有听到的大厅", "、".join(report.deaf) or "无"),
        ("最慢的大厅从下达到出声（秒）", report.slowest_s),
        ("解除", f"播报 {report.ended_by}" if report.ended_by else ""),
    ]


def _row(one: Said, ear: Heard | None) -> tuple[Cell, ...]:
    began = ear.chime_at if ear else None
    return (
        one.broadcast,
        one.hall,
        one.part + 1,
        STATE_NAMES[one.state],
        "是" if one.heard else "否",
        _local(one.due_at),
        _local(one.on_air_at) if one.on_air_at else None,
        ear.player if ear else "",
        ("是" if ear.enrolled else "否") if ear else "",
        _local(began) if began else None,
        _local(ear.word_at) if ear and ear.word_at else None,
        _local(ear.ended_at) if ear and ear.ended_at else None,
        round((began - one.due_at).total_seconds(), 1) if began else None,
        ear.interrupted if ear else None,
        ear.soundless if ear else "",
        one.why or ("没有人听到后再播一次" if one.again else ""),
    )


def _write(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, when: object
) -> None:
    if isinstance(cell, datetime):
        sheet.write_datetime(row, column, cell, when)
    elif isinstance(cell, str):
        if cell:
            sheet.write_string(row, column, guarded(cell))
    elif cell is not None:
        sheet.write_number(row, column, cell)


def _local(instant: datetime) -> datetime:
    return instant.astimezone(DISTRICT_ZONE).replace(tzinfo=None)

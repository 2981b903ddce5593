"""Make the files of monthly reports from their stored numbers, several towns at once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from steward.briefings.fonts import find_fonts
from steward.briefings.monthly import report_document
from steward.domain.figures import Town
from steward.domain.offices import OFFERED, Issue, Matter
from steward.errors import StewardError
from steward.operations.freeze_reports import thawed
from steward.operations.office_files import file_path
from steward.operations.report_writers import WRITERS, Made

NICENESS = 10  # of the processes that set type: a tenth of what others get


@dataclass(frozen=True)
class Order:
    """One report whose files are to be made: nothing but data, so that it can cross processes.

    `figures` as `freeze_reports.frozen` gave them; `folder` is `Settings.offices_folder`, `fonts`
    that of the fonts.
    """

    issue: Issue
    town: Town
    figures: dict[str, Any]
    folder: Path
    fonts: Path


def make_files(order: Order) -> None:
    """Write every file of a report, each whole or not at all; older ones are replaced.

    Raises DocumentError.
    """
    report = thawed(order.figures)
    document = report_document(report, order.issue)
    made = Made(report, order.issue, document, find_fonts(order.fonts))
    for ending in OFFERED[Matter.REPORT]:
        WRITERS[ending](made, file_path(order.folder, Matter.REPORT, order.issue.id, ending))


def make_all(orders: Sequence[Order], workers: int = 0) -> Iterator[tuple[Order, str]]:
    """Make the files of each, and give it with its fault ("" when all went well) once done.

    In at most `workers` processes (0: one a core), not threads: setting type is computing. They
    give way to everything else, for speech may be made meanwhile. One order alone is made here.
    """
    number = min(workers or os.cpu_count() or 1, len(orders))
    if number <= 1:
        for order in orders:
            yield order, _try(order)
        return
    spawn = get_context("spawn")
    with ProcessPoolExecutor(number, spawn, initializer=os.nice, initargs=(NICENESS,)) as pool:
        waiting = {pool.submit(_try, order): order for order in orders}
        for done in as_completed(waiting):
            yield waiting[done], _fault(done)


def _try(order: Order) -> str:
    try:
        make_files(order)
    except StewardError as error:
        return str(error)
    return ""


def _fault(done: Future[str]) -> str:
    try:
        return done.result()
    except BrokenProcessPool:
        return "制作文件的进程意外退出（可能内存不足），请再试一次"

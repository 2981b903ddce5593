"""Make the demonstration ledger: write the sources' files and take them in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from steward.domain.figures import Figures
from steward.domain.intake import IntakeReport
from steward.errors import LedgerError
from steward.ledger.demonstration import hazards as demo
from steward.ledger.demonstration.files import write_files
from steward.ledger.demonstration.incidents import make_incidents
from steward.ledger.queries import acts, demonstration
from steward.ledger.towns import ensure_towns, known_towns
from steward.operations.take_file import take_file
from steward.operations.weekly_figures import weekly_figures
from steward.storage.engine import Database


@dataclass(frozen=True)
class DemoReport:
    """What was taken in (nothing the second time), and the figures as the ledger gives them."""

    reports: tuple[IntakeReport, ...]
    figures: Figures


def make_demo_data(
    database: Database,
    folder: Path,
    *,
    error_folder: Path,
    progress: Callable[[str], None] | None = None,
) -> DemoReport:
    """Write the files into `folder` and take them in. Running it again takes nothing twice.

    Raises LedgerError when the ledger holds other hazards, and when the figures that come out
    are not the published ones.
    """
    say = progress or (lambda _: None)
    with database.session(write=True) as session:
        ensure_towns(session)
        foreign = demonstration.foreign_hazard(session, demo.PREFIX)
    if foreign is not None:
        raise LedgerError(
            f"台账里已有正式数据（如“{foreign}”），不能混入演示数据", place=database.place
        )
    say("编制演示数据")
    made = demo.make_demonstration(known_towns())
    reports = []
    for file in write_files(made, folder):
        sha256 = hashlib.sha256(file.path.read_bytes()).hexdigest()
        with database.session() as session:
            if demonstration.was_taken(session, sha256):
                continue
        say(f"导入 {file.path.name}")
        reports.append(
            take_file(database, file.path, file.source, at=file.at, error_folder=error_folder)
        )
    with database.session(write=True) as session:
        voided = [hazard.external_id for hazard in made.hazards if hazard.voided]
        for hazard_id in demonstration.ids_to_void(session, voided):
            acts.void(session, hazard_id, at=demo.VOIDED_AT, reason="重复登记")
        demonstration.inspect_by_code(
            session,
            ((enterprise.credit_code, source, at) for enterprise, source, at in made.visits),
        )
        demonstration.add_incidents(session, make_incidents(made))
    figures = weekly_figures(database, as_of=demo.AS_OF)
    _require_published(figures)
    return DemoReport(tuple(reports), figures)


def _require_published(figures: Figures) -> None:
    counts = figures.counts
    found = (
        counts.new_hazards,
        counts.due_soon_enterprises,
        counts.overdue_enterprises,
        counts.monitored,
        counts.closed_total,
    )
    published = (demo.NEW, demo.DUE_SOON, demo.OVERDUE, demo.MONITORED, demo.CLOSED)
    if found != published:
        raise LedgerError(f"演示数据的数字 {found} 与公布的 {published} 不符")

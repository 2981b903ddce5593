"""Issue the towns' monthly reports: compute, freeze, and make the files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from steward.accounts.queries import audit
from steward.analysis.colour_rules import read_rules
from steward.analysis.colours import coloured
from steward.analysis.monthly import figures_of, read_month
from steward.analysis.naming import town_id_of
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.domain.months import Month
from steward.domain.offices import Issue
from steward.domain.reports import Issued, MonthlyReport, Outcome
from steward.errors import FiguresError
from steward.offices.queries import issues, reports
from steward.operations.freeze_reports import frozen
from steward.operations.office_files import there
from steward.operations.report_files import Order, make_all
from steward.storage.engine import Database

REASON_LENGTH = 200


@dataclass(frozen=True)
class Press:
    """In whose name reports are issued, and with what: the agency, the district, the folder of
    fonts, the bureau's own colour rules, the days of 到期预警. `workers`: processes at most, 0
    for as many as there are cores. `demonstration`: the ledger is invented, and reports say so.
    """

    district: str
    issuer: str
    fonts: Path
    rules: Path | None = None
    due_soon_days: int = 7
    demonstration: bool = False
    workers: int = 0


def issue_reports(
    database: Database,
    folder: Path,
    month: Month,
    *,
    press: Press,
    at: datetime,
    by: Actor | None = None,
    towns: Sequence[str] | None = None,
    reason: str = "",
    progress: Callable[[Issued, int], None] | None = None,
) -> tuple[Issued, ...]:
    """Issue the reports of a month that is over at `at`, for some towns (codes or names) or all.

    Each town gets number 1 the first time. Afterwards nothing new is made without a `reason`
    (files that are missing are made again from the stored numbers); with one, every town asked
    for gets the next number, and the older ones stay with their files. `folder` is
    `Settings.offices_folder`. A town that fails does not stop the others. `progress` is told of
    every town as it is finished, in any order, and of how many there are; the result is in the
    towns' order. `by`: whose act it is, for the log of acts; None for the engine's own.

    Raises FiguresError (the month is not over, lies before the ledger, a town is unknown),
    RulesError, StorageError.
    """
    if at < month.end:
        raise FiguresError(f"{month.name}还没有结束，不能出具月报", place=str(month))
    if len(reason) > REASON_LENGTH:
        raise FiguresError(f"更正的理由太长，最多 {REASON_LENGTH} 个字", place="reason")
    made = compute_reports(database, month, press=press, towns=towns)
    results: dict[str, Issued] = {}
    orders: list[Order] = []
    for report in made:
        outcome, issue, figures = _store(database, report, at=at, by=by, reason=reason.strip())
        results[report.town.code] = Issued(report.town, outcome, issue)
        if all(there(folder, issue).values()):
            if progress:
                progress(results[report.town.code], len(made))
        else:
            orders.append(Order(issue, report.town, figures, folder, press.fonts))
    for order, fault in make_all(orders, press.workers):
        result = results[order.town.code]
        if fault:
            result = Issued(order.town, Outcome.FAILED, order.issue, fault)
            results[order.town.code] = result
        if progress:
            progress(result, len(made))
    return tuple(results.values())


def compute_reports(
    database: Database, month: Month, *, press: Press, towns: Sequence[str] | None = None
) -> list[MonthlyReport]:
    """The reports of a month as the ledger has it now, by the towns' order; nothing is stored.

    Raises FiguresError, RulesError, StorageError.
    """
    versions = read_rules(press.rules)
    with database.session(snapshot=True) as session:
        of_all = read_month(session, month, due_soon_days=press.due_soon_days)
        wanted = (
            list(of_all.towns)
            if towns is None
            else [id_ for one in towns if (id_ := town_id_of(of_all.towns, one)) is not None]
        )
        figures = figures_of(session, of_all, wanted)
    colours = coloured(of_all.towns, versions, month, of_all.now, of_all.last, of_all.begun)
    by_code = {one.town.code: one for one in colours.towns}
    return [
        MonthlyReport(
            district=press.district,
            issuer=press.issuer,
            figures=figures[id_],
            colour=by_code[town.code],
            rules=colours.rules.name if colours.rules else "",
            demonstration=press.demonstration,
        )
        for id_, town in of_all.towns.items()
        if id_ in figures
    ]


def _store(
    database: Database, report: MonthlyReport, *, at: datetime, by: Actor | None, reason: str
) -> tuple[Outcome, Issue, dict[str, Any]]:
    month, figures = str(report.figures.month), frozen(report)
    with database.session(write=True) as session:
        reports.take_issuing(session)
        last = reports.holding(session, month, report.town.code)
        if last is not None and not reason:
            outcome = Outcome.UNCHANGED if last.figures == figures else Outcome.CHANGED
            return outcome, issues.of_report(last), last.figures
        row = reports.add(
            session,
            month=month,
            town_code=report.town.code,
            number=last.number + 1 if last else 1,
            title=report.title,
            as_of=report.figures.as_of,
            made_at=at,
            reason=reason if last else "",
            figures=figures,
        )
        issue = issues.of_report(row)
        if by is not None:
            after = {"number": issue.number} | ({"reason": issue.reason} if issue.reason else {})
            audit.record(session, Act.REPORT_ISSUED, at=at, by=by, about=issue.title, after=after)
        return Outcome.ISSUED, issue, figures

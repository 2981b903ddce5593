"""What a town's page shows: the issues that hold, with their files, figures and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from steward.analysis.queries import towns
from steward.domain.figures import Town
from steward.domain.offices import Issue, Matter, SoundState
from steward.offices.queries import issues, shelf
from steward.operations.find_town_issue import place_of, town_issue
from steward.operations.freeze_reports import thawed
from steward.operations.office_files import there
from steward.operations.town_figures import TownFigure, town_figures
from steward.storage.engine import Database, Session

SHOWN = 8  # weeks, months on the first page
ZIP = "zip"


@dataclass(frozen=True)
class Given:
    """One issue with its files (endings that are there) and the others of its period.

    `newer` holds in its place, `older` are those that it replaced, the newest first.
    """

    issue: Issue
    files: Sequence[str]
    newer: Issue | None
    older: Sequence[Issue]


@dataclass(frozen=True)
class Briefing:
    """每周简报 as it is read: its words a clause, its figures, what a correction has changed.

    `sound` tells where its sound stands; the faults why there is none, why not every paper.
    """

    given: Given
    clauses: Sequence[str]
    figures: Sequence[TownFigure]
    changes: Sequence[dict[str, Any]]
    sound: SoundState
    fault: str
    paper_fault: str
    duration_ms: int | None


@dataclass(frozen=True)
class Report:
    """隐患月报 as it is read: the town's colour of the month in words, figures by name."""

    given: Given
    colour: str
    figures: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class TownPage:
    """镇街: what holds on top, what was before it, the newest first; `towns` are all of them."""

    place: Town
    towns: Sequence[Town]
    briefing: Briefing | None
    report: Report | None
    weeks: Sequence[Issue]
    months: Sequence[Issue]


def show_town_page(database: Database, folder: Path, code: str) -> TownPage:
    """The first page of a town. `folder` is `Settings.offices_folder`. Raises NotFound."""
    with database.session(snapshot=True) as session:
        every = list(towns(session).values())
        place = place_of(session, code)
        weeks = shelf.of_town(session, Matter.BRIEFING, code, limit=SHOWN + 1)
        months = shelf.of_town(session, Matter.REPORT, code, limit=SHOWN + 1)
        return TownPage(
            place,
            every,
            _briefing(session, folder, weeks[0][0], weeks[0]) if weeks else None,
            _report(session, folder, months[0][0], months[0]) if months else None,
            [one[0] for one in weeks[1:]],
            [one[0] for one in months[1:]],
        )


def show_shelf(
    database: Database, matter: Matter, code: str, *, before: str, limit: int
) -> tuple[Town, list[Issue]]:
    """The town, and what holds of at most so many weeks or months before one. Raises NotFound."""
    with database.session() as session:
        place = place_of(session, code)
        found = shelf.of_town(session, matter, code, before=before, limit=limit)
        return place, [one[0] for one in found]


def show_briefing(
    database: Database, folder: Path, code: str, number: int
) -> tuple[Town, Briefing]:
    """One briefing of a town. Raises NotFound, also for another town's."""
    with database.session(snapshot=True) as session:
        place, issue = town_issue(session, code, Matter.BRIEFING, number)
        period = shelf.of_period(session, Matter.BRIEFING, code, issue.period)
        return place, _briefing(session, folder, issue, period)


def show_report(database: Database, folder: Path, code: str, number: int) -> tuple[Town, Report]:
    """One monthly report of a town. Raises NotFound, also for another town's."""
    with database.session(snapshot=True) as session:
        place, issue = town_issue(session, code, Matter.REPORT, number)
        period = shelf.of_period(session, Matter.REPORT, code, issue.period)
        return place, _report(session, folder, issue, period)


def _given(folder: Path, issue: Issue, period: Sequence[Issue]) -> Given:
    files = [ending for ending, is_there in there(folder, issue).items() if is_there]
    files = [ending for ending in files if ending != ZIP]
    if files and issue.matter is Matter.BRIEFING:
        files.append(ZIP)  # made of the others when it is asked for
    newer = period[0] if period[0].number > issue.number else None
    return Given(issue, files, newer, [one for one in period if one.number < issue.number])


def _briefing(session: Session, folder: Path, issue: Issue, period: Sequence[Issue]) -> Briefing:
    row = issues.briefing(session, issue.id)
    return Briefing(
        given=_given(folder, issue, period),
        clauses=[str(clause["written"]) for clause in row.clauses],
        figures=town_figures(row.figures, row.evidence),
        changes=row.changes,
        sound=SoundState(row.sound),
        fault=row.fault,
        paper_fault=row.paper_fault,
        duration_ms=row.duration_ms,
    )


def _report(session: Session, folder: Path, issue: Issue, period: Sequence[Issue]) -> Report:
    read = thawed(issues.report(session, issue.id).figures)
    counts, colour = read.figures.counts, read.colour
    return Report(
        given=_given(folder, issue, period),
        colour=f"{colour.name}{'色' if colour.colour else ''} {colour.word}".strip(),
        figures=[
            ("本月新增隐患", f"{counts.new_hazards} 条"),
            ("本月闭环", f"{counts.closed_hazards} 条"),
            ("未闭环隐患", f"{counts.open_hazards} 处"),
            ("超期隐患", f"{counts.overdue_hazards} 处"),
            ("闭环率", _percent(counts.closure_rate)),
            ("检查率", _percent(counts.inspection_rate)),
        ],
    )


def _percent(value: Decimal | None) -> str:
    return "无" if value is None else f"{value} %"

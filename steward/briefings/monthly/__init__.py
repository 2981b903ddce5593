"""隐患报告和趋势分析: one town's month as a document. Every sentence follows from the figures."""

from __future__ import annotations

from steward.briefings.monthly.advice import advice
from steward.briefings.monthly.comparison import comparison
from steward.briefings.monthly.lists import appended, named, repeats
from steward.briefings.monthly.spread import spread
from steward.briefings.monthly.state import state
from steward.domain.documents import Document
from steward.domain.offices import Issue
from steward.domain.reports import MonthlyReport
from steward.domain.weeks import local_date

DEMONSTRATION = "演示数据，不作工作依据"


def report_document(report: MonthlyReport, issue: Issue) -> Document:
    """The report as it was issued; `issue` has its number, its day, the reason of a correction."""
    month = report.figures.month
    return Document(
        issuer=report.issuer,
        number=f"{month.year}年第{month.number}期",
        title=report.title,
        addressee=f"{report.town.name}安监办：",
        signed_on=local_date(issue.made_at),
        blocks=(
            *state(report),
            *comparison(report.figures),
            *spread(report.figures),
            *repeats(report.figures),
            *advice(report),
            *named(report.figures),
        ),
        annex=tuple(appended(report.figures)),
        note=_note(report, issue),
    )


def _note(report: MonthlyReport, issue: Issue) -> str:
    notes = []
    if report.demonstration:
        notes.append(DEMONSTRATION)
    if issue.correction:
        notes.append(f"{issue.correction}：{issue.reason}")
    return "；".join(notes)

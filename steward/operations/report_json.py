"""A monthly report as JSON for programs: the domain's names, numbers as numbers, none as null."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from steward.domain.monthly import ListedHazard, MonthCounts, MonthlyFigures, MonthShare
from steward.domain.offices import Issue
from steward.domain.reports import MonthlyReport
from steward.domain.weeks import DISTRICT_ZONE
from steward.operations.colour_towns import colour_document


def report_json(report: MonthlyReport, issue: Issue) -> dict[str, Any]:
    """The report as it was issued. Rates are in percent."""
    return {
        "title": report.title,
        "district": report.district,
        "issuer": report.issuer,
        "number": issue.number,
        "correction": issue.correction or None,
        "reason": issue.reason or None,
        "made_at": issue.made_at.astimezone(DISTRICT_ZONE).isoformat(),
        "demonstration": report.demonstration,
        **figures_json(report.figures),
        "colour": colour_document(report.colour) | {"rules": report.rules or None},
    }


def figures_json(figures: MonthlyFigures) -> dict[str, Any]:
    """A month's figures."""
    f = figures
    return {
        "month": str(f.month),
        "as_of": f.as_of.astimezone(DISTRICT_ZONE).isoformat(),
        "town": asdict(f.town) if f.town else None,
        "due_soon_days": f.due_soon_days,
        "ledger_begun": str(f.begun),
        "counts": counts_json(f.counts),
        "last_month": counts_json(f.last_month),
        "last_year": counts_json(f.last_year),
        "district": counts_json(f.district),
        "trend": [
            {
                "month": str(one.month),
                "new_hazards": one.new_hazards,
                "closed_hazards": one.closed_hazards,
                "monitored": one.monitored,
                "closed_total": one.closed_total,
                "closure_rate": _number(one.closure_rate),
            }
            for one in f.trend
        ],
        "by_source": [_share(one) for one in f.by_source],
        "by_industry": [_share(one) for one in f.by_industry],
        "by_category": [_share(one) for one in f.by_category],
        "repeats": [asdict(one) | {"last_found": one.last_found.isoformat()} for one in f.repeats],
        "due_soon": [_hazard(one) for one in f.due_soon],
        "overdue": [_hazard(one) for one in f.overdue],
        "open_major": [_hazard(one) for one in f.majors],
    }


def counts_json(counts: MonthCounts | None) -> dict[str, Any] | None:
    """A month's counts and rates; None stays None."""
    if counts is None:
        return None
    return asdict(counts) | {
        name: _number(getattr(counts, name))
        for name in ("closure_rate", "inspection_rate", "rectification_rate", "overdue_share")
    }


def _share(share: MonthShare) -> dict[str, Any]:
    return {
        "key": share.key,
        "name": share.name,
        "counts": counts_json(share.counts),
        "last_month_new": share.last_new,
    }


def _hazard(hazard: ListedHazard) -> dict[str, Any]:
    deadline = hazard.deadline.isoformat() if hazard.deadline else None
    return asdict(hazard) | {"deadline": deadline}


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)

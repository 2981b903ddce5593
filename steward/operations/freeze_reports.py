"""A monthly report as JSON in its row, and back: the same words and numbers for good."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from steward.domain.reports import MonthlyReport

_REPORT = TypeAdapter(MonthlyReport)


def frozen(report: MonthlyReport) -> dict[str, Any]:
    """The report as JSON values; two reports are equal exactly when these are."""
    document: dict[str, Any] = _REPORT.dump_python(report, mode="json")
    return document


def thawed(document: dict[str, Any]) -> MonthlyReport:
    """The report that was frozen."""
    return _REPORT.validate_python(document, strict=False)

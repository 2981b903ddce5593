"""The sheets of a monthly report as an XLSX."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from steward.briefings.monthly.sheets import sheets
from steward.briefings.workbook import write_workbook
from steward.domain.reports import MonthlyReport


def write_book(report: MonthlyReport, path: Path, *, at: datetime) -> None:
    """Write every sheet, whole or not at all; `at`: when it was made. Raises DocumentError."""
    write_workbook(path, sheets(report), title=report.title, author=report.issuer, at=at)

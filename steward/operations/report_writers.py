"""What each file of a monthly report is written by."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from steward.briefings.docx import write_docx
from steward.briefings.fonts import Fonts
from steward.briefings.monthly.book import write_book
from steward.briefings.pdf import write_pdf
from steward.domain.documents import Document
from steward.domain.offices import Issue
from steward.domain.reports import MonthlyReport
from steward.errors import DocumentError
from steward.files import whole_file
from steward.operations.report_json import report_json


@dataclass(frozen=True)
class Made:
    """A report, its issue, and the document that came of both."""

    report: MonthlyReport
    issue: Issue
    document: Document
    fonts: Fonts


def _docx(made: Made, path: Path) -> None:
    write_docx(made.document, path, made.fonts, at=made.issue.made_at)


def _pdf(made: Made, path: Path) -> None:
    write_pdf(made.document, path, made.fonts, at=made.issue.made_at)


def _xlsx(made: Made, path: Path) -> None:
    write_book(made.report, path, at=made.issue.made_at)


def _json(made: Made, path: Path) -> None:
    text = json.dumps(report_json(made.report, made.issue), ensure_ascii=False, indent=2)
    with whole_file(path, DocumentError) as half:
        half.write_text(text, encoding="utf-8")


WRITERS: Mapping[str, Callable[[Made, Path], None]] = {
    "docx": _docx,
    "pdf": _pdf,
    "xlsx": _xlsx,
    "json": _json,
}
"""By ending: writes the file whole, or raises DocumentError."""

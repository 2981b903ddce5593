"""One rich report as PDF and as DOCX, beside LibreOffice's conversion of that DOCX into a PDF."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.measured import Measured, median_s
from steward.briefings.docx import write_docx
from steward.briefings.pdf import write_pdf
from tests.support.office import as_pdf
from tests.support.papers import AT, fonts, report

ROWS = 60
RUNS = 3  # of LibreOffice, after one that is not counted


def run(rows: int | None = None) -> list[Measured]:
    """A monthly report with a list of `rows` hazards; without LibreOffice its side is 0."""
    document, ours = report(rows or ROWS), fonts()
    with tempfile.TemporaryDirectory(prefix="steward-bench-") as place:
        folder = Path(place)
        pdf, docx = folder / "report.pdf", folder / "report.docx"
        pdf_s = median_s(lambda: write_pdf(document, pdf, ours, at=AT))
        docx_s = median_s(lambda: write_docx(document, docx, ours, at=AT))
        office_s, office_kb = 0.0, 0.0
        if shutil.which("soffice") is None:
            print("  no LibreOffice here (libreoffice-writer-nogui): its side is left out")
        else:
            office_s, converted = _convert(docx, folder)
            office_kb = _kb(converted)
        what = f"a report with {rows or ROWS} hazards"
        against = "LibreOffice converting the DOCX"
        return [
            Measured(f"{what} as PDF", pdf_s, against, office_s),
            Measured(f"{what} as DOCX", docx_s, against, office_s),
            Measured("size of the PDF", _kb(pdf), "LibreOffice's", office_kb, "KB"),
            Measured("size of the DOCX", _kb(docx), "our PDF", _kb(pdf), "KB"),
        ]


def _convert(docx: Path, folder: Path) -> tuple[float, Path]:
    """Median seconds of a conversion, a process each as anybody would run it; the last PDF."""
    times = []
    for number in range(RUNS + 1):
        started = time.perf_counter()
        converted = as_pdf(docx, folder / "office")
        if number:
            times.append(time.perf_counter() - started)
    return statistics.median(times), converted


def _kb(path: Path) -> float:
    return path.stat().st_size / 1024

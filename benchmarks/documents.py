"""One rich report as PDF and as DOCX, beside LibreOffice's conversion of that DOCX into a PDF."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

from benchmarks.measured import Measured, median_s
from steward.briefings.docx import write_docx
from steward.briefings.pdf import write_pdf
from steward.domain.documents import Block, Chart, Document, Heading, Marked, Paragraph, Table
from tests.support.office import as_pdf
from tests.support.papers import AT, fonts, report

ROWS = 60
RUNS = 3  # of LibreOffice, after one that is not counted


def run(rows: int | None = None) -> list[Measured]:
    """A monthly report with a list of `rows` hazards; without LibreOffice its side is 0."""
    ours, documents = fonts(), _others(report(rows or ROWS))
    with tempfile.TemporaryDirectory(prefix="steward-bench-") as place:
        folder = Path(place)
        pdf, docx = folder / "report.pdf", folder / "report.docx"
        pdf_s = median_s(lambda: write_pdf(next(documents), pdf, ours, at=AT))
        docx_s = median_s(lambda: write_docx(next(documents), docx, ours, at=AT))
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


def _others(document: Document) -> Iterator[Document]:
    """As many reports as are asked for, no word of which is where it was in the last one: Typst
    remembers what it has set."""
    for number in count(1):
        blocks = tuple(_other(block, number) for block in document.blocks)
        yield replace(document, title=f"{document.title}（{number}）", blocks=blocks)


def _other(block: Block, number: int) -> Block:
    match block:
        case Heading() | Paragraph():
            return replace(block, text=f"{block.text}{number}")
        case Table():
            rows = tuple(
                tuple(
                    Marked(f"{one.text}{number}") if isinstance(one, Marked) else f"{one}{number}"
                    for one in row
                )
                for row in block.rows
            )
            return replace(block, rows=rows)
        case Chart():
            return replace(block, svg=block.svg.replace('fill="#1b5fa5"', f'fill="#{number:06x}"'))


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

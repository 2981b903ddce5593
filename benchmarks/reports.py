"""The towns' monthly reports, from ledger to files, beside LibreOffice converting the same DOCX."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from benchmarks.measured import Measured
from steward.domain.months import Month
from steward.domain.reports import Issued
from steward.operations.make_demo_data import make_demo_data
from steward.operations.make_reports import Press, compute_reports, issue_reports
from steward.settings import load
from steward.storage.engine import Database
from steward.storage.migrate import upgrade

MONTH = Month(2021, 10)
AT = MONTH.end + timedelta(days=1)
OFFICE = shutil.which("soffice")


def run(rows: int | None = None) -> list[Measured]:
    """All towns and one town of the demonstration ledger; `rows`: how many towns (22)."""
    if OFFICE is None:
        raise SystemExit("LibreOffice (soffice) is what reports are measured against")
    press = Press("萧山区", "萧山区应急管理局", load().fonts_folder)
    with tempfile.TemporaryDirectory(prefix="steward-bench-") as name:
        folder = Path(name)
        database = Database(f"sqlite:///{folder}/steward.db")
        upgrade(database)
        make_demo_data(database, folder / "demo", error_folder=folder / "errors")
        codes = [one.town.code for one in compute_reports(database, MONTH, press=press)]
        codes = codes[: rows or len(codes)]
        figures_s = timed(lambda: compute_reports(database, MONTH, press=press))
        lines = [
            *measure(database, folder / "all", press, codes),
            *measure(database, folder / "one", press, codes[-3:-2]),
            *measure(database, folder / "alone", replace(press, workers=1), codes),
        ]
        database.dispose()
    all_s = lines[0].value
    lines.append(Measured("of that, figures of all towns", figures_s, "the whole", all_s))
    return lines


def measure(database: Database, folder: Path, press: Press, codes: list[str]) -> list[Measured]:
    """Reports issued anew and made into four files each, and LibreOffice on their DOCX."""
    issued: list[Issued] = []

    def ours() -> None:
        issued.extend(
            issue_reports(
                database, folder, MONTH, press=press, at=AT, towns=codes, reason="measured"
            )
        )

    ours_s = timed(ours)
    faults = [one.fault for one in issued if one.fault]
    if faults:
        raise SystemExit(f"not made: {faults[0]}")
    papers = sorted((folder / "report").glob("*.docx"))
    office_s = timed(lambda: convert(papers, folder / "office"))
    cores = "1 process" if press.workers == 1 else "all cores"
    what = f"{len(codes)} reports, DOCX PDF XLSX JSON, {cores}"
    return [
        Measured(what, ours_s, "LibreOffice: those DOCX to PDF", office_s),
        Measured(
            f"size of a PDF, {len(codes)} reports",
            size_kib(folder / "report", "pdf"),
            "LibreOffice's PDF",
            size_kib(folder / "office", "pdf"),
            "KiB",
        ),
        Measured(
            f"size of a DOCX, {len(codes)} reports",
            size_kib(folder / "report", "docx"),
            "our PDF",
            size_kib(folder / "report", "pdf"),
            "KiB",
        ),
    ]


def convert(papers: list[Path], folder: Path) -> None:
    """All of them in one start of LibreOffice, with a profile of its own."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        [str(OFFICE), "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder)]
        + [str(one) for one in papers],
        check=True,
        capture_output=True,
        timeout=300,
    )


def size_kib(folder: Path, ending: str) -> float:
    """The mean size of the files with that ending."""
    sizes = [path.stat().st_size for path in folder.glob(f"*.{ending}")]
    return sum(sizes) / len(sizes) / 1024


def timed(work: Callable[[], object]) -> float:
    """Wall-clock seconds of one run: the first is what an office waits for."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started

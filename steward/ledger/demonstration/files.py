"""The demonstration as files: what each source would send, in the formats bureaus meet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from steward.domain.hazards import LEVEL_NAMES, SOURCE_NAMES, Source
from steward.ledger.demonstration.hazards import (
    FIRST_FILES_AT,
    SECOND_FILES_AT,
    Demonstration,
    Hazard,
)
from steward.ledger.intake.headers import CHINESE, ENGLISH


@dataclass(frozen=True)
class DemoFile:
    """One file, its source, and the instant at which it is taken in."""

    path: Path
    source: Source
    at: datetime


def write_files(demonstration: Demonstration, folder: Path) -> list[DemoFile]:
    """Two files a source: as known on 1 November, and what has come or changed by the 16th."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for at, part in ((FIRST_FILES_AT, "一"), (SECOND_FILES_AT, "二")):
        for source, (suffix, write) in _FORMATS.items():
            path = folder / f"{SOURCE_NAMES[source]}-{part}{suffix}"
            hazards = (h for h in demonstration.hazards if h.source == source)
            rows = list(_first(hazards) if at == FIRST_FILES_AT else _second(hazards))
            write(path, rows)
            made.append(DemoFile(path, source, at))
    return made


def _first(hazards: Iterable[Hazard]) -> Iterable[dict[str, Any]]:
    for hazard in hazards:
        if hazard.found_at < FIRST_FILES_AT:
            yield _row(hazard, hazard.first_deadline, FIRST_FILES_AT)


def _second(hazards: Iterable[Hazard]) -> Iterable[dict[str, Any]]:
    for hazard in hazards:
        row = _row(hazard, hazard.deadline, SECOND_FILES_AT)
        if hazard.found_at >= FIRST_FILES_AT or (
            not hazard.voided and row != _row(hazard, hazard.first_deadline, FIRST_FILES_AT)
        ):
            yield row


def _row(hazard: Hazard, deadline: date | None, at: datetime) -> dict[str, Any]:
    """The hazard as known at `at`."""

    def known(instant: datetime | None) -> datetime | None:
        return instant if instant is not None and instant <= at else None

    closed_at, rectified_at = known(hazard.closed_at), known(hazard.rectified_at)
    status = "已闭环" if closed_at else "待复查" if rectified_at else "整改中"
    return {
        "external_id": hazard.external_id,
        "enterprise_name": hazard.enterprise.name,
        "credit_code": hazard.enterprise.credit_code,
        "town": hazard.enterprise.town.name,
        "industry": hazard.enterprise.industry,
        "category": hazard.category,
        "level": LEVEL_NAMES[hazard.level],
        "description": hazard.description,
        "found_at": hazard.found_at,
        "deadline": deadline,
        "rectified_at": rectified_at,
        "closed_at": closed_at,
        "status": status,
    }


def _xlsx(headers: dict[str, str]) -> Callable[[Path, list[dict[str, Any]]], None]:
    def write(path: Path, rows: list[dict[str, Any]]) -> None:
        with xlsxwriter.Workbook(str(path), {"remove_timezone": True}) as workbook:
            # A fixed date of making: the same rows give the same file.
            workbook.set_properties({"created": SECOND_FILES_AT.replace(tzinfo=None)})
            sheet = workbook.add_worksheet("隐患")
            instant = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
            day = workbook.add_format({"num_format": "yyyy-mm-dd"})
            sheet.write_row(0, 0, list(headers.values()))
            for number, row in enumerate(rows, start=1):
                for column, field in enumerate(headers):
                    cell = row[field]
                    if isinstance(cell, datetime):
                        sheet.write_datetime(number, column, cell, instant)
                    elif isinstance(cell, date):
                        sheet.write_datetime(number, column, cell, day)
                    elif cell is not None:
                        sheet.write_string(number, column, cell)
            sheet.freeze_panes(1, 0)

    return write


def _csv(
    headers: dict[str, str], encoding: str, day: str
) -> Callable[[Path, list[dict[str, Any]]], None]:
    def shown(cell: Any) -> str:
        if isinstance(cell, datetime):
            return cell.strftime(f"{day} %H:%M")
        if isinstance(cell, date):
            return cell.strftime(day)
        return "" if cell is None else str(cell)

    def write(path: Path, rows: list[dict[str, Any]]) -> None:
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(headers.values())
        writer.writerows([shown(row[field]) for field in headers] for row in rows)
        path.write_bytes(text.getvalue().encode(encoding))

    return write


_IN_ORDER = {field: name for name, field in CHINESE.items()}
_OTHER_ORDER = dict(reversed(_IN_ORDER.items()))
_IN_ENGLISH = {field: field for field in sorted(ENGLISH)}
_FORMATS: dict[Source, tuple[str, Callable[[Path, list[dict[str, Any]]], None]]] = {
    Source.SELF_INSPECTION: (".xlsx", _xlsx(_IN_ORDER)),
    Source.THIRD_PARTY: (".csv", _csv(_OTHER_ORDER, "utf-8-sig", "%Y-%m-%d")),
    Source.MUTUAL_AID: (".csv", _csv(_IN_ORDER, "gb18030", "%Y/%m/%d")),
    Source.ENFORCEMENT: (".xlsx", _xlsx(_IN_ENGLISH)),
}

"""The warning lists for programs and as a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from steward.briefings.workbook import Sheet, Value, write_sheets
from steward.domain.warning_lists import WARNING_NAMES, Listed, Lists, WarningKind
from steward.domain.weeks import DISTRICT_ZONE

_COLUMNS = (
    ("镇街", 12),
    ("企业", 40),
    ("隐患（处）", 10),
    ("最早期限", 12),
    ("剩余天数", 10),
    ("责任人", 14),
    ("签收", 14),
    ("升级", 18),
)


def warnings_document(lists: Lists) -> dict[str, Any]:
    """For JSON: `due_soon` and `overdue` are lists of enterprises."""
    return {
        "as_of": lists.as_of.astimezone(DISTRICT_ZONE).isoformat(),
        "today": lists.today.isoformat(),
        **{kind.value: [_entry(one) for one in lists.of(kind)] for kind in WarningKind},
    }


def file_name(lists: Lists, scope: str) -> str:
    """全区_隐患预警_2021-11-16.xlsx."""
    return f"{scope}_隐患预警_{lists.today}.xlsx"


def write_warnings(lists: Lists, stream: BinaryIO) -> None:
    """One sheet a list. Days left are below 0 when the deadline is past."""
    sheets = [
        Sheet(WARNING_NAMES[kind], _COLUMNS, _rows(lists.of(kind)), filtered=True)
        for kind in (WarningKind.OVERDUE, WarningKind.DUE_SOON)
    ]
    write_sheets(stream, sheets, title="隐患预警", at=lists.as_of)


def _entry(one: Listed) -> dict[str, Any]:
    warned, case = one.entry.warned, one.case
    return {
        "id": warned.enterprise_id,
        "name": warned.name,
        "town": one.entry.town,
        "town_code": one.entry.town_code,
        "hazards": warned.hazards,
        "deadline": warned.deadline.isoformat(),
        "days": warned.days,
        "responsible": case.responsible if case else "",
        "acknowledged_by": case.acknowledged_by if case else "",
        "escalated": bool(case and case.escalated_at),
    }


def _rows(listed: Iterable[Listed]) -> Iterator[tuple[Value, ...]]:
    for one in listed:
        warned, case = one.entry.warned, one.case
        yield (
            one.entry.town,
            warned.name,
            warned.hazards,
            warned.deadline,
            warned.days,
            case.responsible if case else "",
            case.acknowledged_by if case else "",
            case.escalated_why if case else "",
        )

"""Headers: which column is which field, in any order and either language."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from steward.errors import IntakeError

CHINESE: dict[str, str] = {
    "隐患编号": "external_id",
    "企业名称": "enterprise_name",
    "统一社会信用代码": "credit_code",
    "所属镇街": "town",
    "行业": "industry",
    "隐患类别": "category",
    "隐患等级": "level",
    "隐患描述": "description",
    "发现时间": "found_at",
    "整改期限": "deadline",
    "整改完成时间": "rectified_at",
    "闭环时间": "closed_at",
    "状态": "status",
}
ENGLISH = {field: name for name, field in CHINESE.items()}
REQUIRED = ("external_id", "enterprise_name", "town", "category", "level", "found_at")
# The columns a marked error copy adds: taken back without complaint.
ROW_NUMBER, REASON = "原行号", "错误原因"
# What an export of several sources adds: a row of another source than the intake's is not taken.
SOURCE = "来源"
_SEARCHED_ROWS = 10  # a title may stand above the headers


@dataclass(frozen=True)
class Headers:
    """Where the fields stand: `columns` by field, `unknown` by name; `row` counts from 0.

    `source`: the column that says which source a row is of; None without one.
    """

    row: int
    width: int
    columns: dict[str, int]
    unknown: dict[str, int]
    source: int | None = None


def find_headers(
    rows: list[list[Any]], place: str, mapping: Mapping[str, str] | None = None
) -> Headers:
    """The row of headers among the first ten. Raises IntakeError naming what is missing.

    `mapping` names columns that stand for a field besides those that bear its name.
    """
    own = mapping or {}
    best = max(range(min(len(rows), _SEARCHED_ROWS)), key=lambda n: len(_fields(rows[n], own)))
    known = _fields(rows[best], own)
    missing = [ENGLISH[field] for field in REQUIRED if field not in known]
    if missing:
        raise IntakeError(f"缺少必需的列：{'、'.join(missing)}", place=place)
    names = [_plain(cell) for cell in rows[best]]
    while names and not names[-1]:
        names.pop()
    twice = {name for name in names if name and names.count(name) > 1}
    if twice:
        raise IntakeError(f"列名重复：{'、'.join(sorted(twice))}", place=place)
    used = set(known.values())
    unknown = {
        name: column
        for column, name in enumerate(names)
        if name and column not in used and name not in (ROW_NUMBER, REASON)
    }
    return Headers(best, len(names), known, unknown, unknown.get(SOURCE))


def mapped_headers(
    columns: Sequence[str], mapping: Mapping[str, str], place: str, *, aside: str = ""
) -> Headers:
    """The headers of rows that come without a file: `mapping` says which column is which field.

    A column that is not in it is known by its own name, as in a file; `aside` is left out.
    Raises IntakeError naming what is missing or there twice.
    """
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise IntakeError(f"列名重复：{'、'.join(twice)}", place=place)
    known = _fields(columns, mapping)
    missing = [ENGLISH[field] for field in REQUIRED if field not in known]
    if missing:
        gone = sorted(name for name in mapping if name not in columns)
        hint = f"；对应表里的列 {'、'.join(gone)} 没有了" if gone else ""
        raise IntakeError(f"缺少必需的列：{'、'.join(missing)}{hint}", place=place)
    used = set(known.values())
    passed_over = ("", aside, ROW_NUMBER, REASON)
    unknown = {
        name: n for n, name in enumerate(columns) if n not in used and name not in passed_over
    }
    return Headers(0, len(columns), known, unknown, unknown.get(SOURCE))


def _fields(row: Sequence[Any], mapping: Mapping[str, str]) -> dict[str, int]:
    """Where the fields stand, by the mapping first and by their own names else."""
    names = [str(cell) if cell is not None else "" for cell in row]
    mapped = {mapping[name]: n for n, name in enumerate(names) if name in mapping}
    others = _known([None if name in mapping else name for name in names])
    return others | mapped


def _known(row: Sequence[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, cell in enumerate(row):
        name = _plain(cell)
        field = CHINESE.get(name) or (name.lower() if name.lower() in ENGLISH else "")
        if field:
            found.setdefault(field, column)
    return found


def _plain(cell: Any) -> str:
    """A header without spaces, marks of obligation and full-width forms."""
    text = unicodedata.normalize("NFKC", str(cell if cell is not None else ""))
    return "".join(text.split()).strip("*\ufeff")

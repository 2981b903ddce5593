"""Arriving files as tables of cells: CSV and XLSX, told apart by their content."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from python_calamine import CalamineError, CalamineWorkbook

from steward.errors import IntakeError

Kind = Literal["csv", "xlsx"]
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class CellTable:
    """All rows of a file; `rows[0]` is row 1. `encoding` is the CSV's own."""

    kind: Kind
    encoding: str
    rows: list[list[Any]]


def read_cells(path: Path) -> CellTable:
    """Read a file whole. Raises IntakeError: missing, empty, broken, undecodable."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise IntakeError("文件不存在", place=str(path)) from error
    except OSError as error:
        raise IntakeError(f"文件无法读取：{error.strerror}", place=str(path)) from error
    return cells_of(content, str(path))


def cells_of(content: bytes, place: str) -> CellTable:
    """What a file's content says; `place` names it. Raises IntakeError: empty, broken, no text."""
    if not content.strip():
        raise IntakeError("文件是空的", place=place)
    if content.startswith(_OLD_EXCEL):
        raise IntakeError("这是旧版 Excel（.xls），请另存为 .xlsx 或 CSV", place=place)
    if content.startswith(_ZIP):
        return CellTable("xlsx", "", _xlsx(content, place))
    return _csv(content, place)


def _xlsx(content: bytes, place: str) -> list[list[Any]]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError, OSError) as error:
        raise IntakeError("Excel 文件已损坏或不是工作簿，无法打开", place=place) from error
    return rows


def _csv(content: bytes, place: str) -> CellTable:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise IntakeError("文字编码既不是 UTF-8 也不是 GB18030", place=place)
    if "\0" in text:
        raise IntakeError("这不是 CSV 或 XLSX 文件", place=place)
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    try:
        rows: list[list[Any]] = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise IntakeError(f"CSV 格式有错：{error}", place=place) from error
    if encoding == "utf-8-sig" and not content.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8"
    return CellTable("csv", encoding, rows)

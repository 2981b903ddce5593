"""A value of a database or of JSON → a cell as a file would have it."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from steward.domain.weeks import DISTRICT_ZONE

# No database keeps them: half characters, and PostgreSQL no NUL.
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


def as_cell(value: Any) -> Any:
    """Text, a number, a day, or an instant of the district's without its zone; None for nothing."""
    if value is None or type(value) in (int, float):
        return value
    if isinstance(value, str):
        return _UNKEPT.sub("\ufffd", value)
    if isinstance(value, datetime):
        return _local(value)
    if isinstance(value, date):
        return value
    if isinstance(value, Decimal):
        whole = value.is_finite() and value == value.to_integral_value()
        return str(int(value)) if whole else str(value)
    if isinstance(value, dict | list):
        return _UNKEPT.sub("\ufffd", json.dumps(value, ensure_ascii=False, default=str))
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return _UNKEPT.sub("\ufffd", str(value))


def kept(cell: Any) -> Any:
    """A cell as it is kept in JSON, so that it is read again as the same."""
    return cell.isoformat(" ") if isinstance(cell, datetime) else _plain(cell)


def _local(value: datetime) -> datetime | str:
    if value.tzinfo is None:
        return value
    try:
        return value.astimezone(DISTRICT_ZONE).replace(tzinfo=None)
    except OverflowError:  # before the first or after the last day there is
        return str(value)


def _plain(cell: Any) -> Any:
    return cell if cell is None or isinstance(cell, int | float | str) else str(cell)

"""One cell: text, a local day, an instant; as bureaus really write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from steward.domain.sheets import unguarded
from steward.domain.weeks import DISTRICT_ZONE

_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  (Excel's days have no zone)
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?秒?|分)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


class BadCell(ValueError):
    """A cell that cannot be read; its text is the reason, in Chinese."""


def as_text(cell: Any) -> str:
    """A cell as text: trimmed; an Excel 12.0 is "12"; "" for nothing. Without an export's guard."""
    if type(cell) is str:
        text = cell.strip("\ufeff \t\r\n\u3000\xa0")
        return unguarded(text) if text[:1] == "'" else text
    if cell is None:
        return ""
    if type(cell) is float and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def as_code(cell: Any) -> str:
    """An identifier: text with full-width forms folded and no inner spaces."""
    text = as_text(cell)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return "".join(text.split()) if " " in text else text


def as_instant(cell: Any) -> tuple[datetime, bool] | None:
    """An instant in UTC, and whether only its day was given; None for nothing. Raises BadCell."""
    naive = _as_naive(cell)
    if naive is None:
        return None
    moment, whole_day = naive
    return _to_utc(moment), whole_day


def as_day(cell: Any) -> date | None:
    """A local day; None for nothing. Raises BadCell."""
    naive = _as_naive(cell)
    return None if naive is None else naive[0].date()


def _as_naive(cell: Any) -> tuple[datetime, bool] | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime):
        return _checked(cell, cell.time() == time())
    if isinstance(cell, date):
        return _checked(datetime(cell.year, cell.month, cell.day), True)  # noqa: DTZ001
    if isinstance(cell, (bool, time | timedelta)):
        raise BadCell(f"“{cell}”不是日期")
    if isinstance(cell, int | float):
        return _from_serial(float(cell))
    return _from_text(as_text(cell))


@lru_cache(maxsize=200_000)
def _from_text(text: str) -> tuple[datetime, bool] | None:
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text).strip()
    match = _DAY.fullmatch(plain)
    if match is None:
        try:
            return _from_serial(float(plain))
        except ValueError:
            raise BadCell(f"“{text}”不是日期，应如 2021-11-15 或 2021-11-15 09:30") from None
    *numbers, offset = match.groups()
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in numbers)
    try:
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
        zone = datetime.strptime(offset, "%z").tzinfo if offset else None
    except ValueError:
        raise BadCell(f"“{text}”不是日历上有的时间") from None
    _checked(moment, False)
    if zone:  # as programs write it; without one it is the district's time
        moment = moment.replace(tzinfo=zone).astimezone(DISTRICT_ZONE).replace(tzinfo=None)
    return _checked(moment, match[4] is None)


def _from_serial(number: float) -> tuple[datetime, bool]:
    """Excel's days since 30 December 1899; the fraction is the time, to the second."""
    if not 20_000 < number < 80_000:
        raise BadCell(f"“{number:g}”不是日期")
    moment = _EXCEL_EPOCH + timedelta(seconds=round(number * 86_400))
    return _checked(moment, number.is_integer())


def _checked(moment: datetime, whole_day: bool) -> tuple[datetime, bool]:
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise BadCell(f"年份 {moment.year} 不合理")
    return moment, whole_day


@lru_cache(maxsize=200_000)
def _to_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=DISTRICT_ZONE)
    return moment.astimezone(UTC)

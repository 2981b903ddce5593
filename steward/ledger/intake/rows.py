"""A row of cells → an entry, or every reason why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from rapidfuzz import fuzz, process
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from steward.domain.hazards import (
    LEVEL_NAMES,
    SOURCE_NAMES,
    STATUS_NAMES,
    Level,
    Source,
    Status,
)
from steward.domain.intake import Entry, Rejection
from steward.domain.weeks import local_date
from steward.ledger.intake.cells import BadCell, as_code, as_day, as_instant, as_text
from steward.ledger.intake.headers import ENGLISH, REQUIRED, Headers

LEVELS = {name: level for level, name in LEVEL_NAMES.items()} | {str(v): v for v in Level}
LEVELS |= {f"{name}隐患": level for level, name in LEVEL_NAMES.items()}
STATUSES = {name: status for status, name in STATUS_NAMES.items()} | {str(v): v for v in Status}
STATUSES |= {"登记": Status.REGISTERED, "已整改": Status.AWAITING_REVIEW}
STATUSES |= {"闭环": Status.CLOSED, "已销号": Status.CLOSED, "销号": Status.CLOSED}
SOURCES = {name: source for source, name in SOURCE_NAMES.items()} | {str(v): v for v in Source}

_LONGEST = {"external_id": 100, "enterprise_name": 200, "category": 60, "industry": 60}
_NEAR = 55  # percent: “义桥街道” is 57 like “义桥镇”, “萧山开发区” 22 like the nearest town
_local_date = lru_cache(maxsize=200_000)(local_date)
T = TypeVar("T")


class RowReader:
    """Reads the rows of one file: its headers, the known towns, its source, the instant of the
    intake."""

    def __init__(
        self, headers: Headers, towns: Mapping[str, int], at: datetime, source: Source
    ) -> None:
        self._headers = headers
        self._source = source
        self._columns = headers.columns
        self._towns = towns
        self._at = at

    def read(self, row_number: int, cells: list[Any]) -> Entry | Rejection:
        """The row's entry, or a Rejection with all its reasons joined by “；”."""
        width = len(cells)
        if width != self._headers.width and any(cells[self._headers.width :]):
            reason = f"列数不对：应为 {self._headers.width} 列，实为 {width} 列"
            return Rejection(row_number, cells, reason)
        if width <= max(self._columns[field] for field in REQUIRED):
            reason = f"列数不对：应为 {self._headers.width} 列，实为 {width} 列"
            return Rejection(row_number, cells, reason)
        reasons: list[str] = []
        entry = self._entry(row_number, cells, reasons)
        return entry if entry is not None else Rejection(row_number, cells, "；".join(reasons))

    def _entry(self, row_number: int, cells: list[Any], reasons: list[str]) -> Entry | None:
        columns, width = self._columns, len(cells)

        def cell(field: str) -> Any:
            column = columns.get(field, width)
            return cells[column] if column < width else None

        def read(field: str, reader: Callable[[Any], T]) -> T | None:
            try:
                return reader(cell(field))
            except BadCell as error:
                reasons.append(f"{ENGLISH[field]}：{error}")
                return None

        external_id = as_code(cell("external_id"))
        name = as_text(cell("enterprise_name"))
        category = as_text(cell("category"))
        industry = as_text(cell("industry"))
        for field, text in (
            ("external_id", external_id),
            ("enterprise_name", name),
            ("category", category),
            ("industry", industry),
        ):
            if not text and field != "industry":
                reasons.append(f"缺少{ENGLISH[field]}")
            elif len(text) > _LONGEST[field]:
                reasons.append(f"{ENGLISH[field]}太长（{len(text)}字，最多{_LONGEST[field]}字）")
        credit_code = as_code(cell("credit_code")).upper()
        if credit_code and not _is_credit_code(credit_code):
            reasons.append(f"统一社会信用代码“{credit_code}”不正确（校验不符）")
        town_id = self._word("town", as_code(cell("town")), self._towns, reasons)
        level = self._word("level", as_code(cell("level")), LEVELS, reasons)
        found = read("found_at", as_instant)
        if found is None and not any(reason.startswith("发现时间") for reason in reasons):
            reasons.append("缺少发现时间")
        deadline = read("deadline", as_day)
        rectified = read("rectified_at", as_instant)
        closed = read("closed_at", as_instant)
        if self._headers.source is not None and self._headers.source < width:
            reasons += self._of_another(as_text(cells[self._headers.source]))
        status_text = as_code(cell("status"))
        status = STATUSES.get(status_text)
        if status_text and status is None:
            reasons.append(f"状态“{status_text}”不认识")
        if reasons or found is None or town_id is None or level is None:
            return None
        found_at = found[0]
        rectified_at = _not_before(rectified, found_at)
        closed_at = _not_before(closed, rectified_at or found_at)
        status = status or _derived(rectified_at, closed_at)
        reasons += self._contradictions(found_at, deadline, rectified_at, closed_at, status)
        if reasons:
            return None
        extra = {
            header: text
            for header, column in self._headers.unknown.items()
            if column < len(cells) and (text := as_text(cells[column]))
        }
        return Entry(
            row_number,
            external_id,
            name,
            credit_code or None,
            town_id,
            industry or None,
            category,
            level,
            as_text(cell("description")) or None,
            found_at,
            deadline,
            rectified_at,
            closed_at,
            status,
            extra or None,
        )

    def _word(self, field: str, text: str, known: Mapping[str, T], reasons: list[str]) -> T | None:
        found = known.get(text)
        if found is None:
            name = ENGLISH[field]
            near = nearest(text, self._towns) if field == "town" and text else ""
            guess = f"，是不是“{near}”？" if near else ""
            reasons.append(f"{name}“{text}”不认识{guess}" if text else f"缺少{name}")
        return found

    def _of_another(self, word: str) -> list[str]:
        """A file of several sources is taken once for each; a bureau's own words say nothing."""
        if word in SOURCES and SOURCES[word] != self._source:
            return [f"来源是“{word}”，不是这次导入的“{SOURCE_NAMES[self._source]}”"]
        return []

    def _contradictions(
        self,
        found_at: datetime,
        deadline: date | None,
        rectified_at: datetime | None,
        closed_at: datetime | None,
        status: Status,
    ) -> list[str]:
        wrong = []
        if deadline is not None and deadline < _local_date(found_at):
            wrong.append("整改期限早于发现时间")
        if rectified_at is not None and rectified_at < found_at:
            wrong.append("整改完成时间早于发现时间")
        if closed_at is not None and closed_at < (rectified_at or found_at):
            wrong.append("闭环时间早于整改完成时间" if rectified_at else "闭环时间早于发现时间")
        for name, instant in (
            ("发现时间", found_at),
            ("整改完成时间", rectified_at),
            ("闭环时间", closed_at),
        ):
            if instant is not None and instant > self._at:
                wrong.append(f"{name}在导入时刻之后")
        if status == Status.VOIDED:
            return wrong  # whether it is so already is for the ledger to say
        if (status == Status.CLOSED) != (closed_at is not None):
            wrong.append("状态与闭环时间矛盾")
        elif status == Status.REGISTERED and rectified_at is not None:
            wrong.append("状态与整改完成时间矛盾")
        return wrong


def nearest(text: str, words: Iterable[str]) -> str:
    """The name that an unknown one may stand for; "" when none is near. Codes are no names."""
    names = [word for word in words if not word.isascii()]
    found = process.extractOne(text, names, scorer=fuzz.ratio, score_cutoff=_NEAR)
    return found[0] if found else ""


def _derived(rectified_at: datetime | None, closed_at: datetime | None) -> Status:
    if closed_at is not None:
        return Status.CLOSED
    return Status.AWAITING_REVIEW if rectified_at is not None else Status.REGISTERED


def _not_before(given: tuple[datetime, bool] | None, earliest: datetime) -> datetime | None:
    """An instant given as a mere day lies on that day, but not before what it follows."""
    if given is None:
        return None
    instant, whole_day = given
    if whole_day and _local_date(instant) == _local_date(earliest):
        return max(instant, earliest)
    return instant


@lru_cache(maxsize=200_000)
def _is_credit_code(code: str) -> bool:
    """GB 32100-2015: 18 characters, the last of them checks the others."""
    try:
        uscc.validate(code)
    except ValidationError:
        return False
    return True

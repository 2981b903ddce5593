"""数据来源: what is pulled from where, how far it has come, and how fresh it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from steward.domain.weeks import DISTRICT_ZONE


class Kind(StrEnum):
    """How a source is read."""

    DATABASE = "database"
    HTTP = "http"
    FOLDER = "folder"


KIND_NAMES: dict[Kind, str] = {
    Kind.DATABASE: "数据库",
    Kind.HTTP: "接口",
    Kind.FOLDER: "文件夹",
}


class Form(StrEnum):
    """How a watermark is written upstream; one is only compared with another of its form."""

    NUMBER = "number"
    INSTANT = "instant"  # with its offset
    LOCAL = "local"  # without one: the district's time
    DAY = "day"
    TEXT = "text"  # an instant in a column of text, as SQLite has


@dataclass(frozen=True)
class Watermark:
    """水位: how far a source was read. `value` is as it came, JSON-ready."""

    form: Form
    value: str

    @classmethod
    def of(cls, cell: Any) -> Watermark | None:
        """What stands in the watermark column of a row; None when nothing usable does."""
        if isinstance(cell, bool) or cell is None or cell == "":
            return None
        if isinstance(cell, int | float | Decimal):
            return cls(Form.NUMBER, str(cell)) if Decimal(str(cell)).is_finite() else None
        if isinstance(cell, datetime):
            return cls(Form.LOCAL if cell.tzinfo is None else Form.INSTANT, cell.isoformat())
        if isinstance(cell, date):
            return cls(Form.DAY, cell.isoformat())
        return cls(Form.TEXT, cell) if isinstance(cell, str) else None

    @property
    def order(self) -> Any:
        """What two of the same form are compared by."""
        if self.form is Form.NUMBER:
            return Decimal(self.value)
        if self.form is Form.TEXT:
            return self.value
        return datetime.fromisoformat(self.value)

    @property
    def raw(self) -> Any:
        """As the source is asked with it."""
        if self.form is Form.NUMBER:
            number = Decimal(self.value)
            return int(number) if number == number.to_integral_value() else number
        if self.form is Form.TEXT:
            return self.value
        if self.form is Form.DAY:
            return date.fromisoformat(self.value)
        return datetime.fromisoformat(self.value)

    @property
    def instant(self) -> datetime | None:
        """The instant it means; None for a number, or a text that is none."""
        if self.form is Form.NUMBER:
            return None
        try:
            at = datetime.fromisoformat(self.value)
            return (at if at.tzinfo else at.replace(tzinfo=DISTRICT_ZONE)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def until(self, now: datetime) -> Watermark:
        """No later than `now`: one row of the year 2099 must not hide all that comes before."""
        at = self.instant
        if at is None or at <= now:
            return self
        local = now.astimezone(DISTRICT_ZONE)
        if self.form is Form.DAY:
            return Watermark(self.form, local.date().isoformat())
        if self.form is Form.INSTANT:
            return Watermark(self.form, local.isoformat())
        separator = "T" if "T" in self.value else " "
        return Watermark(self.form, local.replace(tzinfo=None).isoformat(separator, "seconds"))

    def back(self, overlap: float) -> Watermark:
        """So much before: minutes of an instant, units of a number. A text that is none stays."""
        if self.form is Form.NUMBER:
            return Watermark(self.form, str(Decimal(self.value) - Decimal(str(overlap))))
        if self.form is Form.DAY:
            return self  # a whole day is read again anyhow
        try:
            at = datetime.fromisoformat(self.value) - timedelta(minutes=overlap)
        except (ValueError, OverflowError):
            return self
        if self.form is Form.TEXT:
            separator = "T" if "T" in self.value else " "
            return Watermark(self.form, at.isoformat(separator, "seconds"))
        return Watermark(self.form, at.isoformat())

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Batch:
    """Rows of a source as they came, in their order, under their columns' own names.

    `watermark`: how far the source is read once these rows are kept; None: not known yet. Rows of
    a file have its name in `origin`, their `numbers` in it, and are of the instant `as_of`.
    """

    columns: tuple[str, ...]
    rows: list[list[Any]]
    watermark: Watermark | None = None
    warnings: tuple[str, ...] = ()
    origin: str = ""
    numbers: tuple[int, ...] = ()
    as_of: datetime | None = None


@dataclass(frozen=True)
class Outstanding:
    """A row that could not be taken and waits: its columns, cells, and why (Chinese)."""

    id: int
    key: str
    columns: tuple[str, ...]
    cells: list[Any]
    reason: str
    first_at: datetime
    last_at: datetime


@dataclass
class Tally:
    """What became of the rows of one run."""

    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    retried: int = 0  # of rows that had been rejected before, how many are taken now
    unknown_columns: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Pulled:
    """One run of a source, over. `error` "": it came to its end. Instants are aware."""

    source: str
    started_at: datetime
    finished_at: datetime
    rows_read: int
    rows_new: int
    rows_updated: int
    rows_unchanged: int
    rows_rejected: int
    rows_retried: int
    unknown_columns: tuple[str, ...]
    warnings: tuple[str, ...]
    error: str
    next_at: datetime | None

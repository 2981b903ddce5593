"""What is looked for in the ledger, where a page of it begins and ends, and what is found.

Everything is asked of the ledger as it stands; `today` (a local date) says what is due and overdue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Generic, Self, TypeVar

from steward.domain.hazards import Level, Source, Status

Row = TypeVar("Row")

MOST_COUNTED = 10_000
DUE_SOON_DAYS = 7


class Standing(StrEnum):
    """How an open hazard stands to its deadline."""

    OPEN = "open"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    WITHOUT_DEADLINE = "without_deadline"


STANDING_NAMES: dict[Standing, str] = {
    Standing.OPEN: "未闭环",
    Standing.DUE_SOON: "即将到期",
    Standing.OVERDUE: "已超期",
    Standing.WITHOUT_DEADLINE: "无整改期限",
}


@dataclass(frozen=True)
class Days:
    """Local days from the first to the last, both included; None is no bound."""

    first: date | None = None
    last: date | None = None

    def __bool__(self) -> bool:
        return self.first is not None or self.last is not None


@dataclass(frozen=True)
class HazardFilter:
    """Which hazards; what is not given narrows nothing, and voided ones are among them, except
    where `valid` leaves them out.

    `towns` are codes. `text` is looked for in the enterprise's name, or is its credit code or the
    hazard's number; `words` in the description. `ids` are the ledger's own.
    """

    today: date
    due_soon_days: int = DUE_SOON_DAYS
    towns: frozenset[str] = frozenset()
    source: Source | None = None
    industry: str = ""
    category: str = ""
    level: Level | None = None
    status: Status | None = None
    standing: Standing | None = None
    found: Days = field(default_factory=Days)
    deadline: Days = field(default_factory=Days)
    closed: Days = field(default_factory=Days)
    text: str = ""
    words: str = ""
    enterprise_id: int | None = None
    ids: tuple[int, ...] | None = None
    valid: bool = False

    @property
    def horizon(self) -> date:
        """The last day of 即将到期."""
        return self.today + timedelta(days=self.due_soon_days)


@dataclass(frozen=True)
class EnterpriseFilter:
    """Which enterprises. `standing`: with at least one such hazard; `major`: an open major one."""

    today: date
    due_soon_days: int = DUE_SOON_DAYS
    towns: frozenset[str] = frozenset()
    industry: str = ""
    standing: Standing | None = None
    major: bool = False
    text: str = ""
    ids: tuple[int, ...] | None = None

    @property
    def horizon(self) -> date:
        """The last day of 即将到期."""
        return self.today + timedelta(days=self.due_soon_days)


class Sort(StrEnum):
    """By what a list is ordered, and then by the ledger's id."""

    FOUND = "found"
    DEADLINE = "deadline"
    ID = "id"


@dataclass(frozen=True)
class Order:
    """`descending`: the latest first. Hazards without a deadline come last in both."""

    by: Sort = Sort.FOUND
    descending: bool = True


@dataclass(frozen=True)
class Mark:
    """Where a page begins or ends: the value a row is ordered by, and its id. Inserts and changes
    elsewhere move nothing across it. `value` None: it has none (no deadline, or order by id)."""

    value: datetime | date | None
    id: int

    def __str__(self) -> str:
        """2021-11-16T01:30:00+00:00~123."""
        return f"{self.value.isoformat() if self.value is not None else ''}~{self.id}"

    @classmethod
    def parse(cls, text: str, by: Sort) -> Self:
        """Raises ValueError for what is no mark of this order."""
        value, _, number = text.partition("~")
        if not number.isascii() or not number.isdigit() or len(number) > 18:
            raise ValueError(f"no mark: {text!r}")
        if by == Sort.FOUND:
            instant = datetime.fromisoformat(value)
            if instant.tzinfo is None:
                raise ValueError(f"no instant: {text!r}")
            return cls(instant, int(number))
        if by == Sort.DEADLINE and value:
            return cls(date.fromisoformat(value), int(number))
        return cls(None, int(number))


@dataclass(frozen=True)
class Hazard:
    """One hazard as lists and files show it. `merged_into` is the number of the one that stays."""

    id: int
    source: Source
    external_id: str
    enterprise_id: int
    enterprise: str
    credit_code: str | None
    town_code: str
    town: str
    industry: str | None
    category: str
    level: Level
    description: str | None
    found_at: datetime
    deadline: date | None
    rectified_at: datetime | None
    closed_at: datetime | None
    voided_at: datetime | None
    merged_into: str | None
    status: Status

    @property
    def is_open(self) -> bool:
        """未闭环."""
        return self.closed_at is None and self.voided_at is None

    def days_left(self, today: date) -> int | None:
        """Days until the deadline, 0 on it, negative when overdue; None without one or not open."""
        if self.deadline is None or not self.is_open:
            return None
        return (self.deadline - today).days


@dataclass(frozen=True)
class Enterprise:
    """One enterprise as lists show it, with what of its hazards is open on the day asked about."""

    id: int
    name: str
    credit_code: str | None
    town_code: str
    town: str
    industry: str | None
    hazards: int = 0
    open: int = 0
    overdue: int = 0
    open_major: int = 0


@dataclass(frozen=True)
class Counted:
    """How many there are; `more`: at least so many, nobody counted on."""

    number: int
    more: bool = False


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list in its order. `back` and `on` are where the pages before and after it
    begin, None where there are none. `stopped`: rows beyond were not looked at, for it would have
    taken too long; they are found by going on from there."""

    rows: Sequence[Row]
    back: Mark | None = None
    on: Mark | None = None
    stopped: bool = False

"""隐患预警: the two lists of enterprises that the voice counts, and what becomes of each entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from steward.domain.figures import Warned
from steward.domain.weeks import local_date


class WarningKind(StrEnum):
    """到期 or 超期."""

    DUE_SOON = "due_soon"
    OVERDUE = "overdue"


WARNING_NAMES: dict[WarningKind, str] = {
    WarningKind.DUE_SOON: "到期预警",
    WarningKind.OVERDUE: "超期预警",
}


@dataclass(frozen=True)
class Entry:
    """One enterprise in a list at an instant: how many hazards, the earliest deadline, days left
    (negative: past)."""

    kind: WarningKind
    town_code: str
    town: str
    warned: Warned


@dataclass(frozen=True)
class Case:
    """What has become of one entry since it came into its list."""

    id: int
    kind: WarningKind
    enterprise_id: int
    enterprise: str
    town_code: str
    town: str
    opened_at: datetime
    closed_at: datetime | None
    hazards: int
    deadline: date
    responsible: str = ""
    note: str = ""
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    escalated_at: datetime | None = None
    escalated_why: str = ""


@dataclass(frozen=True)
class Listed:
    """An entry with its case; None where the instant is not now, or nobody has looked since."""

    entry: Entry
    case: Case | None = None


@dataclass(frozen=True)
class Lists:
    """Both lists at an instant: of the district or of a town, the most pressing first."""

    as_of: datetime
    today: date
    due_soon: tuple[Listed, ...] = ()
    overdue: tuple[Listed, ...] = ()
    cases: dict[int, Case] = field(default_factory=dict, compare=False)

    def of(self, kind: WarningKind) -> tuple[Listed, ...]:
        """One of them."""
        return self.overdue if kind is WarningKind.OVERDUE else self.due_soon


@dataclass(frozen=True)
class Escalation:
    """When an overdue enterprise becomes the district's matter: nobody has taken it up within
    `unanswered_days` of its coming into the list; or its earliest deadline is past by more than
    `overdue_days`, whoever answers for it. 0 is never."""

    unanswered_days: int = 5
    overdue_days: int = 30

    def reason(self, case: Case, now: datetime) -> str:
        """Why it is; "" when it is not."""
        if case.kind is not WarningKind.OVERDUE or case.closed_at is not None:
            return ""
        late = (local_date(now) - case.deadline).days
        if self.overdue_days and late > self.overdue_days:
            return f"超期 {late} 天"
        waited = now - case.opened_at
        unanswered = case.acknowledged_at is None and self.unanswered_days
        if unanswered and waited > timedelta(days=self.unanswered_days):
            return f"{waited.days} 天没有人签收"
        return ""

"""执法辅助: whom to inspect next and why, rounds, and the clocks and counters of penalties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from steward.domain.accidents import Enterprise, Reason
from steward.domain.law import Counter, Law

IsWorkday = Callable[[date], bool]


@dataclass(frozen=True)
class Candidate:
    """One enterprise that an inspection would be for; `categories` are those of its open hazards,
    most first; `inspected_at` its last inspection."""

    enterprise: Enterprise
    points: int
    reasons: tuple[Reason, ...]
    categories: tuple[str, ...] = ()
    inspected_at: datetime | None = None


@dataclass(frozen=True)
class Left:
    """How many candidates a round left out, and why."""

    why: str
    number: int


def fill_round(
    candidates: Iterable[Candidate],
    *,
    total: int,
    per_town: int,
    rested_since: datetime,
    excluded: frozenset[int] = frozenset(),
) -> tuple[list[Candidate], list[Left]]:
    """The first of the ranking that fit: a town's quota, nobody inspected since `rested_since`,
    nobody excluded (ids), nobody without a point. Whoever is left out is counted by its reason."""
    chosen: list[Candidate] = []
    towns: dict[str, int] = {}
    left: dict[str, int] = {}
    for one in candidates:
        town = one.enterprise.town_code
        why = ""
        if not one.points:
            continue
        if one.enterprise.id in excluded:
            why = "已排除"
        elif one.inspected_at is not None and one.inspected_at >= rested_since:
            why = "近期检查过"
        elif towns.get(town, 0) >= per_town:
            why = "本镇街名额已满"
        elif len(chosen) >= total:
            break
        if why:
            left[why] = left.get(why, 0) + 1
            continue
        chosen.append(one)
        towns[town] = towns.get(town, 0) + 1
    return chosen, [Left(why, number) for why, number in left.items()]


class PenaltyKind(StrEnum):
    """处罚种类."""

    WARNING = "warning"
    FINE = "fine"


PENALTY_NAMES: dict[PenaltyKind, str] = {PenaltyKind.WARNING: "警告", PenaltyKind.FINE: "罚款"}


@dataclass(frozen=True)
class Penalty:
    """One decision. `fine` in yuan, 0 for a warning; the dates are the district's."""

    id: int
    number: str
    enterprise_id: int
    enterprise: str
    town: str
    decided_on: date
    kind: PenaltyKind
    fine: int
    on_the_spot: bool
    cash: bool
    officers: tuple[str, ...]
    grounds: str
    paid_on: date | None = None
    handed_in_on: date | None = None
    published_on: date | None = None
    voided_at: datetime | None = None
    void_reason: str = ""


class ClockKind(StrEnum):
    """法定时限: what is to be done in time."""

    HAND_IN = "hand_in"
    PAY = "pay"
    PUBLISH = "publish"


CLOCK_NAMES: dict[ClockKind, str] = {
    ClockKind.HAND_IN: "当场收缴的罚款交至机关",
    ClockKind.PAY: "缴纳罚款",
    ClockKind.PUBLISH: "公示处罚",
}


@dataclass(frozen=True)
class Clock:
    """One clock that runs. `days` to its last day, negative when it is past; `surcharge` in yuan
    has come up by today, as may be ordered, never more than the fine."""

    penalty: Penalty
    kind: ClockKind
    last_day: date
    days: int
    surcharge: int = 0


def clocks(penalty: Penalty, law: Law, today: date, is_workday: IsWorkday) -> list[Clock]:
    """What is still to be done about a decision (行政处罚法 art. 67, 71, 72; 安全生产法 78)."""
    if penalty.voided_at is not None:
        return []
    running: list[Clock] = []

    def run(kind: ClockKind, last_day: date, surcharge: int = 0) -> None:
        running.append(Clock(penalty, kind, last_day, (last_day - today).days, surcharge))

    if penalty.cash and penalty.handed_in_on is None:
        run(ClockKind.HAND_IN, workdays_after(penalty.decided_on, law.hand_in_workdays, is_workday))
    if penalty.fine and not penalty.cash and penalty.paid_on is None:
        last = penalty.decided_on + timedelta(days=law.pay_days)
        late = max((today - last).days, 0)
        added = penalty.fine * law.surcharge_percent * late // 100
        run(ClockKind.PAY, last, min(added, penalty.fine))
    if penalty.published_on is None:
        run(ClockKind.PUBLISH, workdays_after(penalty.decided_on, law.publish_workdays, is_workday))
    return running


def workdays_after(day: date, number: int, is_workday: IsWorkday) -> date:
    """The `number`-th workday after a day; the day itself does not count."""
    while number:
        day += timedelta(days=1)
        number -= is_workday(day)
    return day


@dataclass(frozen=True)
class Repeated:
    """An enterprise and its penalties within a counter's days; `reached`: closure may be proposed,
    else one more would do. Both only where an open major hazard stands (安全生产法 art. 113)."""

    enterprise_id: int
    enterprise: str
    town: str
    penalties: int
    counter: Counter
    open_major: int
    reached: bool


def repeated(
    penalties: Sequence[Penalty], law: Law, today: date, open_major: dict[int, int]
) -> list[Repeated]:
    """Whoever has reached a counter, or would with one more; the reached first."""
    found: list[Repeated] = []
    for counter in law.counters:
        since = today - timedelta(days=counter.days)
        recent = [p for p in penalties if p.voided_at is None and since < p.decided_on <= today]
        for enterprise_id in {p.enterprise_id for p in recent}:
            mine = [p for p in recent if p.enterprise_id == enterprise_id]
            major = open_major.get(enterprise_id, 0)
            if len(mine) < counter.penalties - 1 or len(mine) < 2:
                continue
            reached = len(mine) >= counter.penalties and major > 0
            found.append(
                Repeated(
                    enterprise_id,
                    mine[0].enterprise,
                    mine[0].town,
                    len(mine),
                    counter,
                    major,
                    reached,
                )
            )
    return sorted(found, key=lambda one: (not one.reached, -one.penalties, one.enterprise_id))

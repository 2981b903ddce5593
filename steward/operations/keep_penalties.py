"""Keep the record of penalties, and the board of the law's clocks and counters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from steward.accounts.queries import audit
from steward.analysis.legal_basis import law_of, read_law
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.domain.enforcement import (
    PENALTY_NAMES,
    Clock,
    IsWorkday,
    Penalty,
    PenaltyKind,
    Repeated,
    clocks,
    repeated,
)
from steward.domain.law import Law
from steward.domain.weeks import local_date
from steward.errors import LedgerError
from steward.ledger.queries import penalties
from steward.ledger.queries.incidents import enterprise_named
from steward.storage.engine import Database

LONGEST = 2_000
NUMBER_LENGTH = 100
REASON_LENGTH = 200
MOST_FINE = 10_000_000
OFFICERS = 2  # 行政处罚法 art. 42
STEP_NAMES = {"paid_on": "已缴纳", "handed_in_on": "已交至机关", "published_on": "已公示"}


@dataclass(frozen=True)
class NewPenalty:
    """What somebody has typed: `enterprise` is a name or a credit code; `fine` in yuan."""

    number: str
    enterprise: str
    decided_on: date
    kind: PenaltyKind
    fine: int
    on_the_spot: bool
    cash: bool
    officers: Sequence[str]
    grounds: str
    town: str | None = None


@dataclass(frozen=True)
class Board:
    """Everything about penalties on a day: clocks by their last day, counters, the decisions."""

    today: date
    law: Law
    clocks: tuple[Clock, ...]
    repeated: tuple[Repeated, ...]
    penalties: tuple[Penalty, ...]


def record_penalty(
    database: Database, new: NewPenalty, *, rules: Path | None, at: datetime, by: Actor
) -> int:
    """Put a decision down, as the law of its day allows it; its id. Raises LedgerError."""
    law = law_of(new.decided_on, read_law(rules))
    officers = tuple(dict.fromkeys(name.strip() for name in new.officers if name.strip()))
    _check(new, officers, law, local_date(at))
    with database.session(write=True) as session:
        penalty = Penalty(
            id=0,
            number=new.number.strip(),
            enterprise_id=enterprise_named(session, new.enterprise.strip(), new.town),
            enterprise="",
            town="",
            decided_on=new.decided_on,
            kind=new.kind,
            fine=new.fine,
            on_the_spot=new.on_the_spot,
            cash=new.cash,
            officers=officers,
            grounds=new.grounds.strip(),
        )
        id_ = penalties.add(session, penalty, at=at, by=by.name)
        facts = {
            "number": penalty.number,
            "kind": PENALTY_NAMES[new.kind],
            "fine": new.fine,
            "day": new.decided_on.isoformat(),
        }
        about = f"处罚 {penalty.number}"[:80]
        audit.record(session, Act.PENALTY_RECORDED, at=at, by=by, about=about, after=facts)
    return id_


def note_step(
    database: Database, penalty_id: int, step: str, day: date, *, at: datetime, by: Actor
) -> None:
    """Put down that it was paid, handed in, published. Raises LedgerError."""
    if day > local_date(at):
        raise LedgerError("日期在将来", place=STEP_NAMES.get(step, ""))
    with database.session(write=True) as session:
        done = penalties.step(session, penalty_id, step, day)
        facts = {"what": STEP_NAMES[step], "day": day.isoformat()}
        about = f"处罚 {done.number}"[:80]
        audit.record(session, Act.PENALTY_STEP, at=at, by=by, about=about, after=facts)


def void_penalty(
    database: Database, penalty_id: int, *, reason: str, at: datetime, by: Actor
) -> None:
    """It was put down by mistake: it counts in nothing, and stays on record. Raises LedgerError."""
    reason = reason.strip()
    if not reason or len(reason) > REASON_LENGTH:
        raise LedgerError(f"请写明作废的原因，最多 {REASON_LENGTH} 个字", place="原因")
    with database.session(write=True) as session:
        gone = penalties.void(session, penalty_id, at=at, reason=reason)
        about, facts = f"处罚 {gone.number}"[:80], {"reason": reason}
        audit.record(session, Act.PENALTY_VOIDED, at=at, by=by, about=about, after=facts)


def show_board(
    database: Database, *, rules: Path | None, is_workday: IsWorkday, now: datetime
) -> Board:
    """The law's clocks and counters on the day. Raises RulesError, StorageError."""
    today = local_date(now)
    versions = read_law(rules)
    law = law_of(today, versions)
    longest = max(counter.days for counter in law.counters)
    with database.session() as session:
        found = penalties.since(session, today - timedelta(days=longest))
        major = penalties.open_major(session, sorted({one.enterprise_id for one in found}))
    running = [
        clock
        for one in found
        for clock in clocks(one, law_of(one.decided_on, versions), today, is_workday)
    ]
    running.sort(key=lambda clock: (clock.last_day, clock.penalty.id))
    return Board(
        today, law, tuple(running), tuple(repeated(found, law, today, major)), tuple(found)
    )


def _check(new: NewPenalty, officers: tuple[str, ...], law: Law, today: date) -> None:
    number = new.number.strip()
    if not number or len(number) > NUMBER_LENGTH or not number.isprintable():
        raise LedgerError(f"请填文书编号，1 至 {NUMBER_LENGTH} 个字", place="文书编号")
    if new.decided_on > today:
        raise LedgerError("处罚决定的日期在将来", place="决定日期")
    if new.kind is PenaltyKind.WARNING and (new.fine or new.cash):
        raise LedgerError("警告没有罚款", place="罚款")
    if new.kind is PenaltyKind.FINE and not 0 < new.fine <= MOST_FINE:
        raise LedgerError(f"罚款应为 1 至 {MOST_FINE} 元", place="罚款")
    if new.on_the_spot and new.fine > law.organisation_fine:
        raise LedgerError(
            f"当场处罚，对单位的罚款不超过 {law.organisation_fine} 元（行政处罚法第五十一条）",
            place="罚款",
        )
    if new.cash and not new.on_the_spot:
        raise LedgerError("不是当场处罚，不能当场收缴罚款", place="当场收缴")
    if len(officers) < OFFICERS:
        raise LedgerError("执法人员不得少于两人（行政处罚法第四十二条）", place="执法人员")
    if any(len(name) > 40 for name in officers) or len(officers) > 10:
        raise LedgerError("执法人员的姓名太长或太多", place="执法人员")
    if not new.grounds.strip() or len(new.grounds) > LONGEST:
        raise LedgerError(f"请填违法事实和依据，最多 {LONGEST} 个字", place="事实和依据")

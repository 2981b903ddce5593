"""Act on one hazard: a step of its life, an extension, a merge, a void, or taking one back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from steward.accounts.queries import audit
from steward.domain.accounts import Actor
from steward.domain.audit import Act, Facts
from steward.domain.hazard_acts import (
    HAZARD_ACT_NAMES,
    POSSIBLE,
    REASON_LENGTH,
    WITH_REASON,
    HazardAct,
)
from steward.domain.hazards import SOURCE_NAMES, STATUS_NAMES, Source, Status
from steward.errors import ActedMeanwhile, LedgerError, TransitionRefused
from steward.ledger.queries import acts, suggestions
from steward.ledger.tables import HazardRow
from steward.storage.engine import Database, Session


@dataclass(frozen=True)
class Told:
    """What an act is told: why, the new deadline, the number of the hazard that stays."""

    reason: str = ""
    deadline: date | None = None
    into: str = ""


def act_on_hazard(
    database: Database,
    hazard_id: int,
    act: HazardAct,
    told: Told,
    *,
    at: datetime,
    by: Actor,
    seen: str | None = None,
) -> None:
    """Do it, in one transaction with its entry in the log of acts.

    `seen` is the version (`acts.version`) that whoever asks has looked at; None: whatever it is by
    now. Raises ActedMeanwhile for another one, LedgerError for what the ledger's rules forbid.
    """
    reason = told.reason.strip()
    if act in WITH_REASON and not reason:
        raise LedgerError(f"请写明{HAZARD_ACT_NAMES[act]}的原因", place="reason")
    if len(reason) > REASON_LENGTH:
        raise LedgerError(f"原因最多 {REASON_LENGTH} 字", place="reason")
    with database.session(write=True) as session:
        row = acts.hold(session, hazard_id)
        if seen is not None and seen != acts.version(session, hazard_id):
            raise ActedMeanwhile(
                "这条隐患刚刚有人办理过或随文件更新了，请看过再办", place=row.external_id
            )
        status = Status(row.status)
        if status not in POSSIBLE[act]:
            name, stands = HAZARD_ACT_NAMES[act], STATUS_NAMES[status]
            raise TransitionRefused(f"这条隐患{stands}，不能办理“{name}”", place=row.external_id)
        before = _facts(row)
        _ACTS[act](session, row, Told(reason, told.deadline, told.into.strip()), at, by.name)
        after = _facts(row) | {"what": HAZARD_ACT_NAMES[act], "reason": reason}
        if act == HazardAct.MERGE:
            after["into"] = told.into.strip()
        source = SOURCE_NAMES[Source(row.source)]
        audit.record(
            session,
            Act.HAZARD_ACTED_ON,
            at=at,
            by=by,
            about=f"隐患 {row.external_id}（{source}）",
            before=before,
            after=after,
        )


def find_number(database: Database, number: str, source: Source | None = None) -> int:
    """The ledger's id of the hazard with a number, of a source where several have it.

    Raises LedgerError for none, and for several.
    """
    with database.session() as session:
        found = acts.numbered(session, number)
        if source is not None:
            found = [row for row in found if row.source == source]
        return _only(found, number).id


def _only(found: list[HazardRow], number: str) -> HazardRow:
    if not found:
        raise LedgerError("没有这个编号的隐患", place=number)
    if len(found) > 1:
        names = "、".join(SOURCE_NAMES[Source(row.source)] for row in found)
        example = f"{number}（{SOURCE_NAMES[Source(found[0].source)]}）"
        sentence = f"几个来源都有这个编号（{names}），请指明来源，如“{example}”"
        raise LedgerError(sentence, place=number)
    return found[0]


def _with_source(typed: str) -> tuple[str, Source | None]:
    """A number, and the source that may stand behind it in brackets: ZC-1（企业自查）."""
    for source, name in SOURCE_NAMES.items():
        for ending in (f"（{name}）", f"({name})"):
            if typed.endswith(ending):
                return typed.removesuffix(ending).strip(), source
    return typed, None


def _facts(row: HazardRow) -> Facts:
    facts: Facts = {"state": STATUS_NAMES[Status(row.status)]}
    if row.deadline is not None:
        facts["deadline"] = row.deadline.isoformat()
    return facts


_Do = Callable[[Session, HazardRow, Told, datetime, str], None]


def _start(session: Session, row: HazardRow, told: Told, at: datetime, by: str) -> None:
    acts.move(session, row.id, Status.RECTIFYING, at=at, reason=told.reason, by=by)


def _rectify(session: Session, row: HazardRow, told: Told, at: datetime, by: str) -> None:
    if row.status == Status.REGISTERED:
        acts.move(session, row.id, Status.RECTIFYING, at=at, by=by)
    acts.move(session, row.id, Status.AWAITING_REVIEW, at=at, reason=told.reason, by=by)


def _pass(session: Session, row: HazardRow, told: Told, at: datetime, by: str) -> None:
    acts.move(session, row.id, Status.CLOSED, at=at, reason=told.reason, by=by)


def _extend(session: Session, row: HazardRow, told: Told, at: datetime, by: str) -> None:
    if told.deadline is None:
        raise LedgerError("请选择新的整改期限", place="deadline")
    acts.extend(session, row.id, told.deadline, at=at, reason=told.reason, by=by)


def _merge(session: Session, row: HazardRow, told: Told, at: datetime, by: str) -> None:
    if not told.into:
        raise LedgerError("请填写并入哪一条的隐患编号", place="into")
    number, source = _with_source(told.into)
    found = acts.numbered(session, number)
    if source is not None:
        found = [one for one in found if one.source == source]
    own = [one for one in found if one.enterprise_id == row.enterprise_id and one.id != row.id]
    first = _only(own or found, number)
    acts.hold(session, first.id)
    acts.merge(session, row.id, first.id, at=at, by=by)


def _void(session: Session, row: HazardRow, told: Told, at: datetime, by: str) -> None:
    acts.void(session, row.id, at=at, reason=told.reason, by=by)


def _reopen(session: Session, row: HazardRow, told: Told, at: datetime, by: str) -> None:
    acts.reopen(session, row.id, at=at, reason=told.reason, by=by)


def _restore(session: Session, row: HazardRow, told: Told, at: datetime, by: str) -> None:
    if row.merged_into_id is not None:
        pair = suggestions.of_pair(session, row.id, row.merged_into_id)
        if pair is not None and pair.decision is not None:
            suggestions.note(pair, None, at=at, by=by)  # the two wait to be decided again
    acts.restore(session, row.id, at=at, reason=told.reason, by=by)


_ACTS: dict[HazardAct, _Do] = {
    HazardAct.START: _start,
    HazardAct.RECTIFY: _rectify,
    HazardAct.PASS: _pass,
    HazardAct.FAIL: _start,  # back to rectifying
    HazardAct.EXTEND: _extend,
    HazardAct.MERGE: _merge,
    HazardAct.VOID: _void,
    HazardAct.REOPEN: _reopen,
    HazardAct.RESTORE: _restore,
}

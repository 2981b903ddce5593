"""Decide whether two hazards are one; and take it back."""

from __future__ import annotations

from datetime import datetime

from steward.accounts.queries import audit
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.domain.merges import Decision
from steward.errors import LedgerError
from steward.ledger.queries import acts, intake, suggestions
from steward.ledger.tables import HazardRow, MergeSuggestionRow
from steward.storage.engine import Database, Session

_ACTS = {Decision.MERGED: Act.HAZARDS_MERGED, Decision.DIFFERENT: Act.HAZARDS_KEPT_APART}


def decide_merge(
    database: Database, suggestion_id: int, decision: Decision, *, at: datetime, by: Actor
) -> None:
    """合并: the one that was found later counts no more from now on, under the source that found it
    first; 不是同一条: the pair is never suggested again.

    Raises NotFound, LedgerError: it is decided already, one of the two is voided or elsewhere now.
    """
    with database.session(write=True) as session:
        intake.hold_hazards(session)
        row = suggestions.get(session, suggestion_id)
        if row.decision is not None:
            raise LedgerError(f"{row.decided_by or '别人'}已经决定过这一对")
        first, second = _in_order(session, row)
        if decision is Decision.MERGED:
            if second.voided_at is not None:
                raise LedgerError("其中一条已经作废，不能再合并", place=second.external_id)
            acts.merge(session, second.id, first.id, at=at, by=by.name)
        suggestions.note(row, decision, at=at, by=by.name)
        _record(session, _ACTS[decision], row, first, second, at, by)


def take_back(database: Database, suggestion_id: int, *, at: datetime, by: Actor) -> None:
    """The pair waits again; what was merged counts again. Raises NotFound, LedgerError."""
    with database.session(write=True) as session:
        intake.hold_hazards(session)
        row = suggestions.get(session, suggestion_id)
        if row.decision is None:
            raise LedgerError("这一对还没有决定过，或已经撤销")
        first, second = _in_order(session, row)
        if row.decision == Decision.MERGED.value:
            merged = second if second.merged_into_id is not None else first
            acts.take_back_merge(session, merged.id, at=at, by=by.name)
        suggestions.note(row, None, at=at, by=by.name)
        _record(session, Act.MERGE_TAKEN_BACK, row, first, second, at, by)


def _in_order(session: Session, row: MergeSuggestionRow) -> tuple[HazardRow, HazardRow]:
    """The one that was found first, and the other."""
    pair = [acts.hazard(session, row.low_id), acts.hazard(session, row.high_id)]
    first, second = sorted(pair, key=lambda one: (one.found_at, one.id))
    return first, second


def _record(
    session: Session,
    act: Act,
    row: MergeSuggestionRow,
    first: HazardRow,
    second: HazardRow,
    at: datetime,
    by: Actor,
) -> None:
    facts = {"name": f"{first.source} {first.external_id}、{second.source} {second.external_id}"}
    audit.record(session, act, at=at, by=by, about=f"合并建议 {row.id}", after=facts)

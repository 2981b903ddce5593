"""Take a warning up: who answers for it."""

from __future__ import annotations

from datetime import datetime

from steward.accounts.queries import audit
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.domain.warning_lists import Case
from steward.errors import LedgerError
from steward.ledger.queries import warning_cases
from steward.storage.engine import Database

NAME_LENGTH = 40
NOTE_LENGTH = 200


def take_warning(
    database: Database, warning_id: int, *, responsible: str, note: str, at: datetime, by: Actor
) -> Case:
    """Put down that somebody has taken it up, and who answers for it. Raises LedgerError."""
    responsible, note = responsible.strip(), note.strip()
    if not responsible or len(responsible) > NAME_LENGTH:
        raise LedgerError(f"请填责任人，最多 {NAME_LENGTH} 个字", place="责任人")
    if len(note) > NOTE_LENGTH:
        raise LedgerError(f"说明最多 {NOTE_LENGTH} 个字", place="说明")
    with database.session(write=True) as session:
        case = warning_cases.acknowledge(
            session, warning_id, responsible=responsible, note=note, at=at, by=by.name
        )
        facts = {"enterprise": case.enterprise, "responsible": responsible, "reason": note}
        about = f"预警 {warning_id}"
        audit.record(session, Act.WARNING_TAKEN, at=at, by=by, about=about, after=facts)
    return case


def past_warnings(
    database: Database,
    *,
    town: str | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[Case]:
    """Warnings that are over, the latest first, of a town (its code) or of all."""
    with database.session() as session:
        codes = [town] if town else []
        return warning_cases.past(session, town_codes=codes, before=before, limit=limit)

"""Keep the record of incidents: add one, void a mistaken one, list them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from steward.accounts.queries import audit
from steward.domain.accounts import Actor
from steward.domain.audit import Act
from steward.domain.incidents import KIND_NAMES, Incident, IncidentKind
from steward.errors import LedgerError
from steward.ledger.queries import incidents
from steward.storage.engine import Database

LONGEST = 2_000
REASON_LENGTH = 200
NUMBER_LENGTH = 100
MOST_PEOPLE = 10_000


@dataclass(frozen=True)
class NewIncident:
    """What somebody has typed: `enterprise` is a name or a credit code."""

    external_id: str
    enterprise: str
    kind: IncidentKind
    occurred_at: datetime
    town: str | None = None
    deaths: int = 0
    injured: int = 0
    description: str = ""


def record_incident(database: Database, new: NewIncident, *, at: datetime, by: Actor) -> int:
    """Put an incident down; its id. Raises LedgerError with what is wrong, and where."""
    number = new.external_id.strip()
    if not number or len(number) > NUMBER_LENGTH or not number.isprintable():
        raise LedgerError(f"请填事故编号，1 至 {NUMBER_LENGTH} 个字", place="事故编号")
    if new.occurred_at > at:
        raise LedgerError("事故的时间在将来", place="发生时间")
    for value, name in ((new.deaths, "死亡人数"), (new.injured, "受伤人数")):
        if not 0 <= value <= MOST_PEOPLE:
            raise LedgerError(f"人数应为 0 至 {MOST_PEOPLE}", place=name)
    if len(new.description) > LONGEST:
        raise LedgerError(f"事故经过最多 {LONGEST} 个字", place="事故经过")
    with database.session(write=True) as session:
        enterprise_id = incidents.enterprise_named(session, new.enterprise.strip(), new.town)
        id_ = incidents.add(
            session,
            external_id=number,
            enterprise_id=enterprise_id,
            kind=new.kind,
            occurred_at=new.occurred_at,
            deaths=new.deaths,
            injured=new.injured,
            description=new.description.strip(),
            at=at,
        )
        one = incidents.get(session, id_)
        audit.record(
            session,
            Act.INCIDENT_RECORDED,
            at=at,
            by=by,
            about=f"事故 {number}"[:80],
            after={
                "number": number,
                "enterprise": one.enterprise,
                "kind": KIND_NAMES[one.kind],
                "occurred_at": one.occurred_at.isoformat(),
            },
        )
    return id_


def void_incident(
    database: Database, incident_id: int, *, reason: str, at: datetime, by: Actor
) -> Incident:
    """It was put down by mistake: it counts no longer, and stays on record. Raises LedgerError."""
    reason = reason.strip()
    if not reason or len(reason) > REASON_LENGTH:
        raise LedgerError(f"请写明作废的原因，最多 {REASON_LENGTH} 个字", place="原因")
    with database.session(write=True) as session:
        one = incidents.void(session, incident_id, at=at, reason=reason)
        audit.record(
            session,
            Act.INCIDENT_VOIDED,
            at=at,
            by=by,
            about=f"事故 {one.external_id}"[:80],
            after={"reason": reason},
        )
    return one


def list_incidents(
    database: Database,
    *,
    town: str | None = None,
    enterprise_id: int | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[Incident]:
    """The latest first, voided ones too. Raises StorageError."""
    with database.session() as session:
        return incidents.latest(
            session,
            town_codes=[town] if town else (),
            enterprise_id=enterprise_id,
            before=before,
            limit=limit,
        )

"""Small ledgers written straight into the tables, and a plain reading of the definitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from steward.domain.figures import Counts
from steward.domain.hazards import Level, Status
from steward.domain.weeks import Week
from steward.ledger import tally
from steward.ledger.tables import EnterpriseRow, ExtensionRow, HazardRow, TownRow

TOWNS = ("330109105", "330109113", "330109108")
LONG_AGO = datetime(2018, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """One hazard of a test; `deadlines` are (since when, date) in order."""

    enterprise: int
    town: int
    source: str
    industry: str | None
    category: str
    level: str
    found_at: datetime
    closed_at: datetime | None
    voided_at: datetime | None
    deadlines: tuple[tuple[datetime, date | None], ...]

    def deadline(self, as_of: datetime) -> date | None:
        return [day for since, day in self.deadlines if since <= as_of][-1]


def fill(session: Session, cases: Sequence[Case]) -> None:
    """Write the towns, the enterprises and the hazards of the cases, and tally them."""
    for number, code in enumerate(TOWNS, start=1):
        session.add(TownRow(id=number, code=code, name=f"镇{number}", column=number, row=0))
    session.flush()
    for number, town in sorted({(case.enterprise, case.town) for case in cases}):
        session.add(
            EnterpriseRow(id=number, name=f"企业{number}", town_id=town, created_at=LONG_AGO)
        )
    session.flush()
    for number, case in enumerate(cases, start=1):
        session.add(
            HazardRow(
                id=number,
                source=case.source,
                external_id=str(number),
                enterprise_id=case.enterprise,
                town_id=case.town,
                industry=case.industry,
                category=case.category,
                level=case.level,
                found_at=case.found_at,
                deadline=case.deadlines[-1][1],
                closed_at=case.closed_at,
                voided_at=case.voided_at,
                status=status(case),
                created_at=case.found_at,
            )
        )
    session.flush()
    for number, case in enumerate(cases, start=1):
        for (_, old), (at, new) in zip(case.deadlines, case.deadlines[1:], strict=False):
            session.add(ExtensionRow(hazard_id=number, at=at, old_deadline=old, new_deadline=new))
    tally.apply(session, [], [facts(case) for case in cases])


def status(case: Case) -> str:
    """Where it stands now."""
    if case.voided_at is not None:
        return Status.VOIDED.value
    return (Status.REGISTERED if case.closed_at is None else Status.CLOSED).value


def facts(case: Case) -> tally.HazardFacts:
    return tally.HazardFacts(
        case.town,
        case.source,
        case.industry,
        case.category,
        case.found_at,
        case.closed_at,
        case.voided_at,
    )


def read_plainly(cases: Sequence[Case], week: Week, as_of: datetime, days: int = 7) -> Counts:
    """The definitions, word for word, over a list."""
    local = (as_of + timedelta(hours=8)).date()  # the district has no summer time
    counted = [
        case
        for case in cases
        if case.found_at <= as_of and not (case.voided_at and case.voided_at <= as_of)
    ]
    closed = [case for case in counted if case.closed_at and case.closed_at <= as_of]
    still_open = [case for case in counted if case not in closed]
    horizon = local + timedelta(days=days)
    dated = [(c.enterprise, day) for c in still_open if (day := c.deadline(as_of)) is not None]
    new = [case for case in counted if week.start <= case.found_at < week.end]
    return Counts(
        new_hazards=len(new),
        due_soon_enterprises=len({e for e, day in dated if local <= day <= horizon}),
        overdue_enterprises=len({e for e, day in dated if day < local}),
        closed_hazards=sum(
            1 for c in closed if c.closed_at and week.start <= c.closed_at < week.end
        ),
        monitored=len(counted),
        closed_total=len(closed),
        open_hazards=len(still_open),
        open_major=sum(c.level == Level.MAJOR for c in still_open),
        new_major=sum(c.level == Level.MAJOR for c in new),
        without_deadline=sum(c.deadline(as_of) is None for c in still_open),
    )

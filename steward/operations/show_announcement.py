"""One announcement as staff see it: its script and sound, where and when, who decides, its fate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from steward.broadcasts.queries import announcements, halls, zones
from steward.broadcasts.states import FINAL
from steward.broadcasts.tables import AnnouncementRow, BroadcastRow
from steward.domain.announcements import AnnouncementState, Approval, Draft, Kind, Rules, Status
from steward.domain.broadcasts import BroadcastState, Priority
from steward.domain.voices import Hearing
from steward.errors import NotFound
from steward.operations.compose import draft_of
from steward.operations.decide_announcement import approval_of
from steward.operations.list_broadcasts import Listed, listed
from steward.storage.engine import Database, Session


@dataclass(frozen=True)
class SheetClause:
    """A clause and its sound: `key` of its clip, or the `fault` why there is none; neither: not
    made yet. `hearing` None: nobody listened."""

    written: str
    spoken: str
    key: str | None = None
    duration_ms: int = 0
    hearing: Hearing | None = None
    fault: str = ""


@dataclass(frozen=True)
class Sheet:
    """播报单. `halls` are (name, title); `missing` names targets that are gone; `digest` is that of
    what would be approved now, or was; `refers_to` the broadcast it corrects or ends."""

    id: int
    version: int
    state: AnnouncementState
    author: str
    draft: Draft
    clauses: Sequence[SheetClause]
    wants_sound: bool
    halls: Sequence[tuple[str, str]]
    missing: str
    approval: Approval
    digest: str
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    decided_by: str | None
    decision: str
    reason: str
    as_of: datetime | None
    broadcasts: Sequence[tuple[Listed, str]]
    refers_to: Listed | None

    @property
    def made(self) -> int:
        """How many clauses have their sound, or will have none."""
        return sum(clause.key is not None or bool(clause.fault) for clause in self.clauses)

    @property
    def running(self) -> bool:
        """Whether one of its broadcasts has not ended."""
        return any(BroadcastState(one.state) not in FINAL for one, _ in self.broadcasts)

    @property
    def duration_ms(self) -> int:
        return sum(clause.duration_ms for clause in self.clauses)


def show_announcement(database: Database, number: int, rules: Rules) -> Sheet:
    """One by its number. Raises NotFound."""
    with database.session() as session:
        row = announcements.get(session, number)
        titles = {hall.id: hall.title for hall in halls.every(session)}
        found, missing = [], ""
        for target in row.targets:
            try:
                found += zones.halls_of(session, [target])
            except NotFound:
                missing = target
        referred = session.get(BroadcastRow, row.refers_to) if row.refers_to else None
        return Sheet(
            id=row.id,
            version=row.version,
            state=AnnouncementState(row.state),
            author=row.author,
            draft=draft_of(row),
            clauses=[_clause(row, ordinal) for ordinal in range(len(row.clauses))],
            wants_sound=row.wants_sound,
            halls=[(hall.name, hall.title) for hall in {one.id: one for one in found}.values()],
            missing=missing,
            approval=approval_of(rules, row),
            digest=row.digest or _digest(session, row, missing),
            created_at=row.created_at,
            updated_at=row.updated_at,
            submitted_at=row.submitted_at,
            decided_at=row.decided_at,
            decided_by=row.decided_by,
            decision=row.decision,
            reason=row.reason,
            as_of=row.as_of,
            broadcasts=[
                (listed(one), titles[one.hall_id])
                for one in announcements.broadcasts_of(session, number)
            ],
            refers_to=listed(referred) if referred is not None else None,
        )


@dataclass(frozen=True)
class Brief:
    """An announcement in a list."""

    id: int
    state: AnnouncementState
    title: str
    text: str
    author: str
    kind: Kind
    priority: Priority
    status: Status
    updated_at: datetime
    decision: str


def mine(database: Database, author: str) -> list[Brief]:
    """Somebody's drafts, the last touched first."""
    return _listed(database, AnnouncementState.DRAFT, author=author)


def waiting(database: Database) -> list[Brief]:
    """Those that wait for an approver."""
    return _listed(database, AnnouncementState.AWAITING_APPROVAL)


def lately(database: Database, limit: int = 20) -> list[Brief]:
    """Those that were decided, the last first."""
    S = AnnouncementState
    return _listed(database, S.SENT, S.EXPIRED, S.CANCELLED, limit=limit)


def _listed(
    database: Database, *states: AnnouncementState, author: str | None = None, limit: int = 50
) -> list[Brief]:
    with database.session() as session:
        rows = announcements.in_state(session, *states, author=author, limit=limit)
        return [
            Brief(
                id=row.id,
                state=AnnouncementState(row.state),
                title=row.title,
                text="".join(str(clause["written"]) for clause in row.clauses) or row.text,
                author=row.author,
                kind=Kind(row.kind),
                priority=Priority(row.priority),
                status=Status(row.status),
                updated_at=row.updated_at,
                decision=row.decision,
            )
            for row in rows
        ]


def _clause(row: AnnouncementRow, ordinal: int) -> SheetClause:
    clause, clip = row.clauses[ordinal], row.clips.get(str(ordinal), {})
    written, spoken = str(clause["written"]), str(clause["spoken"])
    if "key" not in clip:
        return SheetClause(written, spoken, fault=str(clip.get("fault", "")))
    made = announcements.clip_of(clip)
    return SheetClause(written, spoken, made.key, made.duration_ms, made.hearing)


def _digest(session: Session, row: AnnouncementRow, missing: str) -> str:
    return "" if missing else announcements.digest_of(session, row)

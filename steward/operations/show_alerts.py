"""Alerts (CAP) as staff see them: which went out, which came in, what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from steward.broadcasts.queries import alerts, announcements
from steward.broadcasts.tables import AlertRow, AnnouncementRow
from steward.domain.alerts import MESSAGE_NAMES, OUTCOME_NAMES, STATUSES, MessageType, Outcome
from steward.domain.announcements import ANNOUNCEMENT_STATE_NAMES, STATUS_NAMES, AnnouncementState
from steward.operations.fetch_document import shown
from steward.operations.take_folder import folder_name
from steward.settings import Settings
from steward.storage.engine import Database, Session

SHOWN = 50


@dataclass(frozen=True)
class ShownAlert:
    """One alert. `outcome` is what became of it, in words; `good` None while it is open."""

    id: int
    incoming: bool
    identifier: str
    sender: str
    sent: datetime | None
    title: str
    kind: str
    status: str
    refers: str
    expires_at: datetime | None
    xml: str
    source: str
    at: datetime
    outcome: str
    good: bool | None
    reason: str
    announcement: int | None
    broadcast: int | None

    @property
    def waits(self) -> bool:
        """Whether it waits for an approver."""
        return self.outcome == OUTCOME_NAMES[Outcome.WAITING]


@dataclass(frozen=True)
class Source:
    """A folder or an address that alerts come from; `asked_at` None: not looked at yet."""

    name: str
    asked_at: datetime | None = None
    good_at: datetime | None = None
    fault: str = ""


def show_sources(database: Database, settings: Settings) -> list[Source]:
    """Where alerts of others are looked for by the settings, and how that goes."""
    names = [shown(address) for address in settings.cap_addresses]
    if settings.cap_folder:
        names.insert(0, folder_name(Path(settings.cap_folder)))
    if not names:
        return []
    with database.session() as session:
        known = {row.address: row for row in alerts.feeds(session)}
    return [
        Source(name, known[name].asked_at, known[name].good_at, known[name].fault)
        if name in known
        else Source(name)
        for name in names
    ]


def show_alerts(database: Database, *, incoming: bool) -> list[ShownAlert]:
    """The newest of one direction, newest first."""
    with database.session() as session:
        rows = alerts.recent(session, incoming=incoming, limit=SHOWN)
        return [_shown(session, row) for row in rows]


def show_alert(database: Database, number: int) -> ShownAlert:
    """One of either direction. Raises NotFound."""
    with database.session() as session:
        return _shown(session, alerts.get(session, number))


def issued_alert(database: Database, identifier: str) -> ShownAlert:
    """One of ours that went out. Raises NotFound."""
    with database.session() as session:
        return _shown(session, alerts.issued(session, identifier))


def issued_alerts(database: Database) -> list[ShownAlert]:
    """The newest of ours that went out, newest first."""
    with database.session() as session:
        return [_shown(session, row) for row in alerts.newest_issued(session, SHOWN)]


def _shown(session: Session, row: AlertRow) -> ShownAlert:
    outcome = Outcome(row.outcome)
    words, good = OUTCOME_NAMES[outcome], _GOOD[outcome]
    if outcome is Outcome.REFUSED and not row.incoming:
        words = "未发出"
    if outcome is Outcome.WAITING and row.announcement_id is not None:
        words, good = _decided(announcements.get(session, row.announcement_id))
    status = STATUSES.get(row.status)
    return ShownAlert(
        id=row.id,
        incoming=row.incoming,
        identifier=row.identifier,
        sender=row.sender,
        sent=row.sent,
        title=row.title or "（看不出标题）",
        kind=MESSAGE_NAMES[MessageType(row.msg_type)] if row.msg_type else "",
        status=STATUS_NAMES[status] if status else row.status,
        refers=row.refers,
        expires_at=row.expires_at,
        xml=row.xml,
        source=row.source,
        at=row.at,
        outcome=words,
        good=good,
        reason=row.reason,
        announcement=row.announcement_id,
        broadcast=row.broadcast_id,
    )


_GOOD: Mapping[Outcome, bool | None] = {
    Outcome.ISSUED: True,
    Outcome.WAITING: None,
    Outcome.AIRED: True,
    Outcome.SETTLED: True,
    Outcome.REFUSED: False,
}


def _decided(row: AnnouncementRow) -> tuple[str, bool | None]:
    """What staff have made of it meanwhile."""
    state = AnnouncementState(row.state)
    if state is AnnouncementState.AWAITING_APPROVAL:
        return OUTCOME_NAMES[Outcome.WAITING], None
    if state is AnnouncementState.DRAFT:
        return "已退回，在改", None
    return ANNOUNCEMENT_STATE_NAMES[state], state is AnnouncementState.SENT

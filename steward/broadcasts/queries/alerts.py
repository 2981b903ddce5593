"""Alerts (CAP), ours and others': exactly as they went out or came in."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from steward.broadcasts.tables import AlertFeedRow, AlertRow, AnnouncementRow, BroadcastRow
from steward.domain.alarms import RETRY
from steward.domain.alerts import ID_LENGTH, Alert, Outcome, Reference
from steward.domain.announcements import AnnouncementState
from steward.domain.broadcasts import Priority
from steward.errors import NotFound
from steward.storage.turns import Turn, take_turn

REASON_LENGTH = 300
SOURCE_LENGTH = 300


def digest_of(content: bytes) -> str:
    """SHA-256, in hex, of a document."""
    return hashlib.sha256(content).hexdigest()


def put(
    session: Session,
    alert: Alert | None,
    *,
    xml: str,
    digest: str,
    incoming: bool,
    outcome: Outcome,
    at: datetime,
    reason: str = "",
    source: str = "",
) -> AlertRow:
    """Put one on record. `alert` None: the document could not be read, only refused."""
    row = AlertRow(
        incoming=incoming,
        identifier=alert.identifier if alert else "",
        sender=alert.sender if alert else "",
        sent=alert.sent if alert else None,
        status=alert.status if alert else "",
        msg_type=alert.msg_type.value if alert else "",
        title=_title(alert)[:ID_LENGTH] if alert else "",
        refers=" ".join(str(one) for one in alert.references) if alert else "",
        expires_at=alert.expires if alert else None,
        xml=xml,
        digest=digest,
        source=source[:SOURCE_LENGTH],
        at=at,
        outcome=outcome.value,
        reason=reason[:REASON_LENGTH],
    )
    session.add(row)
    session.flush()
    return row


def _title(alert: Alert) -> str:
    for info in alert.infos:
        title = " ".join((info.headline or info.event).split())
        if title:
            return title
    return " ".join(alert.note.split())


def take_turns(session: Session) -> None:
    """Let nobody else put down an alert until this transaction ends."""
    take_turn(session, Turn.ALERTS)


def get(session: Session, number: int) -> AlertRow:
    """One alert. Raises NotFound."""
    row = session.get(AlertRow, number)
    if row is None:
        raise NotFound(f"没有编号为 {number} 的警报")
    return row


def issued(session: Session, identifier: str) -> AlertRow:
    """One of ours that went out. Raises NotFound."""
    row = session.scalars(
        select(AlertRow)
        .where(_ISSUED, AlertRow.identifier == identifier)
        .order_by(AlertRow.id.desc())
    ).first()
    if row is None:
        raise NotFound("没有这个编号的警报")
    return row


def is_ours(session: Session, sender: str, identifier: str) -> bool:
    """Whether that alert went out from here."""
    mine = select(AlertRow.id).where(
        _ISSUED, AlertRow.sender == sender, AlertRow.identifier == identifier
    )
    return session.scalar(mine.limit(1)) is not None


def newest_issued(session: Session, limit: int) -> Sequence[AlertRow]:
    """Ours that went out, newest first."""
    return session.scalars(
        select(AlertRow).where(_ISSUED).order_by(AlertRow.id.desc()).limit(limit)
    ).all()


def recent(session: Session, *, incoming: bool, limit: int = 50) -> Sequence[AlertRow]:
    """Everything on record of one direction, newest first."""
    return session.scalars(
        select(AlertRow)
        .where(AlertRow.incoming.is_(incoming))
        .order_by(AlertRow.id.desc())
        .limit(limit)
    ).all()


def to_issue(session: Session, *, since: datetime) -> Sequence[BroadcastRow]:
    """Broadcasts that have begun to air and may need an alert of ours, the first begun first.

    Those of emergency priority, and those that correct or end what there is an alert of; due at
    or after `since`; without any alert on record for them or for their announcement.
    """
    told = exists().where(
        AlertRow.incoming.is_(False),
        or_(
            AlertRow.broadcast_id == BroadcastRow.id,
            AlertRow.announcement_id == BroadcastRow.announcement_id,
        ),
    )
    return session.scalars(
        select(BroadcastRow)
        .where(
            BroadcastRow.slot_at >= since,
            BroadcastRow.started_at.is_not(None),
            # What is said once more because nobody heard it is no news to other systems.
            or_(BroadcastRow.relation.is_(None), BroadcastRow.relation != RETRY),
            or_(
                BroadcastRow.priority == Priority.EMERGENCY.value,
                BroadcastRow.refers_to.is_not(None),
            ),
            ~told,
        )
        .order_by(BroadcastRow.started_at, BroadcastRow.id)
    ).all()


def of_broadcast(session: Session, broadcast: BroadcastRow) -> AlertRow | None:
    """Our alert of a broadcast, or of the announcement it is said for."""
    about = AlertRow.broadcast_id == broadcast.id
    if broadcast.announcement_id is not None:
        about = or_(about, AlertRow.announcement_id == broadcast.announcement_id)
    return session.scalars(select(AlertRow).where(_ISSUED, about).order_by(AlertRow.id)).first()


def later_ones(session: Session, row: AlertRow) -> Sequence[AlertRow]:
    """Ours that went out after it and refer to it, oldest first."""
    names = f"{row.sender},{row.identifier},"
    return session.scalars(
        select(AlertRow)
        .where(_ISSUED, AlertRow.id > row.id, AlertRow.refers.contains(names, autoescape=True))
        .order_by(AlertRow.id)
    ).all()


def taken(session: Session, sender: str, identifier: str) -> AlertRow | None:
    """The alert of others with that identifier that was not refused."""
    return session.scalars(
        select(AlertRow).where(
            AlertRow.incoming,
            AlertRow.sender == sender,
            AlertRow.identifier == identifier,
            AlertRow.outcome != Outcome.REFUSED.value,
        )
    ).first()


def referred(session: Session, references: Sequence[Reference]) -> AlertRow | None:
    """The newest of those alerts of others that was not refused."""
    found = [taken(session, one.sender, one.identifier) for one in references]
    known = [row for row in found if row is not None]
    return max(known, key=lambda row: row.id) if known else None


def same(session: Session, digest: str, source: str) -> AlertRow | None:
    """These very bytes from that very source, when they are on record."""
    return session.scalars(
        select(AlertRow)
        .where(AlertRow.digest == digest, AlertRow.source == source[:SOURCE_LENGTH])
        .order_by(AlertRow.id)
    ).first()


def brought(session: Session, sender: str, identifier: str, source: str) -> AlertRow | None:
    """What became of that alert when it came from that very source before."""
    return session.scalars(
        select(AlertRow)
        .where(
            AlertRow.incoming,
            AlertRow.sender == sender,
            AlertRow.identifier == identifier,
            AlertRow.source == source[:SOURCE_LENGTH],
        )
        .order_by(AlertRow.id)
    ).first()


def from_source(session: Session, source: str) -> datetime | None:
    """When something last came from there."""
    return session.scalar(
        select(func.max(AlertRow.at)).where(AlertRow.source == source[:SOURCE_LENGTH])
    )


def awaited(session: Session, *, since: datetime) -> list[tuple[AlertRow, Priority]]:
    """Those that came at or after `since` and wait for an approver, with their priorities."""
    found = session.execute(
        select(AlertRow, AnnouncementRow.priority)
        .join(AnnouncementRow, AnnouncementRow.id == AlertRow.announcement_id)
        .where(
            AlertRow.at >= since,
            AlertRow.outcome == Outcome.WAITING.value,
            AnnouncementRow.state == AnnouncementState.AWAITING_APPROVAL.value,
        )
        .order_by(AlertRow.id)
    )
    return [(row, Priority(priority)) for row, priority in found]


def feeds(session: Session) -> Sequence[AlertFeedRow]:
    """Every address and folder that was looked at."""
    return session.scalars(select(AlertFeedRow).order_by(AlertFeedRow.address)).all()


def feed(session: Session, address: str, *, at: datetime) -> AlertFeedRow:
    """What is known of an address, to be changed; made where nothing is."""
    row = session.get(AlertFeedRow, address, with_for_update=True)
    if row is None:
        row = AlertFeedRow(address=address, asked_at=at, etag="", last_modified="", fault="")
        session.add(row)
        session.flush()
    return row


def note_feed(
    session: Session,
    address: str,
    *,
    at: datetime,
    fault: str = "",
    etag: str = "",
    last_modified: str = "",
) -> None:
    """Put down how asking it went. Its tags are kept with what was taken whole alone."""
    row = feed(session, address, at=at)
    row.asked_at, row.fault = at, fault[:REASON_LENGTH]
    row.etag, row.last_modified = etag, last_modified
    if not fault:
        row.good_at = at


_ISSUED = AlertRow.incoming.is_(False) & (AlertRow.outcome == Outcome.ISSUED.value)

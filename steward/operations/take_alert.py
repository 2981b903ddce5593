"""Take in an alert (CAP) of others: refuse it with a sentence, or make it an announcement."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from steward.accounts.queries import audit
from steward.broadcasts.queries import alerts
from steward.broadcasts.tables import AlertRow
from steward.cap.read import read_alert, text_of
from steward.domain.accounts import Actor
from steward.domain.alerts import MOST_BYTES, Alert, Outcome
from steward.domain.audit import Act
from steward.errors import AlertError, BroadcastError, NarrationError, NotFound
from steward.narration.lexicon import Lexicon
from steward.operations.announce_alert import Intake, announce_alert
from steward.operations.check_alert import check_meant
from steward.storage.engine import Database, Session

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Taken:
    """What became of a document: the number of its record, and why where there is a why."""

    number: int
    outcome: Outcome
    reason: str
    announcement: int | None


def take_alert(
    database: Database,
    content: bytes,
    intake: Intake,
    *,
    lexicon: Lexicon,
    source: str,
    at: datetime,
    by: Actor | None = None,
    again: bool = False,
) -> Taken:
    """Put a document on record and, unless it is refused, have it said or shown for approval.

    Its record, its announcement and its broadcasts are made in one transaction. `by` is who brought
    it, None: it came by itself. `again`: it is looked at again and again (a feed), or somebody was
    cut off: what came from this very source before is given as it became then.
    """
    digest = alerts.digest_of(content)
    if again:
        with database.session() as session:
            known = alerts.same(session, digest, source)
            if known is not None:
                return _taken(known)
    alert, reason = None, ""
    try:
        alert = read_alert(content)
        with database.whole() as session:
            alerts.take_turns(session)
            if again:
                known = alerts.brought(session, alert.sender, alert.identifier, source)
                if known is not None:
                    return _taken(known)
            _check(session, alert, at)
            row = alerts.put(
                session,
                alert,
                xml=text_of(content),
                digest=digest,
                incoming=True,
                outcome=Outcome.WAITING,
                source=source,
                at=at,
            )
            announce_alert(database, session, row, alert, intake, lexicon, at, by)
            _record(session, row, at, by)
            return _taken(row)
    except (AlertError, BroadcastError, NarrationError, NotFound) as error:
        reason = str(error)
    log.warning("未接收的警报（%s）：%s", source, reason)
    with database.session(write=True) as session:
        row = alerts.put(
            session,
            alert,
            xml=text_of(content) if len(content) <= MOST_BYTES else "",
            digest=digest,
            incoming=True,
            outcome=Outcome.REFUSED,
            reason=reason,
            source=source,
            at=at,
        )
        _record(session, row, at, by)
        return _taken(row)


def _check(session: Session, alert: Alert, at: datetime) -> None:
    """Raise AlertError when it is not for us, or not any more."""
    if alerts.taken(session, alert.sender, alert.identifier) is not None:
        raise AlertError("重复：同一发布单位的这个编号已经收到过")
    if alerts.is_ours(session, alert.sender, alert.identifier):
        raise AlertError("是本系统自己发出的，又转了回来，不再播")
    check_meant(alert, at)


def _record(session: Session, row: AlertRow, at: datetime, by: Actor | None) -> None:
    """Put down the act of whoever brought it."""
    if by is None:
        return
    facts = {"name": row.identifier, "title": row.title, "state": row.outcome, "reason": row.reason}
    audit.record(
        session,
        Act.ALERT_BROUGHT,
        at=at,
        by=by,
        about=f"警报 {row.id}",
        after={name: value for name, value in facts.items() if value},
    )


def _taken(row: AlertRow) -> Taken:
    return Taken(row.id, Outcome(row.outcome), row.reason, row.announcement_id)

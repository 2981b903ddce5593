"""Tell others by CAP what is said in the halls: each emergency, and what corrects or ends it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from steward.broadcasts.queries import alerts, announcements, broadcasts, halls, zones
from steward.broadcasts.tables import AlertRow, BroadcastRow
from steward.cap.read import read_alert
from steward.cap.write import instant_text, write_alert
from steward.domain.alerts import (
    Alert,
    Info,
    Issuer,
    MessageType,
    Outcome,
    Reference,
    Resource,
    claims_colour,
)
from steward.domain.announcements import KIND_NAMES, STATUS_NAMES, Kind, Status
from steward.domain.broadcasts import Priority
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import AlertError
from steward.storage.engine import Database, Session

log = logging.getLogger(__name__)

NEWS = timedelta(days=2)  # what was due earlier than that is told to nobody any more
RESTRICTION = "仅供有关单位应急处置使用"
_STATUSES = {Status.ACTUAL: "Actual", Status.EXERCISE: "Exercise", Status.TEST: "Test"}


def issue_alerts(database: Database, issuer: Issuer, *, now: datetime) -> list[str]:
    """Put down the alert of each broadcast that has begun to air and needs one; identifiers.

    Once for an announcement, however many halls say it, however often. What passes for an
    official warning in a colour is not issued in our name, and the refusal is on record; what is
    passed on from others is theirs. Any number of engines may do this.
    """
    with database.session() as session:
        if not any(_wanted(session, row) for row in alerts.to_issue(session, since=now - NEWS)):
            return []
    made = []
    with database.session(write=True) as session:
        alerts.take_turns(session)
        for row in alerts.to_issue(session, since=now - NEWS):
            if _wanted(session, row) and alerts.of_broadcast(session, row) is None:
                made.append(_issue(session, row, issuer, now))
    return made


def _wanted(session: Session, row: BroadcastRow) -> bool:
    if row.announcement_id is not None:
        of = announcements.get(session, row.announcement_id)
        if of.kind == Kind.ALERT or of.source == "cap":
            return False
    return row.priority == Priority.EMERGENCY.value or _before(session, row) is not None


def _before(session: Session, row: BroadcastRow) -> AlertRow | None:
    """Our alert of what this one corrects or ends."""
    if row.refers_to is None:
        return None
    return alerts.of_broadcast(session, broadcasts.get(session, row.refers_to))


def _issue(session: Session, row: BroadcastRow, issuer: Issuer, now: datetime) -> str:
    """Put down the alert of a broadcast, or why there is none; its identifier."""
    alert = _alert_of(session, row, issuer, now)
    xml = write_alert(alert)
    outcome, reason = Outcome.ISSUED, ""
    words = next(filter(None, (claims_colour(t) for one in alert.infos for t in _said(one))), "")
    if words:
        outcome = Outcome.REFUSED
        reason = f"文字里有“{words}”：这样的预警只由县级以上政府发布，不以本单位名义发出"
    else:
        try:
            read_alert(xml.encode())
        except AlertError as error:
            outcome, reason = Outcome.REFUSED, str(error)
    if reason:
        log.error("播报 %s 没有发出 CAP 警报：%s", row.id, reason)
    made = alerts.put(
        session,
        alert,
        xml=xml,
        digest=alerts.digest_of(xml.encode()),
        incoming=False,
        outcome=outcome,
        reason=reason,
        at=now,
    )
    made.broadcast_id, made.announcement_id = row.id, row.announcement_id
    return alert.identifier


def _said(info: Info) -> tuple[str, ...]:
    return info.headline, info.description, info.event


def _alert_of(session: Session, row: BroadcastRow, issuer: Issuer, now: datetime) -> Alert:
    sent = (row.started_at or now).replace(microsecond=0)
    number = f"A{row.announcement_id}" if row.announcement_id is not None else f"B{row.id}"
    identifier = f"{sent.astimezone(DISTRICT_ZONE):%Y%m%d%H%M%S}-{number}"
    before = _before(session, row)
    msg_type, earlier = MessageType.ALERT, []
    if before is not None:
        ended = row.relation == Kind.ALL_CLEAR.value
        msg_type = MessageType.CANCEL if ended else MessageType.UPDATE
        earlier = [before, *alerts.later_ones(session, before)]
        sent = max(sent, *(one.sent or sent for one in earlier))
    clear = row.relation == Kind.ALL_CLEAR.value
    status = Status(row.status)
    return Alert(
        identifier=identifier,
        sender=issuer.sender,
        sent=sent,
        status=_STATUSES[status],
        msg_type=msg_type,
        scope=issuer.scope,
        restriction=RESTRICTION if issuer.scope == "Restricted" else "",
        note=f"{STATUS_NAMES[status]}，不是真实情况" if status is not Status.ACTUAL else "",
        references=_references(earlier),
        infos=(
            Info(
                language="zh-CN",
                categories=(issuer.category,),
                event=KIND_NAMES[Kind.ALL_CLEAR] if clear else issuer.event,
                responses=("AllClear" if clear else issuer.response,),
                urgency="Past" if clear else issuer.urgency,
                severity="Minor" if clear else issuer.severity,
                certainty="Observed" if clear else issuer.certainty,
                expires=row.expires_at or sent + timedelta(hours=issuer.valid_hours),
                sender_name=issuer.sender_name,
                headline=row.title,
                description="".join(clause["written"] for clause in row.clauses),
                resources=_sound(issuer, identifier),
                areas=_areas(session, row),
            ),
        ),
    )


def _references(earlier: Sequence[AlertRow]) -> tuple[Reference, ...]:
    """Everything that is replaced: what went out, and what those before it replaced."""
    found = [one for row in earlier for one in row.refers.split()]
    found += [
        f"{row.sender},{row.identifier},{instant_text(row.sent)}" for row in earlier if row.sent
    ]
    return tuple(Reference(*one.split(",")) for one in dict.fromkeys(found))


def _sound(issuer: Issuer, identifier: str) -> tuple[Resource, ...]:
    if not issuer.address:
        return ()
    return (Resource("播报的声音", "audio/mpeg", f"{issuer.address}/cap/{identifier}.mp3"),)


def _areas(session: Session, row: BroadcastRow) -> tuple[str, ...]:
    """The halls that say it, each after the zone in which it lies."""
    rows: Sequence[BroadcastRow] = [row]
    if row.announcement_id is not None:
        rows = announcements.broadcasts_of(session, row.announcement_id)
    titles = {zone.id: zone.title for zone in zones.every(session)}
    found = []
    for hall_id in sorted({one.hall_id for one in rows}):
        hall = halls.get(session, hall_id)
        found.append(" ".join(filter(None, (titles.get(hall.zone_id or 0), hall.title))))
    return tuple(found)

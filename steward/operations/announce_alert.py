"""Make an announcement of an alert (CAP) of others, and let it be decided who says it when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from steward.accounts.queries import audit
from steward.broadcasts.queries import alerts, announcements, halls, zones
from steward.broadcasts.tables import AlertRow, AnnouncementRow, BroadcastRow
from steward.cap.say import Said, said_of
from steward.domain.accounts import Actor
from steward.domain.alerts import MESSAGE_NAMES, STATUSES, Alert, MessageType, Outcome, priority_of
from steward.domain.announcements import AnnouncementState, Approval, Draft, Kind, Rules
from steward.domain.audit import Act
from steward.domain.broadcasts import Priority
from steward.domain.corrections import ALL_CLEAR
from steward.domain.meaning import doubt
from steward.errors import AlertError
from steward.narration.lexicon import Lexicon
from steward.operations.compose import save_draft
from steward.operations.decide_announcement import submit
from steward.settings import Settings
from steward.storage.engine import Database, Session

SOURCE = "cap"
UPDATE = "update"
OTHERS = "外部警报"
"""The author of what came by itself: whoever may approve may approve it."""


@dataclass(frozen=True)
class Intake:
    """How alerts of others are taken.

    `targets` are names of halls and zones, none: every hall; `trusted` the senders whose alerts
    need nobody's approval; `rules` who must decide.
    """

    targets: tuple[str, ...] = ()
    trusted: frozenset[str] = frozenset()
    rules: Rules = field(default_factory=lambda: dict[tuple[Kind, Priority], Approval]())


def intake_of(settings: Settings) -> Intake:
    """As the settings say."""
    return Intake(
        targets=settings.cap_halls,
        trusted=frozenset(settings.cap_trusted),
        rules=settings.approvals,
    )


def announce_alert(
    database: Database,
    session: Session,
    row: AlertRow,
    alert: Alert,
    intake: Intake,
    lexicon: Lexicon,
    at: datetime,
    by: Actor | None,
) -> None:
    """Make the announcement of an alert that `row` has on record, and let it be decided; within
    `database.whole()`, whose session is `session`.

    An update is said in place of what it updates, a cancellation ends what was said, and either
    takes back what nobody has approved yet. Raises AlertError, BroadcastError, NarrationError,
    NotFound (a hall or zone of the setting is gone): then nothing of it may stay.
    """
    before = _before(session, alert)
    of = announcements.get(session, before.announcement_id or 0) if before else None
    said = said_of(alert, now=at, title_before=before.title if before and _ends(alert) else "")
    first: BroadcastRow | None = None
    if of is not None:
        if of.state in _OPEN:
            _lay_aside(session, of, before, alert, at, by)
            if _ends(alert):
                row.outcome = Outcome.SETTLED.value
                row.reason = f"播报单 {of.id} 还没有播出就已解除，不再播"
                row.announcement_id = of.id
                return
        else:
            made = announcements.broadcasts_of(session, of.id)
            first = made[0] if made else None
    if _ends(alert) and first is None:
        raise AlertError("它解除的警报没有在这里播出过，不用解除")
    draft = _draft(session, alert, said, of, first, intake)
    why = _doubts(alert, said, before, intake)
    rules = _rules(intake.rules, draft, trusted=not why)
    author = by or Actor(OTHERS, "engine", row.source[:60])
    number, version = save_draft(database, draft, lexicon=lexicon, at=at, by=author)
    reason = f"CAP {alert.identifier}"
    outcome = submit(
        database,
        number,
        version=version,
        rules=rules,
        at=at,
        by=author,
        reason=reason,
        confirmed=True,
    )
    row.announcement_id = number
    if outcome.state is AnnouncementState.SENT:
        row.outcome = Outcome.AIRED.value
        row.broadcast_id = outcome.broadcasts[0]
        row.reason = "" if why else "发布单位在信任名单里，直接播出"
    else:
        row.reason = why


_OPEN = (AnnouncementState.DRAFT.value, AnnouncementState.AWAITING_APPROVAL.value)


def _ends(alert: Alert) -> bool:
    return alert.msg_type is MessageType.CANCEL


def _before(session: Session, alert: Alert) -> AlertRow | None:
    """What it updates or ends, as we took it. Raises AlertError when it may not end that."""
    if alert.msg_type is MessageType.ALERT:
        return None
    found = alerts.referred(session, alert.references)
    if found is None or found.announcement_id is None:
        if _ends(alert):
            raise AlertError("它解除的警报没有收到过，或没有接收，没有可解除的")
        return None
    if found.sender != alert.sender:
        if _ends(alert):
            raise AlertError(f"它要解除的是 {found.sender} 发布的，只有原发布单位能解除")
        return None
    return found


def _draft(
    session: Session,
    alert: Alert,
    said: Said,
    of: AnnouncementRow | None,
    first: BroadcastRow | None,
    intake: Intake,
) -> Draft:
    ends = _ends(alert)
    priority = priority_of(said.infos)
    if ends and of is not None:
        urgent = of.priority in (Priority.EMERGENCY.value, Priority.IMPORTANT.value)
        priority = Priority.IMPORTANT if urgent else Priority(of.priority)
    targets = tuple(of.targets) if of is not None else intake.targets or _everywhere(session)
    return Draft(
        title=said.title,
        text=said.text,
        priority=priority,
        targets=targets,
        kind=Kind.ALL_CLEAR if ends else Kind.ALERT,
        status=STATUSES[alert.status],
        expires_at=alert.expires,
        refers_to=first.id if first else None,
        relation=(ALL_CLEAR if ends else UPDATE) if first else None,
        source=SOURCE,
    )


def _everywhere(session: Session) -> tuple[str, ...]:
    """Every hall, by as few names as possible: the zones at the top, and the halls in none."""
    tops = [zone for zone in zones.every(session) if zone.parent_id is None]
    inside = {hall.id for hall in zones.halls_of(session, [zone.name for zone in tops])}
    alone = [hall.name for hall in halls.every(session) if hall.id not in inside]
    return (*(zone.name for zone in tops), *alone)


def _doubts(alert: Alert, said: Said, before: AlertRow | None, intake: Intake) -> str:
    """Why somebody must look at it first, whatever sender says it; "" when nobody need."""
    if alert.sender not in intake.trusted:
        return "发布单位不在信任名单里"
    if alert.scope == "Restricted":
        return "限定范围传播（Restricted）"
    if not said.chinese:
        return "原文不是中文"
    if alert.msg_type is MessageType.UPDATE and before is None:
        return "没有收到过它更新的那一份"
    return doubt(STATUSES[alert.status], said.title, said.text)


def _rules(
    rules: Rules, draft: Draft, *, trusted: bool
) -> Mapping[tuple[Kind, Priority], Approval]:
    """As for alerts, for whatever comes from outside; nobody gives a duty officer's reason here."""
    asked = {rules.get((kind, draft.priority), Approval.NONE) for kind in (Kind.ALERT, draft.kind)}
    free = trusted or asked == {Approval.NONE}
    return {(draft.kind, draft.priority): Approval.NONE if free else Approval.APPROVER}


def _lay_aside(
    session: Session,
    of: AnnouncementRow,
    before: AlertRow | None,
    alert: Alert,
    at: datetime,
    by: Actor | None,
) -> None:
    """Take back an announcement that nobody has decided: what it tells is over, or is told anew."""
    row = announcements.locked(
        session, of.id, AnnouncementState.DRAFT, AnnouncementState.AWAITING_APPROVAL
    )
    why = f"发布单位已{MESSAGE_NAMES[alert.msg_type]}（{alert.identifier}）"
    row.state, row.decision = AnnouncementState.CANCELLED.value, why[:200]
    row.decided_at = row.updated_at = at
    row.decided_by = by.name if by else OTHERS
    row.wants_sound = False
    if before is not None:
        before.outcome, before.reason = Outcome.SETTLED.value, why[:300]
    audit.record(
        session,
        Act.ANNOUNCEMENT_CANCELLED,
        at=at,
        by=by or Actor(OTHERS, "engine", ""),
        about=f"播报单 {row.id}",
        before={"title": row.title, "text": row.text},
        after={"reason": why},
    )

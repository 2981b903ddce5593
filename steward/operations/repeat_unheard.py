"""Say once more what is important and nobody heard."""

from __future__ import annotations

from datetime import datetime, timedelta

from steward.broadcasts.queries import broadcasts, chains, plans, slots
from steward.broadcasts.tables import AlarmRow, BroadcastRow
from steward.domain.alarms import RETRY, TEXT_LENGTH, Retry
from steward.domain.broadcasts import BroadcastState, Priority
from steward.domain.corrections import ALL_CLEAR
from steward.operations.studio import Studio
from steward.operations.take_slot import ASKED_FOR
from steward.storage.engine import Session

_WORTH_IT = frozenset({Priority.EMERGENCY, Priority.IMPORTANT})


def repeat_unheard(
    session: Session, studio: Studio, alarm: AlarmRow, *, now: datetime
) -> BroadcastRow | None:
    """Line up the same script again, in the transaction that raised the alarm; None where not due.

    Who raised the alarm does it, and an alarm of one broadcast is raised once: it is never said a
    third time. Nothing is repeated that is no retry's business: what never began, what is itself a
    retry, what was corrected or ended since, and what is older than its late minutes.
    """
    assert alarm.broadcast_id is not None
    row = broadcasts.get(session, alarm.broadcast_id)
    if studio.alarms.retry is not Retry.ONCE or not _due(session, row, now):
        return None
    again = broadcasts.create(
        session,
        hall_id=row.hall_id,
        title=row.title,
        priority=Priority(row.priority),
        as_of=row.as_of,
        slot_at=now,
        at=now,
        by=studio.owner,
        why=f"播报 {row.id} 没有播放点播完，按规则再播一次",
        template=row.template,
        town_code=row.town_code,
        clauses=row.clauses,
        figures=row.figures,
        evidence=row.evidence,
        expires_at=row.expires_at,
    )
    again.announcement_id, again.part, again.approved = row.announcement_id, row.part, row.approved
    again.status, again.refers_to, again.relation = row.status, row.id, RETRY
    slots.open_for(session, again.id, at=now, reason=f"播报 {row.id} 没有人听到")
    alarm.text = f"{alarm.text}；已按规则再播一次（播报 {again.id}）"[:TEXT_LENGTH]
    return again


def _due(session: Session, row: BroadcastRow, now: datetime) -> bool:
    if row.state != BroadcastState.PLAYED.value or row.relation == RETRY:
        return False
    if Priority(row.priority) not in _WORTH_IT or broadcasts.referring(session, row.id):
        return False
    if chains.following(session, chains.first(session, row).id, ALL_CLEAR):  # the danger is over
        return False
    if row.expires_at is not None and row.expires_at <= now:
        return False
    plan_id = slots.plan_ids(session, [row.id]).get(row.id)
    minutes = plans.get(session, plan_id).late_minutes if plan_id else ASKED_FOR.late_minutes
    return now <= row.slot_at + timedelta(minutes=minutes)

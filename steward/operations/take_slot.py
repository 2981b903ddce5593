"""A slot has come due: claim it, and make its broadcast or note why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from steward.broadcasts.queries import broadcasts, slots
from steward.domain.broadcasts import BroadcastState, Priority
from steward.domain.plans import MissedRule, Plan
from steward.operations.studio import Studio
from steward.operations.submit_plan import needs_approver, submit_plan, until, write_plan

# An engine that runs takes a slot within a second; later than this it was missed.
PUNCTUAL = timedelta(seconds=60)


@dataclass(frozen=True)
class Lateness:
    """How late a broadcast may be heard: what becomes of it, and the minutes of play_late."""

    missed_rule: MissedRule
    late_minutes: int


# Of a broadcast that staff asked for without a plan.
ASKED_FOR = Lateness(MissedRule.PLAY_LATE, 30)


@dataclass(frozen=True)
class Verdict:
    """What becomes of a slot: APPROVED (air it), HELD (ask), or None (leave it out); and why."""

    state: BroadcastState | None
    why: str


def judge(plan: Plan | Lateness, due: datetime, now: datetime, *, newer: bool = False) -> Verdict:
    """The rule of a plan for a slot that was `due`. `newer`: a later slot of it is due as well."""
    late = now - due
    minutes = int(late.total_seconds() // 60)
    if newer:
        return Verdict(None, f"错过 {minutes} 分钟，其后又有新的时刻")
    if late <= PUNCTUAL:
        return Verdict(BroadcastState.APPROVED, "到点")
    if plan.missed_rule is MissedRule.SKIP:
        return Verdict(None, f"错过 {minutes} 分钟，按计划跳过")
    if plan.missed_rule is MissedRule.ASK:
        return Verdict(BroadcastState.HELD, f"错过 {minutes} 分钟，按计划等待确认")
    if late > timedelta(minutes=plan.late_minutes):
        return Verdict(None, f"错过 {minutes} 分钟，超过补播时限 {plan.late_minutes} 分钟")
    return Verdict(BroadcastState.APPROVED, f"错过 {minutes} 分钟，按计划补播，数字截至原定时刻")


def take_slot(
    studio: Studio, plan: Plan, slot_at: datetime, *, now: datetime, newer: bool = False
) -> int | None:
    """Claim the slot; the id of the broadcast made, or None (left out, or somebody else's, or put
    before an approver as an announcement).

    The claim, the broadcast and its first change are one transaction.
    """
    verdict = judge(plan, slot_at, now, newer=newer)
    written = None
    if verdict.state is not None and needs_approver(studio, plan):
        written = write_plan(studio, plan, slot_at)
    with studio.database.session(write=True) as session:
        slot = slots.claim(
            session,
            plan.id,
            slot_at,
            owner=studio.owner,
            lease_until=slots.lease(now, studio.lease_s),
        )
        if slot is None:
            return None
        if verdict.state is None:
            slots.finish(session, slot, slots.SKIPPED, verdict.why)
            return None
        if written is not None:
            late = until(plan, slot_at, now)
            submit_plan(
                session, studio, plan, slot, written, why=verdict.why, expires_at=late, now=now
            )
            return slot.broadcast_id
        expires = slot_at + timedelta(minutes=max(plan.late_minutes, 1))
        broadcast = broadcasts.create(
            session,
            hall_id=plan.hall_id,
            title=plan.title,
            priority=plan.priority,
            as_of=slot_at,
            slot_at=slot_at,
            at=now,
            by=studio.owner,
            state=verdict.state,
            why=verdict.why,
            template=plan.template,
            town_code=plan.town_code,
            expires_at=expires if plan.priority is Priority.NOTICE else None,
        )
        slot.broadcast_id = broadcast.id
        slot.reason = verdict.why
        if verdict.state is BroadcastState.HELD:
            slots.finish(session, slot, verdict.state.value)
        return broadcast.id

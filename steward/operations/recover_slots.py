"""Take over the slots of an engine that died, by rule and on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from steward.broadcasts.queries import broadcasts, changes, plans, slots
from steward.broadcasts.tables import BroadcastRow, ChangeRow
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.plans import MissedRule, Plan
from steward.operations.studio import Studio
from steward.operations.take_slot import ASKED_FOR, Lateness, judge

# A plan's broadcast is made at its slot, one that staff asked for when they did: a clock that shows
# an earlier instant was set back (a demonstration started anew); less than this is a correction.
SET_BACK = timedelta(seconds=1)


def recover_slots(studio: Studio, *, now: datetime) -> list[int]:
    """Take over what a dead engine left unfinished; the ids of the broadcasts concerned.

    Dead is an owner whose lease has passed, or an earlier process on this data folder. A
    broadcast that waits or is being made goes on while its plan's rule still lets it be heard; one
    on the air is finished by its length or its receipt; one from a later time than now is void.
    What staff asked for and nobody has taken yet is taken the same way, without such a history.
    """
    with studio.database.session() as session:
        left = [
            slot.id
            for slot in slots.unfinished(session)
            if slot.owner != studio.owner
            and (slot.lease_until <= now or studio.is_dead_twin(slot.owner))
        ]
    taken = []
    for slot_id in left:
        broadcast_id = _take_over(studio, slot_id, now)
        if broadcast_id is not None:
            taken.append(broadcast_id)
    return taken


def _take_over(studio: Studio, slot_id: int, now: datetime) -> int | None:
    with studio.database.session(write=True) as session:
        slot = slots.get(session, slot_id)
        new = slot.owner == slots.NOBODY
        if not slots.take_over(
            session,
            slot,
            owner=studio.owner,
            lease_until=slots.lease(now, studio.lease_s),
            reason=slot.reason if new else "原引擎中断，由本引擎接管",
        ):
            return None
        if slot.broadcast_id is None:
            slots.finish(session, slot, slots.SKIPPED, "没有播报")
            return None
        row = broadcasts.get(session, slot.broadcast_id)
        history = changes.of_broadcast(session, row.id)
        rule = plans.get(session, slot.plan_id) if slot.plan_id is not None else ASKED_FOR
        verdict = fate(rule, row, history, now)
        if verdict is not None:
            state, why = verdict
            why = f"{'引擎没有运行' if new else '引擎中断'}，{why}"
            broadcasts.move(session, row, state, at=now, by=studio.owner, why=why)
            if state is S.HELD:
                slots.finish(session, slot, state.value, why)
        return None if new else row.id


def drop_late(studio: Studio, broadcast_id: int, *, now: datetime) -> bool:
    """Put aside an approved broadcast that could not be written while its rule still let it."""
    with studio.database.session() as session:
        slot = slots.of_broadcast(session, broadcast_id)
        if slot is None:
            return False
        row = broadcasts.get(session, broadcast_id)
        history = changes.of_broadcast(session, broadcast_id)
        rule = plans.get(session, slot.plan_id) if slot.plan_id is not None else ASKED_FOR
        verdict = fate(rule, row, history, now)
        slot_id = slot.id
    if verdict is None:
        return False
    state, why = verdict
    with studio.database.session(write=True) as session:
        row = broadcasts.get(session, broadcast_id)
        broadcasts.move(session, row, state, at=now, by=studio.owner, why=why)
        if state is S.HELD:
            slots.finish(session, slots.get(session, slot_id), state.value, why)
    return True


def fate(
    plan: Plan | Lateness, row: BroadcastRow, history: Sequence[ChangeRow], now: datetime
) -> tuple[S, str] | None:
    """The state a broadcast left lying must go to, and why; None when it may go on.

    One that was interrupted may go on within its plan's minutes, whatever the rule for a missed
    slot: half of it has been heard.
    """
    state = S(row.state)
    if state is S.PLAYING:
        if row.started_at is not None and now < row.started_at - SET_BACK:
            return S.CANCELLED, "时钟已回拨，原先的播报作废"
        return None
    if state not in (S.APPROVED, S.RENDERING, S.READY):
        return None
    if now < min(row.slot_at, row.created_at) - SET_BACK:
        return S.CANCELLED, "时钟已回拨，原先的播报作废"
    # Staff may have released it late: what counts is when it was last let pass.
    let_pass = [one.at for one in history if one.what == "state" and one.to == S.APPROVED.value]
    if row.started_at is not None:
        plan = Lateness(MissedRule.PLAY_LATE, plan.late_minutes)
    verdict = judge(plan, max([row.slot_at, *let_pass]), now)
    if verdict.state is S.APPROVED:
        return None
    if plan.missed_rule is MissedRule.ASK:
        return S.HELD, verdict.why
    return S.EXPIRED, verdict.why

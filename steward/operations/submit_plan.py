"""A slot of a plan that an approver must let pass: instead of a broadcast, an announcement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from steward.broadcasts.queries import broadcasts, endings, halls, slots
from steward.broadcasts.tables import SlotRow
from steward.domain.accounts import Actor
from steward.domain.announcements import PLAN_AUTHOR, Approval, Draft, Kind, Status
from steward.domain.broadcasts import BroadcastState
from steward.domain.plans import Plan
from steward.domain.script import Script
from steward.errors import StewardError
from steward.operations.compose import compile_script, put_draft
from steward.operations.decide_announcement import ask_approval
from steward.operations.freeze_week import FrozenTown, freeze_week, speaks_the_week
from steward.operations.issue_briefings import keep_towns
from steward.operations.material import Material, completed, material_document
from steward.operations.settle_readings import lexicon_in_force
from steward.operations.studio import Studio
from steward.operations.write_script import figures_of, narrate_figures, wording_of
from steward.storage.engine import Session

AUTHOR_LENGTH = 60


@dataclass(frozen=True)
class Written:
    """What a plan wants said: the draft and its script with the figures as of the slot, and with
    the district's week its `towns`; or the `fault` (Chinese) why it cannot be written."""

    draft: Draft | None = None
    script: Script | None = None
    figures: dict[str, Any] | None = None
    towns: tuple[FrozenTown, ...] = ()
    fault: str = ""


def needs_approver(studio: Studio, plan: Plan) -> bool:
    """Whether the rules want an approver for what this plan says."""
    return studio.approvals.get((Kind.PLAN, plan.priority)) is Approval.APPROVER


def write_plan(studio: Studio, plan: Plan, slot_at: datetime) -> Written:
    """What the plan wants said at this slot. Raises only what trying again may cure."""
    figures: Material
    towns: tuple[FrozenTown, ...] = ()
    try:
        if speaks_the_week(plan.template, plan.town_code, Status.ACTUAL):
            week = freeze_week(studio.database, as_of=slot_at, due_soon_days=studio.due_soon_days)
            figures = completed(studio.database, wording_of(studio, plan.template), week.district)
            towns = week.towns
        else:
            figures = figures_of(studio, plan.template, slot_at, plan.town_code)
        title, text = narrate_figures(studio, plan.template, figures)
        with studio.database.session() as session:
            hall = halls.get(session, plan.hall_id).name
        draft = Draft(
            title=title,
            text=text,
            priority=plan.priority,
            targets=(hall,),
            kind=Kind.PLAN,
            template=plan.template,
            source="plan",
        )
        script = compile_script(draft, lexicon_in_force(studio.database, studio.lexicon_file))
    except StewardError as error:
        if error.retry:
            raise
        return Written(fault=str(error))
    return Written(draft, script, material_document(figures), towns)


def submit_plan(
    session: Session,
    studio: Studio,
    plan: Plan,
    slot: SlotRow,
    written: Written,
    *,
    why: str,
    expires_at: datetime,
    now: datetime,
) -> int | None:
    """Put what was written before an approver, in the transaction that claimed the slot.

    It expires at `expires_at`. Gives the announcement's id; None when it could not be written: then
    there is a failed broadcast with the reason, which raises an alarm.
    """
    by = Actor(f"{PLAN_AUTHOR}{plan.title}"[:AUTHOR_LENGTH], "engine", "")
    if written.draft is None or written.script is None or written.figures is None:
        broadcast = broadcasts.create(
            session,
            hall_id=plan.hall_id,
            title=plan.title,
            priority=plan.priority,
            as_of=slot.slot_at,
            slot_at=slot.slot_at,
            at=now,
            by=studio.owner,
            why=why,
            template=plan.template,
            town_code=plan.town_code,
        )
        slot.broadcast_id = broadcast.id
        fault = f"须审批，但写不出稿：{written.fault}"
        failed = BroadcastState.FAILED
        endings.lay_aside(session, broadcast, failed, at=now, by=studio.owner, why=fault)
        return None
    row = put_draft(session, None, written.draft, written.script, at=now, by=by)
    figures = dict(written.figures)
    row.evidence = figures.pop("evidence", None)
    row.figures = figures | {"due_soon_days": studio.due_soon_days}
    row.as_of, row.expires_at = slot.slot_at, expires_at
    session.flush()
    if written.towns:
        keep_towns(session, row.id, written.towns, at=now)
    ask_approval(session, row, at=now, by=by, reason=why)
    slots.finish(session, slot, slots.SUBMITTED, f"{why}，交审批：播报单 {row.id}")
    return row.id


def until(plan: Plan, slot_at: datetime, now: datetime) -> datetime:
    """How long what a slot wants said may still be approved: its late minutes; counted from now
    when the plan asks staff about what was missed."""
    late = timedelta(minutes=max(plan.late_minutes, 1))
    end = slot_at + late
    return end if end > now else now + late

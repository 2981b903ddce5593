"""Plans, and their slots."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from steward.storage.base import Base, Id, Instant


class PlanRow(Base):
    """计划: what is announced, when and where.

    `template` is a narration template's name; `when` is a cron expression of five fields in
    district time, or one instant `2021-11-16T09:00` for once. `day_rule` is every_day, workdays
    or shift; `missed_rule` is play_late, skip or ask; `late_minutes` bounds play_late.
    """

    __tablename__ = "plans"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    template: Mapped[str] = mapped_column(String(40))
    town_code: Mapped[str | None] = mapped_column(String(12))
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"))
    when: Mapped[str] = mapped_column(String(80))
    day_rule: Mapped[str] = mapped_column(String(10), default="every_day")
    missed_rule: Mapped[str] = mapped_column(String(10), default="play_late")
    late_minutes: Mapped[int] = mapped_column(default=30)
    priority: Mapped[str] = mapped_column(String(10), default="routine")
    created_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)


class SlotRow(Base):
    """One firing of a plan. Whoever inserts (plan, slot) does the work, under a lease.

    `plan_id` is None for a broadcast that staff asked for without a plan.
    """

    __tablename__ = "slots"
    __table_args__ = (UniqueConstraint("plan_id", "slot_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plans.id"))
    slot_at: Mapped[datetime] = mapped_column(Instant)
    owner: Mapped[str] = mapped_column(String(60))
    lease_until: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(String(12), default="claimed")
    reason: Mapped[str] = mapped_column(String(200), default="")
    broadcast_id: Mapped[int | None] = mapped_column(ForeignKey("broadcasts.id"))

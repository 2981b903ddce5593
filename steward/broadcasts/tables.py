"""Tables of broadcasts: halls, players, plans, slots, clips, receipts, the change log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from steward.storage.base import Base, Id, Instant, Json


class HallRow(Base):
    """大厅: a place that plays one broadcast at a time. `name` stands in its URL.

    `paused_at` is set while it is paused; `quiet` is text as `domain.halls.QuietHours` reads it;
    `volume` is percent, `volumes` that of announcements of a priority by its name.
    """

    __tablename__ = "halls"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(60))
    paused_at: Mapped[datetime | None] = mapped_column(Instant)
    quiet: Mapped[str] = mapped_column(String(200), default="", server_default="")
    volume: Mapped[int] = mapped_column(default=100, server_default="100")
    volumes: Mapped[dict[str, int]] = mapped_column(Json, default=dict, server_default="{}")


class PlayerRow(Base):
    """播放点: a screen with loudspeakers in a hall; `key` is chosen by the player itself."""

    __tablename__ = "players"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"), index=True)
    sound: Mapped[str] = mapped_column(String(10), default="unknown")
    first_seen_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime] = mapped_column(Instant)
    user_agent: Mapped[str] = mapped_column(String(300), default="")


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


class BroadcastRow(Base):
    """播报. `figures` and `evidence` are frozen when it is made; `clauses` is its script.

    `clauses` is a list of {written, spoken, pause_ms, pinyin}. `as_of` is the instant its
    figures speak of; `slot_at` the instant it is due. `misheard` is set while it is held because
    a clause was not heard back as it is meant: {ordinal, clip, heard} with the nearest attempt's
    clip (as `domain.voices.Clip`). `started_at` is when it first went on the air, `from_ordinal`
    the clause it began with when it last did: not 0 after it was interrupted.
    """

    __tablename__ = "broadcasts"
    __table_args__ = (Index(None, "hall_id", "state"), Index("ix_broadcasts_slot_at", "slot_at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"))
    title: Mapped[str] = mapped_column(String(120))
    template: Mapped[str | None] = mapped_column(String(40))
    town_code: Mapped[str | None] = mapped_column(String(12))
    priority: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(20))
    as_of: Mapped[datetime] = mapped_column(Instant)
    slot_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    from_ordinal: Mapped[int] = mapped_column(default=0, server_default="0")
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    clauses: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    figures: Mapped[dict[str, Any] | None] = mapped_column(Json)
    evidence: Mapped[dict[str, Any] | None] = mapped_column(Json)
    misheard: Mapped[dict[str, Any] | None] = mapped_column(Json)
    voice_id: Mapped[str | None] = mapped_column(String(40))
    sound_key: Mapped[str | None] = mapped_column(String(64))
    duration_ms: Mapped[int | None]
    fault: Mapped[str] = mapped_column(Text, default="")


class BroadcastClipRow(Base):
    """The clip of one clause of a broadcast, once it is made, and where its sound came from.

    `speed` is the pace it was spoken at, `computed_s` what it cost (0 from the cache); `hearing`
    is what was heard back (as `domain.voices.Hearing`), None when nobody has listened.
    """

    __tablename__ = "broadcast_clips"

    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    clip_key: Mapped[str] = mapped_column(String(64))
    duration_ms: Mapped[int]
    voice_id: Mapped[str] = mapped_column(String(40))
    speed: Mapped[float] = mapped_column(default=1.0, server_default="1")
    computed_s: Mapped[float] = mapped_column(default=0.0, server_default="0")
    hearing: Mapped[dict[str, Any] | None] = mapped_column(Json)


class ReceiptRow(Base):
    """回执 of one player about one broadcast."""

    __tablename__ = "receipts"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.id"), index=True)
    player_id: Mapped[int] = mapped_column(ForeignKey("players.id"))
    event: Mapped[str] = mapped_column(String(12))
    ordinal: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(Instant)
    detail: Mapped[str] = mapped_column(String(200), default="")


class ChangeRow(Base):
    """The log of changes: an SSE event's id is this row's id.

    Written in the transaction that makes the change. `what` is "state", or of a clause whose
    ordinal is `to`: "clip" (its sound is ready), "mute" (it will have none), "misheard" (it was
    not heard back as it is meant); or "hall" for an act upon the hall itself, without a broadcast.
    """

    __tablename__ = "changes"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"), index=True)
    broadcast_id: Mapped[int | None] = mapped_column(ForeignKey("broadcasts.id"), index=True)
    what: Mapped[str] = mapped_column(String(20))
    from_: Mapped[str | None] = mapped_column("from", String(20))
    to: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(60))
    why: Mapped[str] = mapped_column(String(200), default="")


class ConditionRow(Base):
    """How a part of the engine does, for the pages: `name` is "voice:<id>" or "readback".

    `state` is "well", "resting" (left alone after failures), "trying" or "off"; `detail` says why.
    """

    __tablename__ = "conditions"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    detail: Mapped[str] = mapped_column(Text, default="")
    failures: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime] = mapped_column(Instant)


class AuditionRow(Base):
    """试听: one text to be said by several voices at several paces, so that staff can choose.

    The engine works it off when it has nothing else to do; `done_at` is set with the last take.
    """

    __tablename__ = "auditions"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)


class TakeRow(Base):
    """One voice saying an audition's text at one pace; waiting while `settled_at` is None.

    `pace` multiplies the voice's own. `clip_key` names the whole text's sound, None with a
    `fault`. `cost` is what it took to compute, in seconds a second of sound; `hearing` is what
    was heard back (as `domain.voices.Hearing`), None when nobody listened.
    """

    __tablename__ = "takes"

    audition_id: Mapped[int] = mapped_column(ForeignKey("auditions.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    voice_id: Mapped[str] = mapped_column(String(40))
    pace: Mapped[float]
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    clip_key: Mapped[str | None] = mapped_column(String(64))
    duration_ms: Mapped[int | None]
    cost: Mapped[float | None]
    loudness_lufs: Mapped[float | None]
    hearing: Mapped[dict[str, Any] | None] = mapped_column(Json)
    fault: Mapped[str] = mapped_column(Text, default="")

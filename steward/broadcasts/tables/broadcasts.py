"""Broadcasts with their clips, their receipts, and the log of changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from steward.storage.base import Base, Id, Instant, Json


class BroadcastRow(Base):
    """播报. `figures` and `evidence` are frozen when it is made; `clauses` is its script.

    `clauses` is a list of {written, spoken, pause_ms, pinyin}. `as_of` is the instant its
    figures speak of; `slot_at` the instant it is due. `misheard` is set while it is held because
    a clause was not heard back as it is meant: {ordinal, clip, heard} with the nearest attempt's
    clip (as `domain.voices.Clip`). `started_at` is when it first went on the air, `from_ordinal`
    the clause it began with when it last did: not 0 after it was interrupted. `announcement_id` is
    the announcement it is said for (`part` counts its repeats from 0), `approved` the digest of
    what was approved. `status` is one of `domain.announcements.Status`. `refers_to` names what
    it corrects or ends (a broadcast), by `relation` ("correction", "all_clear", "update"), or
    repeats because nobody heard it ("retry").
    `outdated` is how many of its figures the ledger tells otherwise by now, and nobody has put
    right, when the engine last looked.
    """

    __tablename__ = "broadcasts"
    __table_args__ = (
        Index(None, "hall_id", "state"),
        Index("ix_broadcasts_slot_at", "slot_at"),
        Index(
            "ix_broadcasts_outdated",
            "slot_at",
            sqlite_where=text("outdated > 0"),
            postgresql_where=text("outdated > 0"),
        ),
    )

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
    announcement_id: Mapped[int | None] = mapped_column(ForeignKey("announcements.id"), index=True)
    part: Mapped[int] = mapped_column(default=0, server_default="0")
    approved: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(10), default="actual", server_default="actual")
    refers_to: Mapped[int | None] = mapped_column(ForeignKey("broadcasts.id"), index=True)
    relation: Mapped[str | None] = mapped_column(String(12))
    outdated: Mapped[int] = mapped_column(default=0, server_default="0")


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
    """回执 of one player about one broadcast, at our time. `proven`: it came with the secret of an
    enrolled player."""

    __tablename__ = "receipts"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.id"), index=True)
    player_id: Mapped[int] = mapped_column(ForeignKey("players.id"))
    event: Mapped[str] = mapped_column(String(12))
    ordinal: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(Instant)
    detail: Mapped[str] = mapped_column(String(200), default="")
    proven: Mapped[bool] = mapped_column(default=False, server_default=false())


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

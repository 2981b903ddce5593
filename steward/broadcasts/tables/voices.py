"""How the voices do, and what they were asked to say for staff who choose."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from steward.storage.base import Base, Id, Instant, Json


class ConditionRow(Base):
    """How a part of the engine does, for the pages: `name` is "voice:<id>", "readback" or
    "engine" (whose `since` is when one was last at work).

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

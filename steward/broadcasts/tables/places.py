"""Halls, the zones they lie in, the players in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from steward.storage.base import Base, Id, Instant, Json


class ZoneRow(Base):
    """播放区域: halls under one name, nested; `parent_id` None at the top."""

    __tablename__ = "zones"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(60))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("zones.id"))


class HallRow(Base):
    """大厅: a place that plays one broadcast at a time. `name` stands in its URL.

    `paused_at` is set while it is paused; `quiet` is text as `domain.halls.QuietHours` reads it;
    `volume` is percent, `volumes` that of announcements of a priority by its name. `kind` is one of
    `domain.halls.HallKind`; a town office's hall has its `town_code`.
    """

    __tablename__ = "halls"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(12), default="hall", server_default="hall")
    town_code: Mapped[str | None] = mapped_column(String(12))
    zone_id: Mapped[int | None] = mapped_column(ForeignKey("zones.id"))
    paused_at: Mapped[datetime | None] = mapped_column(Instant)
    quiet: Mapped[str] = mapped_column(String(200), default="", server_default="")
    volume: Mapped[int] = mapped_column(default=100, server_default="100")
    volumes: Mapped[dict[str, int]] = mapped_column(Json, default=dict, server_default="{}")


class PlayerRow(Base):
    """播放点: a screen with loudspeakers in a hall; `key` is chosen by the player itself.

    Enrolled (`enrolled_at` set) it has a title, proves itself by the secret whose digest is
    `secret`, and is to be there: an alarm tells when it is silent. `code` is what its screen
    shows until then, until `code_until`; it stays while the secret was not used yet, so that an
    answer that was lost is given again. `clock_ms` is its clock minus ours; `volume` is percent as
    it last said. Not enrolled any more, it keeps its title for its receipts.
    """

    __tablename__ = "players"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("halls.id"), index=True)
    sound: Mapped[str] = mapped_column(String(10), default="unknown")
    first_seen_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime] = mapped_column(Instant)
    user_agent: Mapped[str] = mapped_column(String(300), default="")
    title: Mapped[str] = mapped_column(String(60), default="", server_default="")
    version: Mapped[str] = mapped_column(String(40), default="", server_default="")
    volume: Mapped[int | None]
    clock_ms: Mapped[int | None] = mapped_column(Id)
    code: Mapped[str | None] = mapped_column(String(12), unique=True)
    code_until: Mapped[datetime | None] = mapped_column(Instant)
    enrolled_at: Mapped[datetime | None] = mapped_column(Instant)
    secret: Mapped[str | None] = mapped_column(String(64))

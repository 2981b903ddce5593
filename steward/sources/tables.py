"""The sources' tables: what is declared, its runs, and the rows that wait."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from steward.storage.base import Base, Id, Instant, Json


class SourceRow(Base):
    """One declared source, and how far it was read. `feeds` is the ledger's source.

    One run at a time: whoever has it stands in `claimed_by` until `claimed_until`.
    """

    __tablename__ = "sources"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    feeds: Mapped[str] = mapped_column(String(20))
    cron: Mapped[str] = mapped_column(String(100))
    stale_after_hours: Mapped[int]
    declared_at: Mapped[datetime] = mapped_column(Instant)
    dropped_at: Mapped[datetime | None] = mapped_column(Instant)
    watermark: Mapped[dict[str, Any] | None] = mapped_column(Json)
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    asked_by: Mapped[str] = mapped_column(String(80), default="")
    next_at: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(String(120))
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)


class SourceRunRow(Base):
    """One run. `as_of`: it came to its end, and has what stood there at that instant."""

    __tablename__ = "source_runs"
    __table_args__ = (Index(None, "source_id", "finished_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    intake_run_id: Mapped[int | None] = mapped_column(ForeignKey("intake_runs.id"))
    asked_by: Mapped[str] = mapped_column(String(80), default="")
    started_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    as_of: Mapped[datetime | None] = mapped_column(Instant)
    rows_read: Mapped[int] = mapped_column(default=0)
    rows_new: Mapped[int] = mapped_column(default=0)
    rows_updated: Mapped[int] = mapped_column(default=0)
    rows_unchanged: Mapped[int] = mapped_column(default=0)
    rows_rejected: Mapped[int] = mapped_column(default=0)
    rows_retried: Mapped[int] = mapped_column(default=0)
    watermark_before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    watermark_after: Mapped[dict[str, Any] | None] = mapped_column(Json)
    unknown_columns: Mapped[list[str]] = mapped_column(Json, default=list)
    warnings: Mapped[list[str]] = mapped_column(Json, default=list)
    error: Mapped[str] = mapped_column(Text, default="")
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None] = mapped_column(Instant)


class SourceRejectionRow(Base):
    """A row that could not be taken: kept as it came, and tried again until it can be.

    `key` names the row: by its 隐患编号, or by what stands in it.
    """

    __tablename__ = "source_rejections"
    __table_args__ = (
        Index(
            "ix_source_rejections_open",
            "source_id",
            "key",
            unique=True,
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("source_runs.id"))
    key: Mapped[str] = mapped_column(String(120))
    columns: Mapped[list[str]] = mapped_column(Json)
    cells: Mapped[list[Any]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(Text)
    first_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)


class SourceFileRow(Base):
    """What the engine found in sources.toml when it read it last: one row."""

    __tablename__ = "source_file"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    path: Mapped[str] = mapped_column(String(400))
    read_at: Mapped[datetime] = mapped_column(Instant)
    faults: Mapped[list[str]] = mapped_column(Json)

"""The ledger's tables. Instants are UTC; deadlines are local dates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from steward.storage.base import Base, Id, Instant, Json


class TownRow(Base):
    """镇街. `column_` and `row` place its tile on the schematic map."""

    __tablename__ = "towns"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    column: Mapped[int]
    row: Mapped[int]


class TownNameRow(Base):
    """Another name that a source has for a town, as staff settled it."""

    __tablename__ = "town_names"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    town_id: Mapped[int] = mapped_column(ForeignKey("towns.id"))
    settled_at: Mapped[datetime] = mapped_column(Instant)
    settled_by: Mapped[str] = mapped_column(String(80))


class EnterpriseRow(Base):
    """企业. Known by its credit code; without one, by exact name and town."""

    __tablename__ = "enterprises"
    __table_args__ = (Index(None, "name", "town_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)
    town_id: Mapped[int] = mapped_column(ForeignKey("towns.id"), index=True)
    industry: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(Instant)


class IntakeRunRow(Base):
    """One file taken in (or refused): who, when, how many rows."""

    __tablename__ = "intake_runs"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(400))
    file_sha256: Mapped[str] = mapped_column(String(64), index=True)
    started_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    rows_read: Mapped[int] = mapped_column(default=0)
    rows_new: Mapped[int] = mapped_column(default=0)
    rows_updated: Mapped[int] = mapped_column(default=0)
    rows_unchanged: Mapped[int] = mapped_column(default=0)
    rows_rejected: Mapped[int] = mapped_column(default=0)
    unknown_columns: Mapped[list[str]] = mapped_column(Json, default=list)
    error_copy: Mapped[str | None] = mapped_column(String(400))


class RejectedRow(Base):
    """A row that could not be taken: its number in the original file, its cells, the reason."""

    __tablename__ = "rejected_rows"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    intake_run_id: Mapped[int] = mapped_column(ForeignKey("intake_runs.id"), index=True)
    row_number: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    cells: Mapped[dict[str, Any]] = mapped_column(Json)


class HazardRow(Base):
    """隐患. `status` is where it stands now; the dates say where it stood at any instant.

    A merged duplicate is voided and points to the one that stays.
    """

    __tablename__ = "hazards"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        # The list by found_at: what most filters ask is answered without a look at the rows.
        Index(
            "ix_hazards_listed",
            "found_at",
            "id",
            "town_id",
            "category",
            "source",
            "level",
            "status",
            "industry",
        ),
        # The same of what is open, which is most of what is asked.
        Index(
            "ix_hazards_open_listed",
            "found_at",
            "id",
            "deadline",
            "town_id",
            "category",
            "source",
            "level",
            "status",
            "industry",
            sqlite_where=text("closed_at IS NULL AND voided_at IS NULL"),
            postgresql_where=text("closed_at IS NULL AND voided_at IS NULL"),
        ),
        Index("ix_hazards_town", "town_id", "found_at", "id"),
        Index("ix_hazards_deadline", "deadline", "id"),
        Index(
            "ix_hazards_closed_at",
            "closed_at",
            sqlite_where=text("closed_at IS NOT NULL"),
            postgresql_where=text("closed_at IS NOT NULL"),
        ),
        Index(
            "ix_hazards_voided_at",
            "voided_at",
            sqlite_where=text("voided_at IS NOT NULL"),
            postgresql_where=text("voided_at IS NOT NULL"),
        ),
        Index("ix_hazards_enterprise_id", "enterprise_id"),
        Index(
            "ix_hazards_merged_into_id",
            "merged_into_id",
            sqlite_where=text("merged_into_id IS NOT NULL"),
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
        Index(
            "ix_hazards_major",
            "found_at",
            sqlite_where=text("level = 'major'"),
            postgresql_where=text("level = 'major'"),
        ),
        Index(
            "ix_hazards_open_major",
            "enterprise_id",
            sqlite_where=text("level = 'major' AND closed_at IS NULL AND voided_at IS NULL"),
            postgresql_where=text("level = 'major' AND closed_at IS NULL AND voided_at IS NULL"),
        ),
        Index(
            "ix_hazards_open_without_deadline",
            "enterprise_id",
            sqlite_where=text("deadline IS NULL AND closed_at IS NULL AND voided_at IS NULL"),
            postgresql_where=text("deadline IS NULL AND closed_at IS NULL AND voided_at IS NULL"),
        ),
        Index(
            "ix_hazards_open",
            "deadline",
            "enterprise_id",
            sqlite_where=text("closed_at IS NULL AND voided_at IS NULL"),
            postgresql_where=text("closed_at IS NULL AND voided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(100))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"))
    town_id: Mapped[int] = mapped_column(ForeignKey("towns.id"))
    industry: Mapped[str | None] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(60))
    level: Mapped[str] = mapped_column(String(10))
    description: Mapped[str | None] = mapped_column(Text)
    found_at: Mapped[datetime] = mapped_column(Instant)
    deadline: Mapped[date | None] = mapped_column(Date)
    rectified_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("hazards.id"))
    status: Mapped[str] = mapped_column(String(20))
    extra: Mapped[dict[str, Any] | None] = mapped_column(Json)
    intake_run_id: Mapped[int | None] = mapped_column(ForeignKey("intake_runs.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class ExtensionRow(Base):
    """延期: from `at` on the deadline is `new_deadline`; before it was `old_deadline`.

    `by` is who granted it; None for a file's (`intake_run_id`).
    """

    __tablename__ = "hazard_extensions"
    __table_args__ = (Index(None, "hazard_id", "at"), Index("ix_hazard_extensions_at", "at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    hazard_id: Mapped[int] = mapped_column(ForeignKey("hazards.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    old_deadline: Mapped[date | None] = mapped_column(Date)
    new_deadline: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(200), default="")
    by: Mapped[str | None] = mapped_column(String(60))
    intake_run_id: Mapped[int | None] = mapped_column(ForeignKey("intake_runs.id"))


class HazardChangeRow(Base):
    """One change of a hazard's life: a status reached, a void, a corrected field.

    `by` is who made it; None for a file's (`intake_run_id`).
    """

    __tablename__ = "hazard_changes"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    hazard_id: Mapped[int] = mapped_column(ForeignKey("hazards.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    field: Mapped[str] = mapped_column(String(30))
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(200), default="")
    by: Mapped[str | None] = mapped_column(String(60))
    intake_run_id: Mapped[int | None] = mapped_column(ForeignKey("intake_runs.id"))


class MergeSuggestionRow(Base):
    """Two hazards that may be one, of two sources; staff decide. A pair is suggested once.

    `score` is how alike their texts are, in percent. `low_id` is the smaller id, whichever was
    found first.
    """

    __tablename__ = "merge_suggestions"
    __table_args__ = (
        UniqueConstraint("low_id", "high_id"),
        Index(
            "ix_merge_suggestions_open",
            "id",
            sqlite_where=text("decision IS NULL"),
            postgresql_where=text("decision IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    low_id: Mapped[int] = mapped_column(ForeignKey("hazards.id"))
    high_id: Mapped[int] = mapped_column(ForeignKey("hazards.id"))
    score: Mapped[int]
    suggested_at: Mapped[datetime] = mapped_column(Instant)
    decision: Mapped[str | None] = mapped_column(String(10))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(80))


class InspectionRow(Base):
    """检查: one visit to one enterprise by one source on one local day, also without a finding."""

    __tablename__ = "inspections"
    __table_args__ = (
        UniqueConstraint("enterprise_id", "source", "day"),
        Index("ix_inspections_day", "day", "enterprise_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"))
    source: Mapped[str] = mapped_column(String(20))
    day: Mapped[date] = mapped_column(Date)
    inspected_at: Mapped[datetime] = mapped_column(Instant)


class HazardTallyRow(Base):
    """Events a local day and a month, so that totals need not read every hazard.

    One row a (dimension, span, day, town, key): `dimension` is "all" (key ""), "source",
    "industry" or "category"; `span` is "day", or "month" with `day` its first. Day rows of the
    last three dimensions are kept for all towns together (town 0): with one a town there would be
    more of them than hazards. A total as of an instant is the sum of the months before its own,
    the month's days before its local date, and that day's own hazards up to the instant.
    `found` counts findings; `voided` voids; `closed` closings; `closed_voided` hazards that were
    both, on the later of the two days.
    Kept by `steward.ledger.tally` in the transaction that changes the hazards.
    """

    __tablename__ = "hazard_tallies"

    dimension: Mapped[str] = mapped_column(String(10), primary_key=True)
    span: Mapped[str] = mapped_column(String(5), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    town_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(60), primary_key=True, default="")
    found: Mapped[int] = mapped_column(default=0)
    voided: Mapped[int] = mapped_column(default=0)
    closed: Mapped[int] = mapped_column(default=0)
    closed_voided: Mapped[int] = mapped_column(default=0)


class IncidentRow(Base):
    """事故 at an enterprise. Never deleted: a mistaken entry is voided. `simulated`: of the
    demonstration, it never happened."""

    __tablename__ = "incidents"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    external_id: Mapped[str] = mapped_column(String(100), unique=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    occurred_at: Mapped[datetime] = mapped_column(Instant, index=True)
    deaths: Mapped[int]
    injured: Mapped[int]
    description: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    simulated: Mapped[bool] = mapped_column(default=False, server_default=false())
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    void_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")


class ForesightRow(Base):
    """事故预警 as it was reckoned once: by what, how it was judged (as `domain.accidents`)."""

    __tablename__ = "foresights"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    as_of: Mapped[datetime] = mapped_column(Instant, index=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    method: Mapped[str] = mapped_column(String(10))
    why: Mapped[str] = mapped_column(String(300))
    trial: Mapped[dict[str, Any] | None] = mapped_column(Json)
    simulated: Mapped[int]
    average: Mapped[float | None]
    enterprises: Mapped[int]


class RiskRow(Base):
    """One enterprise's place in a foresight; `rank` counts from 1, the likeliest first."""

    __tablename__ = "risks"
    __table_args__ = (Index("ix_risks_town", "foresight_id", "town_id", "rank"),)

    foresight_id: Mapped[int] = mapped_column(ForeignKey("foresights.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"), index=True)
    town_id: Mapped[int] = mapped_column(ForeignKey("towns.id"))
    chance: Mapped[float | None]
    points: Mapped[int]
    reasons: Mapped[list[Any]] = mapped_column(Json)

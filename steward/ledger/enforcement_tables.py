"""Tables of enforcement assistance: whom to inspect, rounds, exclusions, penalties."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from steward.storage.base import Base, Id, Instant, Json


class InspectionRankRow(Base):
    """The ranking of the last night; each night's takes the place of the one before."""

    __tablename__ = "inspection_ranks"
    __table_args__ = (Index("ix_inspection_ranks_town", "town_id", "rank"),)

    rank: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    as_of: Mapped[datetime] = mapped_column(Instant)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"))
    town_id: Mapped[int] = mapped_column(ForeignKey("towns.id"))
    points: Mapped[int]
    reasons: Mapped[list[Any]] = mapped_column(Json)
    categories: Mapped[list[str]] = mapped_column(Json)


class RoundRow(Base):
    """一轮检查: a list that was made, with the rules it was made by and who was left out."""

    __tablename__ = "rounds"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[str] = mapped_column(String(60))
    as_of: Mapped[datetime] = mapped_column(Instant)
    rules: Mapped[str] = mapped_column(String(200))
    left: Mapped[list[Any]] = mapped_column(Json)


class RoundItemRow(Base):
    """One enterprise of a round, in the order in which it is visited."""

    __tablename__ = "round_items"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"), index=True)
    points: Mapped[int]
    reasons: Mapped[list[Any]] = mapped_column(Json)
    categories: Mapped[list[str]] = mapped_column(Json)


class ExclusionRow(Base):
    """排除: an enterprise that no round takes up to and including `until`."""

    __tablename__ = "exclusions"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200))
    until: Mapped[date] = mapped_column(Date, index=True)
    by: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class PenaltyRow(Base):
    """行政处罚: a decision and what has been done about it. Never deleted: a mistaken entry is
    voided."""

    __tablename__ = "penalties"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(100), unique=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"), index=True)
    decided_on: Mapped[date] = mapped_column(Date, index=True)
    kind: Mapped[str] = mapped_column(String(10))
    fine: Mapped[int]
    on_the_spot: Mapped[bool]
    cash: Mapped[bool]
    officers: Mapped[list[str]] = mapped_column(Json)
    grounds: Mapped[str] = mapped_column(Text)
    paid_on: Mapped[date | None] = mapped_column(Date)
    handed_in_on: Mapped[date | None] = mapped_column(Date)
    published_on: Mapped[date | None] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[str] = mapped_column(String(60))
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    void_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")

"""Tables of warnings: who is warned of, who answers for it, what became of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from steward.storage.base import Base, Id, Instant


class WarningRow(Base):
    """隐患预警: one enterprise in one list, from the day it came into it to the day it left.

    `kind` is a `domain.warning_lists.WarningKind`. `hazards` and `deadline` (the earliest) are as
    last seen. `acknowledged_by` has taken it up, `responsible` answers for it. `escalated_at` is
    when it became the district's matter.
    """

    __tablename__ = "warnings"
    __table_args__ = (
        Index(
            "ix_warnings_open",
            "enterprise_id",
            "kind",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_warnings_closed_at", "closed_at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"), index=True)
    town_id: Mapped[int] = mapped_column(ForeignKey("towns.id"))
    kind: Mapped[str] = mapped_column(String(10))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    hazards: Mapped[int]
    deadline: Mapped[date] = mapped_column(Date)
    responsible: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
    acknowledged_by: Mapped[str] = mapped_column(String(60), default="")
    escalated_at: Mapped[datetime | None] = mapped_column(Instant)
    escalated_why: Mapped[str] = mapped_column(String(100), default="")

"""Tables of what town offices are given, and of how it reaches them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from steward.storage.base import Base, Id, Instant, Json


class BriefingRow(Base):
    """每周简报 of one town, made with the district's weekly broadcast from the same frozen figures.

    `broadcast_id` is that broadcast; None when it was made by hand. `figures`, `evidence` and
    `clauses` are as in `BroadcastRow`, of this town. A correction is a row of the next `number`
    with its `reason` and its `changes`: [{name, said, now}]. `sound` is a
    `domain.offices.SoundState`; `clips` the sound of each clause so far, by ordinal as text (as
    `domain.voices.Clip`); `fault` why there is none. `clauses` are written, from the figures, by
    the engine that speaks them: empty until then. `papers` says where the files to read stand, in
    the same words; `paper_fault` why there are none. `figures` has `lists`, too: whom the warning
    figures count (`domain.figures.WarningLists`).
    """

    __tablename__ = "briefings"
    __table_args__ = (
        UniqueConstraint("week", "town_code", "number"),
        Index(
            "ix_briefings_waiting",
            "id",
            sqlite_where=text("sound = 'waiting'"),
            postgresql_where=text("sound = 'waiting'"),
        ),
        Index(
            "ix_briefings_papers",
            "id",
            sqlite_where=text("papers = 'waiting'"),
            postgresql_where=text("papers = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    week: Mapped[str] = mapped_column(String(8))
    town_code: Mapped[str] = mapped_column(String(12), index=True)
    number: Mapped[int]
    broadcast_id: Mapped[int | None] = mapped_column(Id, index=True)
    title: Mapped[str] = mapped_column(String(120))
    as_of: Mapped[datetime] = mapped_column(Instant)
    made_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(200), default="")
    changes: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    figures: Mapped[dict[str, Any]] = mapped_column(Json)
    evidence: Mapped[dict[str, Any]] = mapped_column(Json)
    clauses: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    sound: Mapped[str] = mapped_column(String(10))
    clips: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    duration_ms: Mapped[int | None]
    fault: Mapped[str] = mapped_column(String(300), default="")
    papers: Mapped[str] = mapped_column(String(10), default="waiting", server_default="waiting")
    paper_fault: Mapped[str] = mapped_column(String(300), default="", server_default="")


class KeptWeekRow(Base):
    """The towns' weeks, frozen with an announcement of the district's figures that is yet to be
    approved or sent: `operations.freeze_week.FrozenTown` each. Gone when they are issued."""

    __tablename__ = "kept_weeks"

    announcement_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    kept_at: Mapped[datetime] = mapped_column(Instant)
    towns: Mapped[list[dict[str, Any]]] = mapped_column(Json)


class ReportRow(Base):
    """隐患月报 of one town: the frozen figures from which its files are made."""

    __tablename__ = "monthly_reports"
    __table_args__ = (UniqueConstraint("month", "town_code", "number"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    town_code: Mapped[str] = mapped_column(String(12), index=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    as_of: Mapped[datetime] = mapped_column(Instant)
    made_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(200), default="")
    figures: Mapped[dict[str, Any]] = mapped_column(Json)


class DigestRow(Base):
    """每日预警 of one town: one letter a day instead of one a hazard. `lines` are its enterprises,
    the most pressing first."""

    __tablename__ = "warning_digests"
    __table_args__ = (UniqueConstraint("day", "town_code"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    town_code: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime] = mapped_column(Instant)
    overdue: Mapped[int]
    due_soon: Mapped[int]
    lines: Mapped[list[str]] = mapped_column(Json)


class ContactRow(Base):
    """Who is reached for a town, and where: a mail address, or an apprise address, which may hold
    a secret. Removed ones stay for their deliveries' sake, without the address."""

    __tablename__ = "town_contacts"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    town_code: Mapped[str] = mapped_column(String(12), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(400))
    created_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)


class DeliveryRow(Base):
    """送达: one issue on its way to one contact. Its row is unique: nothing goes out twice.

    `matter` and `issue_id` name the briefing or report. `due_at` is when it may go first or is
    tried next; a try holds the row until `lease_until`. `message_id` and `dated_at` are the mail's
    own, the same at every try; of pushes, one `message_id` stands for one message of several rows.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("matter", "issue_id", "contact_id", "purpose"),
        Index(
            "ix_deliveries_due",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    matter: Mapped[str] = mapped_column(String(10))
    issue_id: Mapped[int] = mapped_column(Id)
    purpose: Mapped[str] = mapped_column(String(10))
    town_code: Mapped[str] = mapped_column(String(12), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("town_contacts.id"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(Instant)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    dated_at: Mapped[datetime | None] = mapped_column(Instant)
    message_id: Mapped[str] = mapped_column(String(200), default="")
    fault: Mapped[str] = mapped_column(Text, default="")


class DownloadRow(Base):
    """领取: one file of an issue that somebody took. `format` is an ending of `domain.offices`,
    or "feed" when a podcast client fetched it. `by` is the account, the token or the feed. `staff`:
    one of the district took it, which is no receipt of the town's."""

    __tablename__ = "downloads"
    __table_args__ = (Index("ix_downloads_issue", "matter", "issue_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    matter: Mapped[str] = mapped_column(String(10))
    issue_id: Mapped[int] = mapped_column(Id)
    town_code: Mapped[str] = mapped_column(String(12), index=True)
    format: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    by: Mapped[str] = mapped_column(String(60))
    staff: Mapped[bool] = mapped_column(default=False, server_default=false())
    where: Mapped[str] = mapped_column(String(80), default="")


class ReportRunRow(Base):
    """The making of a month's reports: whoever inserts it, or takes over a lease, does the work."""

    __tablename__ = "report_runs"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    fault: Mapped[str] = mapped_column(Text, default="")

"""What staff work with: announcements, readings of words, alarms, alerts, kept answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from steward.storage.base import Base, Id, Instant, Json


class AnnouncementRow(Base):
    """播报单: what somebody wants said, from draft to decision; sent, it becomes broadcasts.

    One broadcast a hall of `targets` and a repeat. `text` is what was typed, or what `template`
    made of `fields`; `readings` are [words, [syllables]] forced for this text alone. `clauses` is
    its script (as in `BroadcastRow`) as last saved; `clips` the sound of each clause so far, by
    ordinal as text (as `domain.voices.Clip`), or {fault}. `version` counts edits: an act names
    the version it saw.
    `digest` is that of what was approved. `refers_to`, `relation`, `status`: as in `BroadcastRow`.
    `approver_listened` when somebody else than the author approved it with its sound complete.
    `figures` and `evidence` (both of `as_of`) stand where the text speaks figures of the ledger.
    """

    __tablename__ = "announcements"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(20), index=True)
    version: Mapped[int] = mapped_column(default=1)
    author: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    template: Mapped[str | None] = mapped_column(String(40))
    fields: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    readings: Mapped[list[Any]] = mapped_column(Json, default=list)
    priority: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10), default="actual")
    targets: Mapped[list[str]] = mapped_column(Json, default=list)
    repeats: Mapped[int] = mapped_column(default=1)
    interval_minutes: Mapped[int] = mapped_column(default=0)
    start_at: Mapped[datetime | None] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    as_of: Mapped[datetime | None] = mapped_column(Instant)
    clauses: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    clips: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    wants_sound: Mapped[bool] = mapped_column(default=False)
    figures: Mapped[dict[str, Any] | None] = mapped_column(Json)
    evidence: Mapped[dict[str, Any] | None] = mapped_column(Json)
    refers_to: Mapped[int | None] = mapped_column(Id)
    relation: Mapped[str | None] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(20), default="console")
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(200), default="")
    approver_listened: Mapped[bool] = mapped_column(default=False)
    digest: Mapped[str | None] = mapped_column(String(64))
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decision: Mapped[str] = mapped_column(String(200), default="")


class ReadingRow(Base):
    """读音: words whose reading staff settled, in every text from then on. `pinyin` has tone
    numbers and a blank between syllables."""

    __tablename__ = "readings"

    words: Mapped[str] = mapped_column(String(40), primary_key=True)
    pinyin: Mapped[str] = mapped_column(String(200))
    by: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(Instant)


class AlarmRow(Base):
    """告警: something staff must know of; open while `cleared_at` is None.

    `kind` is one of `domain.alarms.AlarmKind`; `subject` names what it is about, so that one thing
    has one open alarm. `seen_by` has taken notice. `pushed_at` is when it went out by push to the
    last target; `pushed_to` are the digests of those that have it already; `push_fault` is why the
    others do not, `push_after` when it is tried next.
    """

    __tablename__ = "alarms"
    __table_args__ = (
        Index(
            "ix_alarms_open",
            "subject",
            unique=True,
            sqlite_where=text("cleared_at IS NULL"),
            postgresql_where=text("cleared_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(String(300))
    hall_id: Mapped[int | None] = mapped_column(ForeignKey("halls.id"))
    broadcast_id: Mapped[int | None] = mapped_column(ForeignKey("broadcasts.id"), index=True)
    player_id: Mapped[int | None] = mapped_column(ForeignKey("players.id"))
    raised_at: Mapped[datetime] = mapped_column(Instant)
    cleared_at: Mapped[datetime | None] = mapped_column(Instant)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    seen_by: Mapped[str | None] = mapped_column(String(60))
    pushed_at: Mapped[datetime | None] = mapped_column(Instant)
    pushed_to: Mapped[list[str]] = mapped_column(Json, default=list)
    push_after: Mapped[datetime | None] = mapped_column(Instant)
    push_tries: Mapped[int] = mapped_column(default=0)
    push_fault: Mapped[str] = mapped_column(String(300), default="")


class AlertRow(Base):
    """A CAP 1.2 alert, ours (`incoming` False) or received; `xml` is its exact text.

    `outcome` is one of `domain.alerts.Outcome`, with its `reason`. Of one identifier of a sender
    any number may be refused, one is taken. A document that cannot be read has no `sent`, and ""
    where its facts should stand. `source` is where it came from; `digest` the SHA-256 of its bytes.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        Index(
            "ix_alerts_taken",
            "incoming",
            "sender",
            "identifier",
            unique=True,
            sqlite_where=text("outcome != 'refused'"),
            postgresql_where=text("outcome != 'refused'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    incoming: Mapped[bool]
    identifier: Mapped[str] = mapped_column(String(200))
    sender: Mapped[str] = mapped_column(String(200))
    sent: Mapped[datetime | None] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(String(10))
    msg_type: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200), default="")
    refers: Mapped[str] = mapped_column(Text, default="")
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    xml: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    source: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    outcome: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(300), default="")
    announcement_id: Mapped[int | None] = mapped_column(ForeignKey("announcements.id"), index=True)
    broadcast_id: Mapped[int | None] = mapped_column(ForeignKey("broadcasts.id"), index=True)


class AlertFeedRow(Base):
    """An address that alerts are fetched from: what it last answered, so that it is asked for news
    alone, and its fault as staff read it."""

    __tablename__ = "alert_feeds"

    address: Mapped[str] = mapped_column(String(300), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    good_at: Mapped[datetime | None] = mapped_column(Instant)
    etag: Mapped[str] = mapped_column(String(300), default="")
    last_modified: Mapped[str] = mapped_column(String(100), default="")
    fault: Mapped[str] = mapped_column(String(300), default="")


class KeptAnswerRow(Base):
    """The answer to a request that carried an idempotency key: the same is given again."""

    __tablename__ = "kept_answers"

    caller: Mapped[str] = mapped_column(String(60), primary_key=True)
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    asked: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    answer: Mapped[dict[str, Any] | None] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Instant, index=True)

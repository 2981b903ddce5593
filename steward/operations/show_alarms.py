"""The alarms as staff see them: the open ones, how many, and those that are over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from steward.broadcasts.queries import alarms, halls, proof
from steward.broadcasts.tables import AlarmRow
from steward.domain.alarms import ALARM_NAMES, AlarmKind
from steward.operations.feel_pulse import engine_gone
from steward.storage.engine import Database


@dataclass(frozen=True)
class Alarm:
    """告警. `over_at` None: it lasts. `pushed_at` None: not sent to every target, `push_fault`
    tells why."""

    id: int
    kind: AlarmKind
    name: str
    text: str
    broadcast_id: int | None
    raised_at: datetime
    over_at: datetime | None
    seen_at: datetime | None
    seen_by: str | None
    pushed_at: datetime | None
    push_tries: int
    push_fault: str


def open_alarms(database: Database) -> list[Alarm]:
    """What is wrong: first what nobody has taken notice of, each the newest first."""
    with database.session() as session:
        rows = alarms.every_open(session)
    return sorted(map(_alarm, reversed(rows)), key=lambda one: one.seen_at is not None)


def need_me(database: Database) -> list[Alarm]:
    """What nobody has taken notice of; the first page lists held broadcasts by themselves."""
    return [
        one
        for one in open_alarms(database)
        if one.seen_at is None and one.kind is not AlarmKind.HELD
    ]


def past_alarms(database: Database, *, before_id: int | None, limit: int) -> list[Alarm]:
    """What is over, newest first, from before that one."""
    with database.session() as session:
        return [_alarm(row) for row in alarms.past(session, before_id, limit)]


def count_unseen(database: Database, *, at: datetime) -> int:
    """How many are open that nobody has taken notice of: every page asks, every few seconds.

    That no engine is at work is one, though none can raise it.
    """
    gone = engine_gone(database, at=at) is not None
    with database.session() as session:
        return gone + sum(row.seen_at is None for row in alarms.every_open(session))


def halls_without_enrolled(database: Database, *, at: datetime) -> Sequence[str]:
    """The titles of the halls where the receipts of any player count as proof."""
    with database.session() as session:
        return [
            hall.title for hall in halls.every(session) if not proof.enrolled(session, hall.id, at)
        ]


def _alarm(row: AlarmRow) -> Alarm:
    kind = AlarmKind(row.kind)
    return Alarm(
        id=row.id,
        kind=kind,
        name=ALARM_NAMES[kind],
        text=row.text,
        broadcast_id=row.broadcast_id,
        raised_at=row.raised_at,
        over_at=row.cleared_at,
        seen_at=row.seen_at,
        seen_by=row.seen_by,
        pushed_at=row.pushed_at,
        push_tries=row.push_tries,
        push_fault=row.push_fault,
    )

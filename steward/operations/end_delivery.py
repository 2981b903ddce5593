"""Put down that a delivery was not taken: to be tried again, or gone, with an alarm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from steward.broadcasts.queries import alarms
from steward.domain.alarms import PAST, AlarmKind, Wrong
from steward.errors import StewardError, TooManyPushes
from steward.offices.queries import deliveries
from steward.offices.tables import DeliveryRow
from steward.operations.pauses import doubling
from steward.operations.write_letter import Told, what
from steward.storage.engine import Database, Session

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
MOST_TRIES = 12  # with these pauses, a day
TRIES_TO_TELL = 5  # a quarter of an hour: somebody should look


def not_taken(
    database: Database,
    rows: Sequence[tuple[DeliveryRow, Told]],
    error: StewardError,
    *,
    now: datetime,
) -> None:
    """In one transaction: what `error` says of deliveries that this process holds.

    One that is refused for good, or that was tried MOST_TRIES times, is gone. That is an alarm,
    one for the period, and so is one that was tried TRIES_TO_TELL times.
    """
    if not rows:
        return
    fault = str(error)
    with database.session(write=True) as session:
        for row, told in rows:
            if not error.retry or row.tries >= MOST_TRIES:
                deliveries.gone(session, row, fault=fault)
                _tell(session, told, f"未能送达：{fault}", now)
                continue
            wait = doubling(row.tries - 1, FIRST_PAUSE, LONGEST_PAUSE)
            if isinstance(error, TooManyPushes):
                wait = max(wait, timedelta(seconds=error.wait_s))
            deliveries.later(session, row, due_at=now + wait, fault=fault)
            if row.tries == TRIES_TO_TELL:
                _tell(session, told, f"试了 {row.tries} 次没有送出，还会再试：{fault}", now)


def _tell(session: Session, told: Told, text: str, now: datetime) -> None:
    """Raise the period's alarm, unless it is open."""
    issue = told.issue
    subject = f"{PAST}:undelivered:{issue.matter.value}:{issue.period}"
    words = f"{what(issue)}给{told.town}的{text}。其余见“镇街送达”页"
    alarms.raise_(session, Wrong(subject, AlarmKind.UNDELIVERED, words), at=now)

"""Make the month's reports of all towns when their instant has come; whoever is first does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from steward.broadcasts.queries import alarms, plans
from steward.domain.alarms import PAST, AlarmKind, Wrong
from steward.domain.deliveries import NEWS
from steward.domain.months import Month
from steward.domain.offices import Matter
from steward.domain.reports import Outcome
from steward.errors import DocumentError, StewardError
from steward.offices.queries import runs
from steward.operations.choose_press import press_of
from steward.operations.delivery_times import DeliveryTimes
from steward.operations.make_reports import issue_reports
from steward.operations.pauses import doubling
from steward.settings import Settings
from steward.storage.engine import Database

# More than making them takes; whoever died is followed then.
LEASE = timedelta(minutes=30)
FIRST_PAUSE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=2)
TRIES_TO_TELL = 3

Issuing = Callable[[Month, datetime], Sequence[str]]
"""Make the reports of a month for every town that lacks its own, at that instant; the faults."""


def issuing_of(settings: Settings, database: Database) -> Issuing:
    """Monthly reports as this house issues them."""

    def issue(month: Month, at: datetime) -> Sequence[str]:
        press, folder = press_of(settings), settings.offices_folder
        done = issue_reports(database, folder, month, press=press, at=at)
        return [f"{one.town.name}：{one.fault}" for one in done if one.outcome is Outcome.FAILED]

    return issue


def make_due_reports(
    database: Database, times: DeliveryTimes, issue: Issuing, *, now: datetime
) -> Month | None:
    """The month whose reports were made; None when nothing was to do, or somebody is at it.

    Towns that have theirs already are left alone, so that a run that broke off is gone on with;
    one that failed is tried again after a pause that doubles. A house furnished after the instant
    has no report to make up for. Raises DocumentError with the first fault, and what `issue` does.
    """
    month, instant = times.latest_report(now)
    key = str(month)
    with database.session() as session:
        run = runs.get(session, key)
        born = plans.first_made(session)
    if run is not None and (run.done_at is not None or run.due_at > now):
        return None
    if born is None or instant < born or now > instant + NEWS[Matter.REPORT]:
        return None
    with database.session(write=True) as session:
        tries = runs.claim(session, key, at=now, lease_until=now + LEASE)
    if not tries:
        return None
    try:
        faults = issue(month, now)
        if faults:
            more = f"（共 {len(faults)} 个镇街）" if len(faults) > 1 else ""
            raise DocumentError(f"{month.name}的隐患月报没有做成：{faults[0]}{more}", retry=True)
    except StewardError as error:
        _failed(database, month, error, tries, now)
        raise
    with database.session(write=True) as session:
        runs.done(session, key, at=now)
    return month


def _failed(
    database: Database, month: Month, error: StewardError, tries: int, now: datetime
) -> None:
    due_at = now + doubling(tries - 1, FIRST_PAUSE, LONGEST_PAUSE)
    with database.session(write=True) as session:
        runs.failed(session, str(month), due_at=due_at, fault=str(error))
        if tries == TRIES_TO_TELL:
            text = f"{error}。试了 {tries} 次，还会再试"
            wrong = Wrong(f"{PAST}:reports:{month}", AlarmKind.UNDELIVERED, text)
            alarms.raise_(session, wrong, at=now)

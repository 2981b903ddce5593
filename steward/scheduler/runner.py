"""APScheduler, kept behind two things: the firings of a cron expression, and a job runner."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import ConflictingIdError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from steward.clock import Clock
from steward.domain.weeks import DISTRICT_ZONE
from steward.errors import PlanError
from steward.scheduler.when import Cron

Lane = Literal[
    "time",
    "speech",
    "urgent",
    "push",
    "ledger",
    "alerts",
    "sources",
    "post",
    "mail",
    "reports",
    "foresight",
    "papers",
]


def firings(cron: Cron, after: datetime, until: datetime) -> Iterator[datetime]:
    """The instants (UTC) strictly after `after`, up to `until`, at which `cron` fires.

    Raises PlanError when a field is malformed.
    """
    try:
        trigger = CronTrigger(
            minute=cron.minute,
            hour=cron.hour,
            day=cron.day,
            month=cron.month,
            day_of_week=cron.weekdays,
            timezone=DISTRICT_ZONE,
            end_date=until.astimezone(DISTRICT_ZONE),
        )
    except ValueError as error:
        raise PlanError(
            f"播报时间的某一段不对（{error}）", place=f"“{cron.minute} {cron.hour} {cron.day}…”"
        ) from error
    moment = after
    while True:
        # APScheduler gives the first firing at or after an instant.
        fired: datetime | None = trigger.get_next_fire_time(
            None, (moment + timedelta(microseconds=1)).astimezone(DISTRICT_ZONE)
        )
        if fired is None:
            return
        moment = fired.astimezone(UTC)
        yield moment


class Runner:
    """Runs jobs in a thread a lane: time, speech, urgent speech, push of messages, taking
    alerts of others, pulling sources, looking whether the ledger still tells what was said, and
    what goes to towns.

    A job that raises stops everything: `fault` is then the exception, `wait` returns. Jobs must
    handle the StewardErrors they can live with themselves.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._asked: set[str] = set()  # names of jobs that wait for their thread
        self.fault: BaseException | None = None
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={lane: ThreadPoolExecutor(1) for lane in get_args(Lane)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._scheduler.add_listener(self._failed, EVENT_JOB_ERROR)

    def every(self, seconds: float, job: Callable[[], object]) -> None:
        """Run `job` now and then each `seconds`; a run that takes longer delays the next."""
        self._scheduler.add_job(
            job,
            "interval",
            seconds=seconds,
            next_run_time=datetime.now(UTC),
            executor="time",
        )

    def at(self, instant: datetime, job: Callable[[], object], name: str) -> None:
        """Run `job` when the engine's clock shows `instant`; a job of that name is kept."""
        delay = instant - self._clock.now()
        try:
            self._scheduler.add_job(
                job, "date", run_date=datetime.now(UTC) + delay, id=name, executor="time"
            )
        except ConflictingIdError:
            return

    def soon(self, job: Callable[[], object], name: str, *, lane: Lane = "time") -> None:
        """Run `job` as soon as its thread is free; once, however often it is asked for.

        Asked for while it runs, it runs again: what it was asked for may have come too late.
        """
        with self._lock:
            if name in self._asked:
                return
            self._asked.add(name)

        def run() -> None:
            with self._lock:
                self._asked.discard(name)
            job()

        self._scheduler.add_job(run, "date", run_date=datetime.now(UTC), name=name, executor=lane)

    def run(self) -> None:
        """Run until `stop`. Raises what a job raised."""
        self._scheduler.start()
        try:
            # Waking now and then lets signal handlers run on every platform.
            while not self._stop.wait(1.0):
                pass
        finally:
            self._scheduler.shutdown(wait=False)
        if self.fault is not None:
            raise self.fault

    def stop(self) -> None:
        """Let `run` return; may be called from a signal handler."""
        self._stop.set()

    def wait(self, seconds: float) -> None:
        """Wait so long, or until `stop`."""
        self._stop.wait(seconds)

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def _failed(self, event: JobExecutionEvent) -> None:
        self.fault = event.exception
        self._stop.set()

"""The post room: what carries briefings and reports to the towns, each in a lane of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from steward.domain.weeks import local_date
from steward.operations.make_deliveries import make_deliveries
from steward.operations.make_digests import Digest, make_digests
from steward.operations.make_due_reports import Issuing, make_due_reports
from steward.operations.post import Post
from steward.operations.send_mail import send_next_letter
from steward.operations.send_pushes import send_pushes
from steward.scheduler.calendar import WorkCalendar
from steward.scheduler.delivery_times import DeliveryTimes, delivery_times
from steward.scheduler.runner import Lane
from steward.storage.engine import Database

Now = Callable[[], datetime]
Stopping = Callable[[], bool]
Work = Callable[[WorkCalendar, Now, Stopping], None]


@dataclass
class PostRoom:
    """`briefings` and `reports` are when they go out (`scheduler.when`); `issue` makes a month's
    reports, `digest` the days' warnings; None: nobody does."""

    database: Database
    post: Post
    briefings: str
    reports: str
    issue: Issuing | None = None
    digest: Digest | None = None
    _next: dict[str, datetime] = field(default_factory=dict)
    _times: DeliveryTimes | None = None

    def due(self, now: datetime) -> Iterator[tuple[Lane, Work]]:
        """What is to be done by now; none of it may be waited for."""
        tasks: tuple[tuple[Lane, timedelta, Work], ...] = (
            ("post", timedelta(seconds=5), self.sort),
            ("mail", timedelta(seconds=2), self.send),
            ("reports", timedelta(seconds=30), self.make),
        )
        for lane, every, work in tasks:
            if not now < self._next.get(lane, now) <= now + every:
                self._next[lane] = now + every
                yield lane, work

    def sort(self, calendar: WorkCalendar, now: Now, stopping: Stopping) -> None:
        """Put new issues on their way, remind, and send what goes by push."""
        times = self.times(calendar)
        make_deliveries(self.database, times, remind_after=self.post.remind_after, now=now())
        if self.digest is not None and calendar.is_workday(local_date(now())):
            make_digests(self.database, self.digest, now=now())
        send_pushes(self.database, self.post, now=now(), stopping=stopping)

    def send(self, calendar: WorkCalendar, now: Now, stopping: Stopping) -> None:
        """Every letter that is due, over one connection."""
        if self.post.mail is None:
            return
        with self.post.mail.line() as line:
            while not stopping() and send_next_letter(self.database, self.post, line, now=now()):
                pass

    def make(self, calendar: WorkCalendar, now: Now, stopping: Stopping) -> None:
        """The month's reports, when their instant has come."""
        if self.issue is not None:
            make_due_reports(self.database, self.times(calendar), self.issue, now=now())

    def times(self, calendar: WorkCalendar) -> DeliveryTimes:
        """By this calendar. Raises PlanError."""
        if self._times is None or self._times.calendar is not calendar:
            self._times = delivery_times(self.briefings, self.reports, calendar)
        return self._times

"""The end of each hall's log, kept in memory for everybody who listens.

One thread a process learns of commits and reads the log once; each listener is given the rows
after the id it has. All wait for the same turn, an event that is set when the next one has taken
its place: a thousand are woken without queueing for a lock. What a change is told as is written
once for all of them. A listener holds no database connection, and whatever the memory no longer
reaches is read from the log itself, so nothing is missed and nothing comes twice.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from steward.broadcasts.queries import changes
from steward.broadcasts.tables import ChangeRow
from steward.clock import monotonic_s
from steward.errors import StorageError
from steward.storage.commits import CommitWatch, watch
from steward.storage.engine import Database

_log = logging.getLogger(__name__)
KEPT = 500
LOOK_S = 1.0  # the log is read this often even when nobody wakes us
AGAIN_S = 1.0  # after a fault of the database


@dataclass(frozen=True)
class Change:
    """One row of the log, as players are told it; `broadcast_id` None: of the hall itself."""

    id: int
    at: datetime
    broadcast_id: int | None
    what: str
    from_: str | None
    to: str
    why: str


class _HallEnd:
    """The last changes of one hall. Every change after `floor` and up to `head` is in `kept`."""

    def __init__(self, head: int, most: int) -> None:
        self.kept: deque[Change] = deque()
        self.most = most
        self.floor = head
        self.head = head

    def add(self, news: Iterable[Change]) -> None:
        for change in news:
            self.kept.append(change)
            self.head = change.id
            if len(self.kept) > self.most:
                self.floor = self.kept.popleft().id

    def after(self, last_id: int) -> list[Change]:
        """What is kept after an id, looked for from the end: mostly it is the last one."""
        news = list(takewhile(lambda change: change.id > last_id, reversed(self.kept)))
        return news[::-1]


class Tail:
    """Follows the log of every hall that somebody listens to. Safe for threads and greenlets."""

    def __init__(self, database: Database, *, kept: int = KEPT) -> None:
        """`kept`: how many changes of a hall stay in memory."""
        self._database = database
        self._kept = kept
        self._ends: dict[int, _HallEnd] = {}
        self._lock = threading.Lock()
        self._turn = threading.Event()
        self._texts: OrderedDict[int, str] = OrderedDict()
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = False
        self.fault = ""

    @property
    def stopped(self) -> bool:
        """True once `stop` was called: listeners go home."""
        return self._stopped

    def after(self, hall_id: int, last_id: int, timeout_s: float) -> list[Change]:
        """The hall's changes after `last_id`, oldest first; waits for the first one.

        Empty when the time is over or the tail was stopped. Raises StorageError.
        """
        end = self._end_of(hall_id)
        until = monotonic_s() + timeout_s
        while True:
            turn = self._turn  # taken before the look: what comes after it ends the wait
            if self._stopped:
                return []
            if end.head > last_id:
                break
            left = until - monotonic_s()
            if left <= 0:
                return []
            turn.wait(left)
        with self._lock:
            if last_id >= end.floor:
                return end.after(last_id)
        return self._read(hall_id, last_id)

    def text_of(self, change: Change, write: Callable[[Change], str]) -> str:
        """What `write` makes of a change, made once for all listeners. Raises what it raises."""
        text = self._texts.get(change.id)
        if text is None:
            with self._writing:
                text = self._texts.get(change.id)
                if text is None:
                    text = self._texts[change.id] = write(change)
                    if len(self._texts) > self._kept:
                        self._texts.popitem(last=False)
        return text

    def pause(self, timeout_s: float) -> None:
        """Wait without looking, or until stopped."""
        until = monotonic_s() + timeout_s
        while not self._stopped and (left := until - monotonic_s()) > 0:
            self._turn.wait(left)

    def stop(self) -> None:
        """Send every listener home and end the thread."""
        with self._lock:
            self._stopped = True
            thread = self._thread
        self._next_turn()
        if thread is not None:
            thread.join()

    def _end_of(self, hall_id: int) -> _HallEnd:
        """The hall's end of the log, with a thread that follows it."""
        end = self._ends.get(hall_id)
        if end is None:
            with self._database.session() as session:
                end = _HallEnd(changes.latest_id(session), self._kept)
        with self._lock:
            end = self._ends.setdefault(hall_id, end)
            if not self._stopped and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._run, name="hall-tail", daemon=True)
                self._thread.start()
            return end

    def _run(self) -> None:
        while not self._stopped:
            try:
                self._follow()
            except StorageError as error:
                if not self.fault:
                    _log.warning("%s", error)
                self.fault = error.sentence
                self.pause(AGAIN_S)

    def _follow(self) -> None:
        """Read the log at every commit until stopped. Raises StorageError."""
        commits: CommitWatch = watch(self._database, changes.CHANNEL)
        try:
            while not self._stopped:
                self._look()
                self.fault = ""
                commits.wait(LOOK_S)
        finally:
            commits.close()

    def _look(self) -> None:
        with self._lock:
            heads = {hall_id: end.head for hall_id, end in self._ends.items()}
        for hall_id, head in heads.items():
            news = self._read(hall_id, head)
            if news:
                with self._lock:
                    self._ends[hall_id].add(news)
                self._next_turn()

    def _next_turn(self) -> None:
        self._turn, over = threading.Event(), self._turn
        over.set()

    def _read(self, hall_id: int, last_id: int) -> list[Change]:
        with self._database.session() as session:
            return [_change(row) for row in changes.since(session, hall_id, last_id)]


def _change(row: ChangeRow) -> Change:
    return Change(row.id, row.at, row.broadcast_id, row.what, row.from_, row.to, row.why)

"""A parent that keeps its children running, and ends them with itself."""

from __future__ import annotations

import ctypes
import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

from steward.clock import monotonic_s

log = logging.getLogger(__name__)

LOOK_S = 0.2
STOP_S = 5.0  # a child that has not ended by then is killed
SHORT_LIFE_S = 60.0  # a child that lived longer is restarted at once
LONGEST_WAIT_S = 30.0
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Child:
    """A process to keep running."""

    title: str
    command: Sequence[str]


@dataclass
class _Life:
    child: Child
    process: subprocess.Popen[bytes] | None = None
    born_s: float = 0.0
    due_s: float = 0.0
    failures: int = 0


class Supervisor:
    """Starts children, restarts those that end, stops all on SIGTERM or SIGINT."""

    def __init__(self, children: Sequence[Child], environment: Mapping[str, str]) -> None:
        self._lives = [_Life(child) for child in children]
        self._environment = dict(environment)
        self._stop = threading.Event()

    def run(self, watch: Callable[[], None] = lambda: None) -> None:
        """Run until a signal. `watch` is called at every look, five times a second."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        try:
            while not self._stop.is_set():
                for life in self._lives:
                    self._look(life)
                watch()
                self._stop.wait(LOOK_S)
        finally:
            self._end_all()

    def pids(self) -> dict[str, int]:
        """The children that run now, by title."""
        return {
            life.child.title: life.process.pid for life in self._lives if life.process is not None
        }

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def _look(self, life: _Life) -> None:
        now_s = monotonic_s()
        if life.process is None:
            if now_s >= life.due_s:
                self._start(life, now_s)
            return
        status = life.process.poll()
        if status is None:
            return
        lived_s = now_s - life.born_s
        life.failures = 0 if lived_s > SHORT_LIFE_S else life.failures + 1
        wait_s = min(LONGEST_WAIT_S, 2.0 ** (life.failures - 1)) if life.failures else 0.0
        log.error(
            "%s意外结束（进程 %s，状态 %s，运行了 %.0f 秒），%.0f 秒后重新启动",
            life.child.title,
            life.process.pid,
            status,
            lived_s,
            wait_s,
        )
        life.process = None
        life.due_s = now_s + wait_s

    def _start(self, life: _Life, now_s: float) -> None:
        # A session of its own: Ctrl+C reaches the parent alone, which then ends its children.
        life.process = subprocess.Popen(
            list(life.child.command),
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        life.born_s = now_s
        log.info("已启动%s（进程 %s）", life.child.title, life.process.pid)

    def _end_all(self) -> None:
        running = [life.process for life in self._lives if life.process is not None]
        for process in running:
            process.terminate()
        deadline_s = monotonic_s() + STOP_S
        for process in running:
            try:
                process.wait(max(0.0, deadline_s - monotonic_s()))
            except subprocess.TimeoutExpired:
                log.warning("进程 %s 没有按时停止，强制结束", process.pid)
                process.kill()
                process.wait()


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _end_with_parent() -> None:
    """In the child, before its program: ask Linux for SIGTERM when the parent dies."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

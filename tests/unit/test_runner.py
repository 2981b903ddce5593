"""The runner of the engine's jobs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from steward.clock import SystemClock
from steward.scheduler.runner import Runner

PATIENCE_S = 10.0


@contextmanager
def running() -> Iterator[Runner]:
    runner = Runner(SystemClock())
    thread = threading.Thread(target=runner.run)
    thread.start()
    yield runner
    runner.stop()
    thread.join()


def test_a_job_asked_for_while_it_runs_runs_once_more() -> None:
    began, go_on, again = threading.Event(), threading.Event(), threading.Event()
    runs = []

    def job() -> None:
        runs.append(len(runs))
        if len(runs) == 1:
            began.set()
            assert go_on.wait(PATIENCE_S)
        else:
            again.set()

    with running() as runner:
        runner.soon(job, "look")
        assert began.wait(PATIENCE_S)
        for _ in range(5):
            runner.soon(job, "look")
        go_on.set()
        assert again.wait(PATIENCE_S)
        last = threading.Event()
        runner.soon(last.set, "last")
        assert last.wait(PATIENCE_S)
    assert runs == [0, 1]


def test_a_job_that_fails_stops_everything_and_is_told() -> None:
    runner = Runner(SystemClock())
    failed: list[BaseException] = []

    def fail() -> None:
        raise ZeroDivisionError

    def run() -> None:
        try:
            runner.run()
        except ZeroDivisionError as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    runner.soon(fail, "fail")
    thread.join(PATIENCE_S)
    assert len(failed) == 1

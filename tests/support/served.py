"""The web as a real server, in a thread or as a process, and a reader of its streams."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from steward.operations.schedule import Month, Outlook
from steward.settings import Settings, environment
from steward.web.context import EXTENSION

ROOT = Path(__file__).resolve().parents[2]
START_S = 30.0


@dataclass(frozen=True)
class Event:
    """One server-sent event."""

    name: str
    id: int | None
    data: dict[str, Any]


class Listener:
    """One open stream of a hall."""

    def __init__(
        self, port: int, *, last_event_id: int | None = None, query: str = "", hall: str = "main"
    ) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        headers = {} if last_event_id is None else {"Last-Event-ID": str(last_event_id)}
        self._connection.request("GET", f"/hall/{hall}/events{query}", headers=headers)
        self.answer = self._connection.getresponse()

    def next(self) -> Event | None:
        """The next event; None when the server has ended the stream."""
        fields: dict[str, str] = {}
        while True:
            line = self.answer.readline().decode()
            if not line:
                return None
            if line == "\n":
                number = fields.get("id")
                return Event(
                    fields["event"], int(number) if number else None, json.loads(fields["data"])
                )
            name, _, value = line.rstrip("\n").partition(": ")
            fields[name] = value

    def until(self, name: str) -> Event:
        """The next event of that name."""
        while True:
            event = self.next()
            assert event is not None, f"the stream ended before an event {name}"
            if event.name == name:
                return event

    def close(self) -> None:
        self.answer.close()
        self._connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def in_thread(app: Flask) -> Iterator[int]:
    """Flask's own threaded server; gives its port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    app.extensions[EXTENSION].tail.stop()
    server.shutdown()
    thread.join()
    server.server_close()


def gunicorn(port: int) -> list[str]:
    """The command line of the real server."""
    return [
        *(sys.executable, "-m", "gunicorn", "-c", "python:steward.web.gunicorn_hooks"),
        *("-b", f"127.0.0.1:{port}", "app:create_app()"),
    ]


def flask(port: int) -> list[str]:
    """The command line of the development server."""
    return [sys.executable, "-m", "flask", "--app", "app", "run", "--port", str(port)]


class Process:
    """A web process, started and awaited; `stop` gives the seconds it took to end."""

    def __init__(self, command: list[str], port: int, settings: Settings) -> None:
        self.port = port
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(settings) | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.DEVNULL,
            stderr=None if os.environ.get("SHOW_SERVER") else subprocess.DEVNULL,
        )
        self.address = f"http://127.0.0.1:{port}"
        self._await()

    def _await(self) -> None:
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            assert self._process.poll() is None, "the web process ended at its start"
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
            try:
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.1)
            finally:
                connection.close()
        raise AssertionError(f"no answer within {START_S} s")

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> float:
        """Ask it to end (SIGTERM) and wait; the seconds that took. Killed after 20 s."""
        started = time.monotonic()
        if self._process.poll() is None:
            self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        return time.monotonic() - started

    def kill(self) -> None:
        """End it without warning."""
        self._process.kill()
        self._process.wait()


class NoPlans:
    """A schedule with nothing in it, and a calendar that has something to say."""

    def outlook(self, plans: object, after: datetime) -> Outlook:
        return Outlook([], ["2027 年的放假调休安排未知"])

    def check(self, plan: object, after: datetime) -> datetime:
        return after

    def between(self, plans: object, start: datetime, end: datetime) -> Outlook:
        return Outlook([])

    def is_workday(self, day: date) -> bool:
        return day.weekday() < 5

    def month(self, plans: object, year: int, month: int) -> Month:
        return Month([])


no_plans = NoPlans()

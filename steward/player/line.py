"""The line to the hall's log: opened again with the last id whenever it breaks, with back-off."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Protocol

from steward.errors import PlayerError
from steward.player.server import Server

_log = logging.getLogger(__name__)
AGAIN_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
MISSED_BEATS = 3
FIRST_SILENCE_S = 15.0  # until the server has told how often its heart beats
LEAST_SILENCE_S = 2.0


class Hearer(Protocol):
    """Whoever is told what comes, from the line's thread."""

    def connection(self, connected: bool) -> None: ...
    def hello(self, playing: int | None) -> None: ...
    def change(self, change: Mapping[str, Any]) -> None: ...
    def volumes(self, volumes: Mapping[str, int]) -> None: ...


class Line:
    """Follows the log until it is stopped."""

    def __init__(self, server: Server, hearer: Hearer, random: Callable[[], float]) -> None:
        """`random` gives 0…1, so that many players do not come back at the same moment."""
        self._server = server
        self._hearer = hearer
        self._random = random
        self._last_id: int | None = None
        self._silence_s = FIRST_SILENCE_S
        self._failures = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End with the next event at the latest; nothing is told any more."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            why = "服务器结束了连接"
            try:
                self._follow()
            except PlayerError as error:
                why = str(error)
            if self._stop.is_set():
                return
            self._hearer.connection(False)
            wait_s = AGAIN_S[min(self._failures, len(AGAIN_S) - 1)]
            self._failures += 1
            _log.warning("连接中断：%s。%g 秒后重连", why, wait_s)
            self._stop.wait(wait_s * (0.8 + 0.4 * self._random()))

    def _follow(self) -> None:
        """One connection. Raises PlayerError."""
        for event in self._server.events(self._last_id, self._silence_s):
            if self._stop.is_set():
                return
            data = event.data
            self._failures = 0
            try:
                if event.name == "hello":
                    self._silence_s = max(
                        MISSED_BEATS * float(data["heartbeat_s"]), LEAST_SILENCE_S
                    )
                    self._last_id = int(data["last_id"])
                    self._hearer.connection(True)
                    self._hearer.volumes(dict(data["controls"]["volumes"]))
                    self._hearer.hello(data["playing"])
                elif event.name == "change" and int(data["id"]) > (self._last_id or 0):
                    self._last_id = int(data["id"])
                    if data["what"] == "hall":
                        self._hearer.volumes(dict(data["controls"]["volumes"]))
                    self._hearer.change(data)
            except (KeyError, TypeError, ValueError) as error:
                raise PlayerError("服务器的事件看不懂", place=event.name) from error


def chance() -> Callable[[], float]:
    """A source of 0…1 for the back-off."""
    return Random().random

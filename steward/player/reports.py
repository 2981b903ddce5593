"""Receipts and the player's own state, sent in order, and again until they have arrived."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from steward import __version__
from steward.clock import Clock
from steward.domain.broadcasts import ReceiptEvent, SoundState
from steward.errors import PlayerDoubted, PlayerError, ServerAway
from steward.player.identity import Identity
from steward.player.server import Server

_log = logging.getLogger(__name__)
AGAIN_S = (0.5, 1.0, 2.0, 5.0, 10.0)
MOST_WAITING = 500
LAST_WORDS_S = 2.0


@dataclass
class Reports:
    """The queue of one player, and the thread that empties it.

    Who it is, and what its clock says, is told as of the sending. `told` is given, in that thread,
    what the server says to its presence.
    """

    server: Server
    identity: Identity
    clock: Clock
    told: Callable[[Mapping[str, Any]], None]
    _waiting: deque[tuple[str, dict[str, object]]] = field(default_factory=deque)
    _news: threading.Condition = field(default_factory=threading.Condition)
    _stopped: bool = False
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="reports", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Send what waits, for at most LAST_WORDS_S, and end."""
        with self._news:
            self._stopped = True
            self._news.notify_all()
        if self._thread is not None:
            self._thread.join(LAST_WORDS_S)

    def receipt(
        self, broadcast_id: int, event: ReceiptEvent, ordinal: int | None = None, detail: str = ""
    ) -> None:
        """Of a broadcast."""
        report: dict[str, object] = {
            "broadcast_id": broadcast_id,
            "event": event.value,
            "detail": detail,
        }
        if ordinal is not None:
            report["ordinal"] = ordinal
        self._push("/receipts", report)

    def presence(self, sound: SoundState, volume: int) -> None:
        """This player is here, its sound and volume (percent) are so. One that waits is old."""
        with self._news:
            first, rest = (
                list(self._waiting)[:1],
                list(self._waiting)[1:],
            )  # the first is on its way
            self._waiting = deque([*first, *(one for one in rest if one[0] != "/players")])
        self._push("/players", {"sound": sound.value, "version": __version__, "volume": volume})

    def _push(self, path: str, report: dict[str, object]) -> None:
        with self._news:
            self._waiting.append((path, report))
            if len(self._waiting) > MOST_WAITING:
                del self._waiting[1]  # the first is on its way
            self._news.notify_all()

    def _run(self) -> None:
        failures = 0
        while True:
            with self._news:
                self._news.wait_for(lambda: self._stopped or bool(self._waiting))
                if not self._waiting:
                    return
                path, report = self._waiting[0]
                last = self._stopped
            try:
                self._deliver(path, report)
            except PlayerDoubted as error:
                _log.warning("%s；换一个编号，请重新登记", error)
                self._kept(self.identity.renew)
                continue
            except ServerAway:
                if last:
                    return
                with self._news:
                    wait_s = AGAIN_S[min(failures, len(AGAIN_S) - 1)]
                    self._news.wait_for(lambda: self._stopped, wait_s)
                failures += 1
                continue
            except PlayerError as error:  # it will never want this one
                _log.warning("服务器没有收下回执：%s", error)
            failures = 0
            with self._news:
                self._waiting.popleft()

    def _deliver(self, path: str, report: Mapping[str, object]) -> None:
        """Raises ServerAway, PlayerDoubted, PlayerError."""
        whole = {**report, "player": self.identity.key}
        if self.identity.secret:
            whole["secret"] = self.identity.secret
        if path != "/players":
            self.server.report(path, whole)
            return
        whole["clock"] = round(self.clock.now().timestamp() * 1000)
        answer = self.server.report(path, whole)
        secret = str(answer.get("secret") or "")
        if secret or (self.identity.secret and not answer.get("enrolled")):
            self._kept(lambda: self.identity.keep(secret))
        self.told(answer)

    def _kept(self, act: Callable[[], None]) -> None:
        """It is who it is now, even where that could not be written down."""
        try:
            act()
        except PlayerError as error:
            _log.warning("%s", error)

"""The loudspeaker kept open: one thread that opens it, watches it, and tries again when it is lost.

While there is none, the samples are taken all the same, at the pace they would be heard, so that
the words on the terminal go on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from steward.clock import monotonic_s
from steward.domain.broadcasts import SoundState
from steward.errors import SoundDeviceLost
from steward.speech.engine import Samples

AGAIN_S = (1.0, 2.0, 5.0, 10.0, 30.0)
LOOK_S = 0.25
BLOCK_S = 0.02

Take = Callable[[int], Samples]
"""Gives that many samples, float32 of shape (n,)."""


class Sink(Protocol):
    """A loudspeaker, or what stands in its place. It takes mono samples at `rate_hz`."""

    rate_hz: int

    def open(self, take: Take) -> None:
        """Begin to take samples, in a thread of its own. Raises SoundDeviceLost."""
        ...

    def lost(self) -> bool:
        """Whether it has stopped taking samples by itself."""
        ...

    def close(self) -> None:
        """Stop taking samples."""
        ...


class Output:
    """Keeps a sink open until it is stopped."""

    def __init__(
        self,
        sink: Sink,
        take: Take,
        changed: Callable[[SoundState, str], None],
        again_s: tuple[float, ...] = AGAIN_S,
    ) -> None:
        """`changed(state, why)` is told "ready" or "blocked", from this thread."""
        self._sink = sink
        self._take = take
        self._changed = changed
        self._again_s = again_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="output", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Close the sink and end; at most 2 seconds, for a driver may hang."""
        self._stop.set()
        self._thread.join(2.0)

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                self._sink.open(self._take)
            except SoundDeviceLost as error:
                self._changed(SoundState.BLOCKED, str(error))
            else:
                failures = 0
                self._changed(SoundState.READY, "")
                while not self._sink.lost() and not self._stop.wait(LOOK_S):
                    pass
                self._sink.close()
                if self._stop.is_set():
                    return
                self._changed(SoundState.BLOCKED, "音频设备已断开")
            self._unheard(self._again_s[min(failures, len(self._again_s) - 1)])
            failures += 1

    def _unheard(self, seconds: float) -> None:
        """Take samples for so long, at the pace of a loudspeaker."""
        begun = due = monotonic_s()
        while not self._stop.wait(max(0.0, due - monotonic_s())) and due - begun < seconds:
            self._take(round(BLOCK_S * self._sink.rate_hz))
            due += BLOCK_S

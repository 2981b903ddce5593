"""A hall's sound as an endless MP3 for network loudspeakers: one encoder, any number of listeners.

It starts with the first listener and ends a minute after the last one left. A listener is given
the last second at once, so that it can begin to sound, and is sent away when it does not keep up.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator

from steward.operations.show_hall import Hall
from steward.speech.audio.mp3 import FRAME, RATE_HZ, Mp3Encoder
from steward.speech.engine import Samples
from steward.web.hall.programme import Programme, Source

_log = logging.getLogger(__name__)
BLOCK = 6 * FRAME
BLOCK_S = BLOCK / RATE_HZ
BURST_S = 1.0
MOST_BEHIND_S = 10.0
LINGER_S = 60.0
GIVEN_UP_S = 5.0  # later than this, what was missed is not made up for
_BURST = round(BURST_S / BLOCK_S)


class Listener:
    """One open stream."""

    def __init__(self) -> None:
        self.chunks: queue.Queue[bytes | None] = queue.Queue(
            _BURST + round(MOST_BEHIND_S / BLOCK_S)
        )
        self.dropped = False

    def offer(self, chunk: bytes | None) -> None:
        """The next chunk, or None: there will be no more. Drops a listener that is too slow."""
        try:
            self.chunks.put_nowait(chunk)
        except queue.Full:
            self.dropped = True


def in_thread(work: Callable[[], None]) -> None:
    """Do it in the background."""
    threading.Thread(target=work, name="radio", daemon=True).start()


class Radio:
    """One hall's stream. Safe for threads and greenlets."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        wait: Callable[[float], None],
        stopped: Callable[[], bool],
        programme: Callable[[Callable[[], int]], Callable[[int], Samples]],
        background: Callable[[Callable[[], None]], None] = in_thread,
    ) -> None:
        """`monotonic` tells seconds and `wait` lets some pass; `stopped`: the house closes.

        `programme` is given the audience's size, and gives what gives the samples; `background`
        starts `run`.
        """
        self._monotonic = monotonic
        self._wait = wait
        self._stopped = stopped
        self._programme = programme
        self._listeners: list[Listener] = []
        self._burst: deque[bytes] = deque(maxlen=_BURST)
        self._lock = threading.Lock()
        self._background = background
        self.running = False

    @property
    def audience(self) -> int:
        return len(self._listeners)

    def listen(self) -> Iterator[bytes]:
        """Whole MP3 frames, for as long as the listener stays, keeps up, and the house is open."""
        listener = Listener()
        self.join(listener)
        try:
            while not listener.dropped:
                chunk = listener.chunks.get()
                if chunk is None:
                    return
                yield chunk
        finally:
            self.leave(listener)

    def join(self, listener: Listener) -> None:
        """From now on, and the last second before."""
        with self._lock:
            for chunk in self._burst:
                listener.offer(chunk)
            self._listeners.append(listener)
            if not self.running:
                self.running = True
                self._background(self.run)

    def leave(self, listener: Listener) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def run(self) -> None:
        """The stream itself: until LINGER_S after the last listener, or the house closes."""
        encoder = Mp3Encoder()
        take = self._programme(lambda: self.audience)
        alone = False
        try:
            due = heard_at = self._monotonic() - BURST_S
            while not (alone or self._stopped()):
                now = self._monotonic()
                heard_at = now if self._listeners else heard_at
                self._publish(encoder.encode(take(BLOCK)))
                due = max(due + BLOCK_S, now - GIVEN_UP_S)
                self._wait(max(0.0, due - self._monotonic()))
                alone = now - heard_at > LINGER_S and self._alone()
        finally:
            encoder.close()
            if not alone:
                self._end()

    def _alone(self) -> bool:
        """Whether it ends because nobody listens: whoever comes next starts it anew."""
        with self._lock:
            if self._listeners:
                return False
            self._burst.clear()
            self.running = False
            return True

    def _publish(self, chunk: bytes) -> None:
        if not chunk:
            return
        with self._lock:
            self._burst.append(chunk)
            for listener in list(self._listeners):
                listener.offer(chunk)
                if listener.dropped:
                    self._listeners.remove(listener)
                    _log.info("一个网络音箱跟不上，已断开")

    def _end(self) -> None:
        with self._lock:
            for listener in self._listeners:
                listener.offer(None)
            self._listeners.clear()
            self._burst.clear()
            self.running = False


class Radios:
    """The streams of one house, made when they are first asked for."""

    def __init__(self, source: Source, monotonic: Callable[[], float]) -> None:
        self._source = source
        self._monotonic = monotonic
        self._radios: dict[int, Radio] = {}
        self._lock = threading.Lock()

    def of(self, hall: Hall) -> Radio:
        """The hall's."""
        with self._lock:
            if hall.id not in self._radios:
                self._radios[hall.id] = self._make(hall)
            return self._radios[hall.id]

    def _make(self, hall: Hall) -> Radio:
        tail = self._source.tail
        return Radio(
            self._monotonic,
            tail.pause,
            lambda: tail.stopped,
            lambda audience: Programme(self._source, hall, audience).take,
        )

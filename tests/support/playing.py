"""A loudspeaker that writes down what it takes, broadcasts to play, and waiting for a condition."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from steward.errors import SoundDeviceLost
from steward.player.output import Take
from steward.player.playable import Clause, Playable
from steward.speech.engine import Samples

RATE_HZ = 24_000
BLOCK = 480


def until(condition: Callable[[], bool], what: str, timeout_s: float = 20.0) -> None:
    """Wait until it is so."""
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, f"not within {timeout_s} s: {what}"
        time.sleep(0.005)


@dataclass
class RecordingSink:
    """Takes samples in a thread of its own, `speed` times as fast as they would be heard."""

    speed: float = 4.0
    rate_hz: int = RATE_HZ
    refuses: bool = False
    blocks: list[Samples] = field(default_factory=list)
    _stop: threading.Event | None = None

    @property
    def heard(self) -> Samples:
        return np.concatenate([np.zeros(0, dtype=np.float32), *self.blocks])

    def open(self, take: Take) -> None:
        if self.refuses:
            raise SoundDeviceLost("音频设备打不开", place="录音")
        self._stop = threading.Event()
        threading.Thread(target=self._run, args=(take, self._stop), daemon=True).start()

    def lost(self) -> bool:
        return self._stop is None or self._stop.is_set()

    def close(self) -> None:
        if self._stop is not None:
            self._stop.set()

    def unplug(self) -> None:
        """The cable is pulled, and stays so."""
        self.refuses = True
        self.close()

    def _run(self, take: Take, stop: threading.Event) -> None:
        due = time.monotonic()
        while not stop.wait(max(0.0, due - time.monotonic())):
            self.blocks.append(take(BLOCK))
            due += BLOCK / self.rate_hz / self.speed


def clause(ordinal: int, clip: str | None, **other: object) -> Clause:
    """A clause of 4 characters with a pause of 100 ms."""
    facts: dict[str, object] = {"duration_ms": 500 if clip else None, "mute": False} | other
    return Clause(ordinal, f"第{ordinal}句话", 100, clip, **facts)  # type: ignore[arg-type]


def playable(clauses: Sequence[Clause], **other: object) -> Playable:
    """A broadcast number 7, playing since now, with both chimes."""
    facts: dict[str, object] = {
        "id": 7,
        "title": "每周播报",
        "priority": "routine",
        "state": "playing",
        "gone_s": 0.0,
        "from_ordinal": 0,
        "chime_before": "before",
        "chime_after": "after",
    }
    return Playable(**(facts | other), clauses=tuple(clauses))  # type: ignore[arg-type]


def noise(seconds: float, seed: int) -> Samples:
    """A sound like no other, without a silent sample."""
    random = np.random.default_rng(seed)
    count = round(seconds * RATE_HZ)
    signs = random.choice([-1.0, 1.0], count)
    return np.asarray(random.uniform(0.1, 0.5, count) * signs, dtype=np.float32)

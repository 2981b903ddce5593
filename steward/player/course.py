"""One broadcast, sample by sample: chime, clauses, pauses, chime, joined without a gap.

Its clock is the number of samples taken from it. Where a sound is not here yet it gives silence
and looks again with the next samples that are taken.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from steward.player.playable import Beginning, Playable
from steward.speech.engine import Samples

PATIENCE_S = 15.0  # for a clip that is still being made, or fetched
LINE_PATIENCE_S = 120.0  # … while the server is away
CHIME_PATIENCE_S = 1.0
FADE_S = 0.02

Sounds = Callable[[str], Samples | None]
"""The sound known by a name, float32 of shape (n,) at the course's rate; None: not here yet."""


@dataclass(frozen=True)
class Mark:
    """What a course has reached: it begins, a clause begins (heard or mute), it is over."""

    course: Course
    what: Literal["begun", "clause", "over"]
    ordinal: int | None = None


class Course:
    """Gives the samples of one broadcast, and tells its marks as they are taken. Thread-safe."""

    def __init__(
        self,
        broadcast: Playable,
        start: Beginning,
        sounds: Sounds,
        rate_hz: int,
        tell: Callable[[Mark], None],
        *,
        gain: float = 1.0,
    ) -> None:
        """`gain` multiplies its samples until `set_gain` says otherwise."""
        self.broadcast = broadcast
        self.connected = True
        self.ordinal: int | None = None
        self.waited = 0
        self.waiting = False
        self.over = False
        self._start = start
        self._sounds = sounds
        self._rate_hz = rate_hz
        self._tell = tell
        self._position = 0
        self._piece: Samples = np.zeros(0, dtype=np.float32)
        self._pieces = self._in_order()
        self._begun = False
        self._fading = False
        self._gain = self._wanted_gain = gain
        self._lock = threading.Lock()

    def take(self, count: int) -> Samples:
        """The next `count` samples, shape (count,); silence after the end.

        `waiting` says whether the last of them are silent because a sound was missing; `waited`
        counts all such samples.
        """
        out = np.zeros(count, dtype=np.float32)
        with self._lock:
            at = 0
            self.waiting = False
            while at < count and not self.over:
                if not len(self._piece) and not self._next():
                    self.waiting = True
                    self.waited += count - at
                    self._position += count - at
                    break
                part = self._piece[: count - at]
                self._piece = self._piece[len(part) :]
                out[at : at + len(part)] = part
                at += len(part)
                self._position += len(part)
            return self._loud(out)

    def cut(self) -> None:
        """Let what sounds now die away within FADE_S and be over, without a mark."""
        with self._lock:
            length = min(len(self._piece), round(FADE_S * self._rate_hz))
            ramp = np.linspace(1.0, 0.0, length, dtype=np.float32)
            self._piece = self._piece[:length] * ramp
            self._pieces = iter(())
            self._fading = True

    def set_gain(self, gain: float) -> None:
        """Be so loud from now on; reached within FADE_S, without a click."""
        with self._lock:
            self._wanted_gain = gain

    def update(self, broadcast: Playable) -> None:
        """The same broadcast told anew: clips were made, or will never be."""
        self.broadcast = broadcast

    def _loud(self, samples: Samples) -> Samples:
        if self._gain == self._wanted_gain:
            return samples if self._gain == 1.0 else samples * np.float32(self._gain)
        steps = np.arange(1, len(samples) + 1, dtype=np.float32) / (FADE_S * self._rate_hz)
        rises = self._wanted_gain > self._gain
        ramp = self._gain + (steps if rises else -steps)
        gains = (np.minimum if rises else np.maximum)(ramp, self._wanted_gain)
        self._gain = float(gains[-1]) if len(gains) else self._gain
        return np.asarray(samples * gains, dtype=np.float32)

    def _next(self) -> bool:
        """Go on to the next piece; False when it is not here yet."""
        for piece in self._pieces:
            if piece is None:
                return False
            if len(piece):
                self._piece = piece
                return True
        self.over = True
        if not self._fading:
            self._tell(Mark(self, "over"))
        return True

    def _in_order(self) -> Iterator[Samples | None]:
        """Sound after sound; None as often as one is asked for that is not here yet."""
        if self._start.chime:
            yield from self._chime(self.broadcast.chime_before)
        for ordinal in range(self._start.ordinal, len(self.broadcast.clauses)):
            yield from self._clause(ordinal)
            yield self._silence(self.broadcast.clauses[ordinal].pause_ms / 1000)
        yield from self._chime(self.broadcast.chime_after)

    def _chime(self, name: str | None) -> Iterator[Samples | None]:
        asked = self._position
        while name and self._position - asked <= CHIME_PATIENCE_S * self._rate_hz:
            sound = self._sounds(name)
            if sound is not None:
                self._begin()
                yield sound
                return
            yield None

    def _clause(self, ordinal: int) -> Iterator[Samples | None]:
        sound = None
        asked = self._position
        while True:
            clause = self.broadcast.clauses[ordinal]
            sound = self._sounds(clause.clip) if clause.clip else None
            patience_s = PATIENCE_S if self.connected else LINE_PATIENCE_S
            patient = self._position - asked <= patience_s * self._rate_hz
            if sound is not None or clause.mute or not patient:
                break
            yield None
        self._begin()
        self.ordinal = ordinal
        self._tell(Mark(self, "clause", ordinal))
        yield self._silence(clause.shown_s) if sound is None else sound

    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._tell(Mark(self, "begun"))

    def _silence(self, seconds: float) -> Samples:
        return np.zeros(round(seconds * self._rate_hz), dtype=np.float32)

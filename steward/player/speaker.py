"""What sounds now: the course being played, after the one that is dying away."""

from __future__ import annotations

import threading

import numpy as np

from steward.player.course import Course
from steward.speech.engine import Samples


class Speaker:
    """Endless samples for a loudspeaker: silence, and a course when there is one. Thread-safe."""

    def __init__(self, gain: float = 1.0) -> None:
        """`gain` multiplies every sample; 0 is silence."""
        self._gain = np.float32(gain)
        self._courses: list[Course] = []
        self._lock = threading.Lock()

    def play(self, course: Course) -> None:
        """Cut what sounds and play this one."""
        with self._lock:
            for old in self._courses:
                old.cut()
            self._courses.append(course)

    def cut(self) -> None:
        """Let what sounds die away."""
        with self._lock:
            for old in self._courses:
                old.cut()

    def take(self, count: int) -> Samples:
        """The next `count` samples, float32 of shape (count,)."""
        with self._lock:
            out = np.zeros(count, dtype=np.float32)
            for course in self._courses:
                out += course.take(count)
                if not course.over:
                    break
            self._courses = [course for course in self._courses if not course.over]
        return out * self._gain

"""The chimes: made here, the same every time.

Before: two rising bell tones (G5, C6), 1.5 s. After: two falling ones (C6, G5), 1.1 s. Both go
through the same mastering as speech.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from steward.speech.audio.mastering import Mastering, master
from steward.speech.engine import Samples, Sound

Which = Literal["before", "after"]
RATE_HZ = 24_000
_LENGTH_S = {"before": 1.5, "after": 1.1}
_TONES = {  # (start in s, pitch in Hz)
    "before": ((0.0, 783.99), (0.38, 1046.50)),
    "after": ((0.0, 1046.50), (0.28, 783.99)),
}
_PARTIALS = ((1.0, 1.0), (2.0, 0.35), (3.01, 0.12))  # (multiple of the pitch, strength)


def chime(which: Which) -> Sound:
    """The chime at 24 kHz, mastered 4 dB below speech so that it calls and does not startle."""
    length = round(_LENGTH_S[which] * RATE_HZ)
    samples: Samples = np.zeros(length, dtype=np.float32)
    for start_s, pitch_hz in _TONES[which]:
        first = round(start_s * RATE_HZ)
        samples[first:] += _bell(pitch_hz, length - first)
    return master(Sound(samples, RATE_HZ), Mastering(loudness_lufs=-20.0, fade_ms=20))


def _bell(pitch_hz: float, length: int) -> Samples:
    t = np.arange(length) / RATE_HZ
    tone = sum(
        strength * np.sin(2 * np.pi * pitch_hz * multiple * t) * np.exp(-t * 3.2 * multiple)
        for multiple, strength in _PARTIALS
    )
    attack = np.minimum(1.0, t / 0.006)
    return np.asarray(tone * attack * 0.3, dtype=np.float32)

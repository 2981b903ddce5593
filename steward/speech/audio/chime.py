"""The chimes: made here, the same every time.

Bells, each strike a few partials that die away. What tells them apart is heard in the first half
second: how fast the strikes follow each other, and what chord they make.

* routine (a notice uses it too): two calm strikes rising, G5 C6.
* important: four brisk strikes up a major chord, C5 E5 G5 C6.
* emergency: quick pairs of hard, short strikes up a diminished chord, E5 G5 B♭5 C♯6. Urgent, and
  unlike the signals that belong to others: no tone that rises and falls or is held (civil-defence
  sirens), no two tones at once, neither 853 Hz nor 960 Hz (the attention signal of EAS), no bursts
  of data, no groups of three (evacuation, ISO 8201).
* after, for every priority: two strikes falling, C6 G5.

Lengths are exact. The more it presses, the louder: an emergency calls as loud as speech is, a
routine broadcast 4 dB more gently.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from steward.domain.broadcasts import OPENING_CHIMES, Priority
from steward.speech.audio.mastering import Mastering, faded, levelled
from steward.speech.engine import Samples, Sound

Which = Literal["routine", "important", "emergency", "after"]
RATE_HZ = 24_000
ATTACK_MS = 6
FADE_MS = 20

_SOFT = ((1.0, 1.0), (2.0, 0.35), (3.01, 0.12))
_HARD = ((1.0, 1.0), (2.0, 0.5), (3.01, 0.3), (4.1, 0.15))


@dataclass(frozen=True)
class Chime:
    """How one is struck: `strikes` are (start in ms, pitch in Hz); `partials` (multiple of the
    pitch, strength); each partial dies away by e in 1 / (`decay` × its multiple) seconds."""

    length_ms: int
    loudness_lufs: float
    strikes: tuple[tuple[int, float], ...]
    decay: float
    partials: tuple[tuple[float, float], ...] = _SOFT


CHIMES: dict[Which, Chime] = {
    "routine": Chime(1500, -20.0, ((0, 783.99), (380, 1046.50)), 3.2),
    "important": Chime(
        1600, -18.0, ((0, 523.25), (190, 659.26), (380, 783.99), (570, 1046.50)), 4.0
    ),
    "emergency": Chime(
        1800,
        -16.0,
        tuple(
            (pair * 330 + strike, pitch)
            for pair, pitch in enumerate((659.26, 783.99, 932.33, 1108.73))
            for strike in (0, 120)
        ),
        9.0,
        _HARD,
    ),
    "after": Chime(1100, -20.0, ((0, 1046.50), (280, 783.99)), 3.2),
}


def opening_ms(priority: Priority) -> int:
    """The length of the chime before a broadcast of a priority, in milliseconds."""
    return CHIMES[OPENING_CHIMES[priority]].length_ms


def chime(which: Which) -> Sound:
    """The chime at 24 kHz, of its stated length and loudness, its peak below the mastering's."""
    made = CHIMES[which]
    samples: Samples = np.zeros(made.length_ms * RATE_HZ // 1000, dtype=np.float32)
    for start_ms, pitch_hz in made.strikes:
        first = start_ms * RATE_HZ // 1000
        samples[first:] += _strike(made, pitch_hz, len(samples) - first)
    ending = Sound(faded(samples, RATE_HZ, FADE_MS), RATE_HZ)
    return levelled(ending, Mastering(loudness_lufs=made.loudness_lufs))


def _strike(made: Chime, pitch_hz: float, length: int) -> Samples:
    t = np.arange(length) / RATE_HZ
    tone = sum(
        strength * np.sin(2 * np.pi * pitch_hz * multiple * t) * np.exp(-t * made.decay * multiple)
        for multiple, strength in made.partials
    )
    attack = np.minimum(1.0, t * 1000 / ATTACK_MS)
    return np.asarray(tone * attack * 0.3, dtype=np.float32)

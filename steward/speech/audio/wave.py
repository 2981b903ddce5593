"""Reading and writing one sound, and changing its rate."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile
import soxr

from steward.errors import EngineFailed
from steward.speech.engine import Samples, Sound


def read_sound(file: Path | BinaryIO) -> Sound:
    """A sound file as mono samples. Raises EngineFailed when it is none."""
    try:
        samples, rate_hz = soundfile.read(file, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        place = str(file) if isinstance(file, Path) else ""
        raise EngineFailed("声音文件无法读取", place=place) from error
    return Sound(np.ascontiguousarray(samples.mean(axis=1)), rate_hz)


def at_rate(sound: Sound, rate_hz: int) -> Sound:
    """The sound at another rate (Hz); itself when it has that rate already."""
    if sound.rate_hz == rate_hz:
        return sound
    samples = soxr.resample(sound.samples, sound.rate_hz, rate_hz, quality="HQ")
    return Sound(np.asarray(samples, dtype=np.float32), rate_hz)


def silence(ms: int, rate_hz: int) -> Sound:
    """`ms` milliseconds of nothing."""
    return Sound(np.zeros(round(ms * rate_hz / 1000), dtype=np.float32), rate_hz)


def in_a_row(parts: Iterable[tuple[Sound, int]], rate_hz: int) -> Sound:
    """Sounds at one rate, each with the pause after it (ms) but the last; none changed.

    Raises ValueError when there are no parts.
    """
    pieces: list[Samples] = []
    for sound, pause_ms in parts:
        pieces += [at_rate(sound, rate_hz).samples, silence(pause_ms, rate_hz).samples]
    return Sound(np.concatenate(pieces[:-1]), rate_hz)

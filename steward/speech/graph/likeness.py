"""Whether two models say the same: held at installation, on the processor that will speak."""

from __future__ import annotations

import numpy as np

from steward.speech.engine import Sound

CORRELATION = 0.9


def sounds_alike(one: Sound, other: Sound) -> bool:
    """Equal length to the sample, and a correlation of the samples above CORRELATION.

    What the rewritings differ by is rounding. A processor whose integers overflow, or a runtime
    with a fault, makes noise instead, or silence.
    """
    if len(one.samples) != len(other.samples) or not len(one.samples):
        return False
    first, second = (sound.samples.astype(np.float64) for sound in (one, other))
    norm = float(np.linalg.norm(first) * np.linalg.norm(second))
    return norm > 0 and float(first @ second) / norm > CORRELATION

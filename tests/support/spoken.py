"""Something like speech, made of a buzz in bursts."""

from __future__ import annotations

import numpy as np

from steward.speech.engine import Sound

RATE_HZ = 24_000


def syllables(
    seconds: float, level: float = 0.1, crest: float = 1.0, rate_hz: int = RATE_HZ
) -> Sound:
    """Bursts of a 180 Hz buzz, three a second with a peak `crest` times the level."""
    t = np.arange(int(seconds * rate_hz)) / rate_hz
    buzz = sum(np.sin(2 * np.pi * 180 * n * t) / n for n in range(1, 12))
    bursts = np.clip(np.sin(2 * np.pi * 2.2 * t), 0.05, 1)
    samples = level * buzz * bursts
    samples[:: rate_hz // 3] *= crest
    return Sound(samples.astype(np.float32), rate_hz)


def bright_syllables(seconds: float, seed: int, level: float = 0.1) -> Sound:
    """The same with hiss in it, as consonants have, and peaks that differ from each other."""
    buzz = syllables(seconds, level)
    chance = np.random.default_rng(seed)
    hiss = chance.normal(0, level / 3, len(buzz.samples))
    t = np.arange(len(buzz.samples)) / RATE_HZ
    hiss *= np.clip(np.sin(2 * np.pi * 2.2 * t + 1.5), 0, 1)
    swell = 1 + np.sin(2 * np.pi * 0.7 * t + seed)
    return Sound(((buzz.samples + hiss) * swell).astype(np.float32), RATE_HZ)

"""Mastering: trimmed, without clicks, at one loudness, below one peak.

Loudness by ITU-R BS.1770-4 (pyloudnorm); the peak is its true peak, seen at 192 kHz.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import soxr

from steward.speech.engine import Samples, Sound

VERSION = 3  # part of every clip's key: raise it when the sound of mastering changes
PEAK_RATE_HZ = 192_000  # of BS.1770-4, annex 2
BLOCK_S = 0.4  # BS.1770's measuring block: shorter sounds are measured repeated


@dataclass(frozen=True)
class Mastering:
    """The targets. Loudness in LUFS, peak in dBFS, times in milliseconds.

    The peak is half a decibel below the −1 dBTP that is promised: filters see what lies just below
    half the sample rate differently, and another meter's may see more of it than ours.
    """

    loudness_lufs: float = -16.0
    peak_dbfs: float = -1.5
    silence_dbfs: float = -50.0
    keep_ms: int = 30
    fade_ms: int = 8


def master(
    sound: Sound, mastering: Mastering | None = None, *, gain_db: float | None = None
) -> Sound:
    """The sound trimmed, faded, at its loudness and below its peak. Silence stays silence.

    With `gain_db`, the voice's own gain as measured once, nothing is measured here and a clause
    keeps its loudness within the speech; without it the sound is brought to the target by itself.
    """
    m = mastering or Mastering()
    samples = faded(trimmed(sound, m), sound.rate_hz, m.fade_ms)
    if gain_db is None:
        return levelled(Sound(samples, sound.rate_hz), m)
    return amplified(Sound(samples, sound.rate_hz), gain_db, m.peak_dbfs)


def amplified(sound: Sound, gain_db: float, peak_dbfs: float) -> Sound:
    """The sound louder by `gain_db`; what would pass the peak is limited smoothly."""
    louder = sound.samples * np.float32(_amplitude(gain_db))
    return Sound(limited(louder, sound.rate_hz, _amplitude(peak_dbfs)), sound.rate_hz)


def levelled(sound: Sound, mastering: Mastering) -> Sound:
    """The sound at the target's loudness; what would pass the peak is limited smoothly."""
    measured = loudness_lufs(sound)
    if not np.isfinite(measured):
        return sound
    # Limiting takes away loudness: a second and third round give it back.
    for _ in range(3):
        difference = mastering.loudness_lufs - loudness_lufs(sound)
        sound = amplified(sound, difference, mastering.peak_dbfs)
        if abs(difference) < 0.05:
            break
    return sound


def loudness_lufs(sound: Sound) -> float:
    """Integrated loudness; −inf for silence. A sound shorter than a block is repeated."""
    import pyloudnorm  # brings scipy.signal: seconds that no command without sound should wait

    samples = sound.samples.astype(np.float64)
    block = int(BLOCK_S * sound.rate_hz) + 1
    if len(samples) == 0:
        return float("-inf")
    if len(samples) < block:
        samples = np.tile(samples, -(-block // len(samples)))
    with warnings.catch_warnings():
        # Silence has no loudness: pyloudnorm divides by zero on the way to -inf.
        warnings.simplefilter("ignore", RuntimeWarning)
        return float(pyloudnorm.Meter(sound.rate_hz).integrated_loudness(samples))


def true_peak_dbfs(sound: Sound) -> float:
    """The peak between the samples too; −inf for silence."""
    return _decibels(float(_peaks(sound.samples, sound.rate_hz).max(initial=0.0)))


def limited(samples: Samples, rate_hz: int, ceiling: float) -> Samples:
    """Samples whose true peak stays below `ceiling`: a smooth gain of 5 ms look-ahead each way."""
    peaks = _peaks(samples, rate_hz)
    if peaks.max(initial=0.0) <= ceiling:
        return samples
    reach = max(1, round(0.005 * rate_hz))
    needed = np.minimum(1.0, ceiling / np.maximum(_running_maximum(peaks, reach), 1e-9))
    window = np.hanning(2 * reach + 1)
    smooth = np.convolve(np.pad(needed, reach, mode="edge"), window / window.sum(), "valid")
    shaped: Samples = (samples * smooth).astype(np.float32)
    rest = float(_peaks(shaped, rate_hz).max())  # the gain's own change moves a peak a little
    return shaped if rest <= ceiling else (shaped * np.float32(ceiling / rest)).astype(np.float32)


def trimmed(sound: Sound, mastering: Mastering) -> Samples:
    """Without the silence before and after, but for `keep_ms`. All silence stays as it is."""
    loud = np.flatnonzero(np.abs(sound.samples) > _amplitude(mastering.silence_dbfs))
    if len(loud) == 0:
        return sound.samples
    keep = round(mastering.keep_ms * sound.rate_hz / 1000)
    return sound.samples[max(0, loud[0] - keep) : loud[-1] + keep + 1]


def faded(samples: Samples, rate_hz: int, fade_ms: int) -> Samples:
    """With a raised-cosine fade at both ends, so that no joint clicks."""
    length = min(round(fade_ms * rate_hz / 1000), len(samples) // 2)
    if length == 0:
        return samples
    ramp = (0.5 - 0.5 * np.cos(np.linspace(0, np.pi, length))).astype(np.float32)
    shaped = samples.copy()
    shaped[:length] *= ramp
    shaped[-length:] *= ramp[::-1]
    return shaped


def _running_maximum(values: Samples, reach: int) -> Samples:
    from scipy.ndimage import maximum_filter1d

    result: Samples = maximum_filter1d(values, 2 * reach + 1, mode="nearest")
    return result


def _peaks(samples: Samples, rate_hz: int) -> Samples:
    """For each sample the peak in it and after it, up to the next: at `PEAK_RATE_HZ` or more."""
    if len(samples) == 0:
        return samples
    times = -(-PEAK_RATE_HZ // rate_hz)
    finer = np.abs(soxr.resample(samples, rate_hz, rate_hz * times, quality="HQ"))
    length = times * len(samples)
    finer = np.pad(finer, (0, max(0, length - len(finer))))[:length]
    between: Samples = finer.reshape(-1, times).max(axis=1)
    return np.maximum(between, np.abs(samples))


def _amplitude(decibels: float) -> float:
    return float(10.0 ** (decibels / 20.0))


def _decibels(amplitude: float) -> float:
    return float(20.0 * np.log10(amplitude)) if amplitude > 0 else float("-inf")

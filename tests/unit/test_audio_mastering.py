"""Mastering measured as sound: loudness, peaks, ends, and a voice's own gain."""

from __future__ import annotations

import numpy as np
import pytest

from steward.speech.audio.mastering import loudness_lufs, master, true_peak_dbfs
from steward.speech.audio.wave import at_rate, silence
from steward.speech.engine import Sound
from tests.support.spoken import RATE_HZ as RATE
from tests.support.spoken import syllables


@pytest.mark.parametrize("level", [0.001, 0.02, 0.3])
@pytest.mark.parametrize("crest", [1.0, 8.0])
def test_loudness_and_peak_come_out_right(level: float, crest: float) -> None:
    made = master(syllables(3.0, level, crest))
    assert loudness_lufs(made) == pytest.approx(-16.0, abs=0.5)
    assert true_peak_dbfs(made) <= -1.0


def test_a_sound_shorter_than_a_measuring_block_is_levelled_too() -> None:
    made = master(syllables(0.25, 0.02))
    assert loudness_lufs(made) == pytest.approx(-16.0, abs=1.0)


def test_silence_around_is_trimmed_and_the_ends_do_not_click() -> None:
    padded = np.concatenate([np.zeros(RATE), syllables(1.0).samples, np.zeros(RATE)])
    made = master(Sound(padded.astype(np.float32), RATE))
    assert 900 <= made.duration_ms <= 1_100
    assert abs(made.samples[0]) < 1e-4
    assert abs(made.samples[-1]) < 1e-4


def test_silence_stays_silence() -> None:
    made = master(silence(500, RATE))
    assert made.duration_ms == 500
    assert not made.samples.any()


@pytest.mark.parametrize("gain_db", [-6.0, 0.0, 4.5])
def test_a_gain_keeps_a_clause_at_its_place_in_the_speech(gain_db: float) -> None:
    loud, soft = syllables(1.5, 0.02), syllables(1.5, 0.01)
    made = [master(sound, gain_db=gain_db) for sound in (loud, soft)]
    for sound, mastered in zip((loud, soft), made, strict=True):
        assert loudness_lufs(mastered) == pytest.approx(loudness_lufs(sound) + gain_db, abs=0.2)
    assert loudness_lufs(made[0]) - loudness_lufs(made[1]) == pytest.approx(6.02, abs=0.1)


def test_a_gain_never_passes_the_peak() -> None:
    made = master(syllables(1.5, 0.1, crest=5.0), gain_db=20.0)
    assert true_peak_dbfs(made) <= -1.0


def test_rates_are_changed_without_changing_length_or_level() -> None:
    sound = master(syllables(2.0))
    finer = at_rate(sound, 48_000)
    assert len(finer.samples) == 2 * len(sound.samples)
    assert loudness_lufs(finer) == pytest.approx(loudness_lufs(sound), abs=0.1)
    assert true_peak_dbfs(finer) == pytest.approx(true_peak_dbfs(sound), abs=0.1)
    back = at_rate(finer, sound.rate_hz)
    difference = back.samples - sound.samples
    assert np.sqrt(np.mean(difference**2)) < 0.001

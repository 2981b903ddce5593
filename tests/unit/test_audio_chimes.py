"""The chimes: exact, of stated loudness, told apart at once, and no signal that is another's."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from steward.domain.broadcasts import OPENING_CHIMES, Priority
from steward.speech.audio.chime import CHIMES, Which, chime
from steward.speech.audio.mastering import loudness_lufs, true_peak_dbfs

ALL: tuple[Which, ...] = get_args(Which)
BLOCK_MS = 10


def envelope_db(which: Which) -> list[float]:
    """Level of each 10 ms."""
    made = chime(which)
    block = made.rate_hz * BLOCK_MS // 1000
    blocks = made.samples[: len(made.samples) // block * block].reshape(-1, block)
    return [float(level) for level in 10 * np.log10(np.mean(blocks**2, axis=1) + 1e-12)]


def onsets_ms(which: Which) -> list[int]:
    """Where the level jumps by more than 4 dB within 20 ms: a strike."""
    level = [-120.0, -120.0, *envelope_db(which)]
    found: list[int] = []
    for at in range(2, len(level)):
        rises = level[at] - min(level[at - 2 : at]) > 4 and level[at] > -30
        if rises and (not found or (at - 2) * BLOCK_MS - found[-1] > 50):
            found.append((at - 2) * BLOCK_MS)
    return found


def test_the_table_has_each_chime_and_each_priority_one_to_open_with() -> None:
    assert tuple(CHIMES) == ALL
    assert set(OPENING_CHIMES) == set(Priority)
    assert OPENING_CHIMES[Priority.NOTICE] == "routine"
    assert "after" not in OPENING_CHIMES.values()


@pytest.mark.parametrize("which", ALL)
def test_length_loudness_and_peak_are_as_stated_each_time(which: Which) -> None:
    made, stated = chime(which), CHIMES[which]
    assert len(made.samples) * 1000 == stated.length_ms * made.rate_hz
    assert loudness_lufs(made) == pytest.approx(stated.loudness_lufs, abs=0.1)
    assert true_peak_dbfs(made) <= -1.0
    assert np.array_equal(made.samples, chime(which).samples)


@pytest.mark.parametrize("which", ALL)
def test_it_begins_and_ends_in_silence(which: Which) -> None:
    samples = chime(which).samples
    assert abs(samples[0]) < 1e-4
    assert abs(samples[-1]) < 1e-4
    assert np.max(np.abs(np.diff(samples[-240:]))) < 0.003


@pytest.mark.parametrize("which", ALL)
def test_each_strike_is_heard_where_the_table_puts_it(which: Which) -> None:
    stated = [start_ms for start_ms, _ in CHIMES[which].strikes]
    assert onsets_ms(which) == pytest.approx(stated, abs=BLOCK_MS)


def test_half_a_second_is_enough_to_tell_them_apart() -> None:
    counts = {which: sum(at < 500 for at in onsets_ms(which)) for which in ALL}
    assert counts == {"routine": 2, "important": 3, "emergency": 4, "after": 2}
    pitches = {which: [pitch for _, pitch in CHIMES[which].strikes] for which in ALL}
    assert pitches["routine"] == sorted(pitches["routine"])  # it rises, "after" falls
    assert pitches["after"] == sorted(pitches["after"], reverse=True)


def test_the_more_it_presses_the_louder() -> None:
    loudness = [CHIMES[which].loudness_lufs for which in ("routine", "important", "emergency")]
    assert loudness == sorted(loudness)
    assert loudness[-1] <= -16.0  # never above speech


def test_the_emergency_is_struck_and_not_a_siren() -> None:
    made = chime("emergency")
    starts = [start_ms for start_ms, _ in CHIMES["emergency"].strikes]
    level = envelope_db("emergency")
    for start_ms, pitch in CHIMES["emergency"].strikes:
        first = start_ms * made.rate_hz // 1000
        end_ms = min((at for at in starts if at > start_ms), default=start_ms + 210)
        inside = level[start_ms // BLOCK_MS + 2 : end_ms // BLOCK_MS]
        assert inside[0] - inside[-1] > 6  # it dies away: a siren's tone is held
        length = made.rate_hz * 50 // 1000
        for at in (first + 100, first + length):  # and keeps its pitch: a siren's rises and falls
            spectrum = np.abs(np.fft.rfft(made.samples[at : at + length], 1 << 16))
            peak_hz = int(np.argmax(spectrum)) * made.rate_hz / (1 << 16)
            assert peak_hz == pytest.approx(pitch, rel=0.03)


def test_no_attention_signal_and_no_evacuation_pattern() -> None:
    made = chime("emergency")
    power = np.abs(np.fft.rfft(made.samples)) ** 2
    pitch = np.fft.rfftfreq(len(made.samples), 1 / made.rate_hz)
    for of_eas in (853.0, 960.0):
        assert power[np.abs(pitch - of_eas) < 5].sum() < 0.02 * power.sum()
    gaps = np.diff(onsets_ms("emergency"))
    assert set(np.round(gaps, -1)) <= {110, 120, 130, 200, 210, 220}  # pairs, never threes

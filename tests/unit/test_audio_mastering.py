"""Sound measured as sound: loudness, peaks, ends, joints, chimes, files and their tags."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from steward.errors import ClipNotStored, SpeechError
from steward.speech.audio.chime import chime
from steward.speech.audio.files import Tags, id3, join, write_file
from steward.speech.audio.mastering import loudness_lufs, master, true_peak_dbfs
from steward.speech.audio.wave import at_rate, silence
from steward.speech.engine import Sound

RATE = 24_000
TAGS = Tags("一周播报〔测试〕", "萧山区", "2021-11-16")


def syllables(seconds: float, level: float = 0.1, crest: float = 1.0) -> Sound:
    """Something like speech: a buzz in bursts, with peaks `crest` times its level."""
    t = np.arange(int(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * 180 * n * t) / n for n in range(1, 12))
    bursts = np.clip(np.sin(2 * np.pi * 2.2 * t), 0.05, 1)
    samples = level * buzz * bursts
    samples[:: RATE // 3] *= crest
    return Sound(samples.astype(np.float32), RATE)


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


@pytest.mark.parametrize(("which", "length_s"), [("before", 1.5), ("after", 1.1)])
def test_the_chimes_are_the_same_each_time_and_gentler_than_speech(
    which: str, length_s: float
) -> None:
    made = chime(which)  # type: ignore[arg-type]
    assert np.array_equal(made.samples, chime(which).samples)  # type: ignore[arg-type]
    assert made.duration_ms == pytest.approx(length_s * 1000, abs=250)
    assert loudness_lufs(made) == pytest.approx(-20.0, abs=0.5)
    assert true_peak_dbfs(made) <= -1.0


def test_clauses_are_joined_with_their_pauses() -> None:
    one, two = master(syllables(1.0)), master(syllables(0.8))
    joined = join([(one, 300), (two, 0)])
    assert joined.duration_ms == pytest.approx(one.duration_ms + 300 + two.duration_ms, abs=2)
    gap = joined.samples[len(one.samples) + 100 : len(one.samples) + 7_000]
    assert not gap.any()
    assert loudness_lufs(joined) == pytest.approx(-16.0, abs=0.5)
    assert true_peak_dbfs(joined) <= -1.0


@pytest.mark.parametrize("suffix", [".mp3", ".ogg", ".wav"])
def test_a_file_is_whole_levelled_and_tagged(tmp_path: Path, suffix: str) -> None:
    sound = join([(master(syllables(1.5)), 300), (master(syllables(1.2)), 300)])
    path = tmp_path / f"播报{suffix}"
    write_file(path, sound, TAGS)
    samples, rate_hz = soundfile.read(path, dtype="float32")
    read = Sound(samples, rate_hz)
    assert read.duration_ms == pytest.approx(sound.duration_ms, abs=80)
    assert loudness_lufs(read) == pytest.approx(-16.0, abs=0.5)
    assert true_peak_dbfs(read) <= -0.9  # a lossy format moves a peak a little
    assert list(tmp_path.iterdir()) == [path]
    if suffix == ".mp3":
        assert path.read_bytes().startswith(id3(TAGS))
    else:
        with soundfile.SoundFile(path) as file:
            assert (file.title, file.artist) == (TAGS.title, "萧山区隐患管家")
            assert file.date.startswith("2021")


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match=r"不支持“\.flac”格式"):
        write_file(tmp_path / "a.flac", syllables(0.5), TAGS)


def test_an_unwritable_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ClipNotStored, match="无法写入"):
        write_file(tmp_path / "file" / "a.wav", syllables(0.5), TAGS)


def test_rates_are_changed_without_changing_the_length() -> None:
    assert at_rate(syllables(1.0), 48_000).duration_ms == pytest.approx(1_000, abs=2)

"""Files as a listener's player decodes them: whole, at their loudness, below their peak, tagged.

The decoder and the meter are ffmpeg's (its `ebur128` filter), not those that wrote the files.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from steward.errors import ClipNotStored, SpeechError
from steward.speech.audio.chime import chime
from steward.speech.audio.files import SUFFIXES, Tags, id3, write_file, write_text
from steward.speech.audio.mastering import loudness_lufs, master
from steward.speech.audio.wave import read_sound
from steward.speech.audio.whole import join
from steward.speech.engine import Sound
from tests.support.metering import decoded, measured
from tests.support.spoken import RATE_HZ, bright_syllables, syllables

TAGS = Tags("一周播报〔测试〕", "萧山区", "2021-11-16")


def broadcast(kind: str) -> Sound:
    """A short broadcast whose peaks lie just below the limit, where codecs push them over."""
    chance = np.random.default_rng(7)
    clips = {
        "bursts": [syllables(1.2, crest=8.0), syllables(0.8, crest=5.0), syllables(1.5)],
        "hiss": [bright_syllables(1.1 + n / 5, seed=n) for n in range(3)],
        "noise": [Sound(chance.normal(0, 0.2, 30_000).astype(np.float32), RATE_HZ)] * 3,
    }[kind]
    parts = [(master(clip), pause_ms) for clip, pause_ms in zip(clips, (250, 600, 0), strict=True)]
    return join(parts, opening=chime("emergency"), closing=chime("after")).sound


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("kind", ["bursts", "hiss", "noise"])
def test_what_is_decoded_is_at_its_loudness_below_its_peak(
    tmp_path: Path, suffix: str, kind: str
) -> None:
    path = tmp_path / f"播报{suffix}"
    write_file(path, broadcast(kind), TAGS)
    loudness, peak = measured(path)
    assert loudness == pytest.approx(-16.0, abs=0.5)
    assert peak <= -1.0


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_decoded_has_the_length_and_the_level_of_what_was_written(
    tmp_path: Path, suffix: str
) -> None:
    sound = join([(master(syllables(1.5)), 300), (master(syllables(1.2)), 300)]).sound
    path = tmp_path / f"播报{suffix}"
    write_file(path, sound, TAGS)
    read = decoded(path)
    assert read.duration_ms == pytest.approx(sound.duration_ms, abs=50)
    assert loudness_lufs(read) == pytest.approx(loudness_lufs(sound), abs=0.25)
    begins = [float(np.argmax(np.abs(s.samples) > 0.05)) / s.rate_hz for s in (read, sound)]
    assert begins[0] == pytest.approx(begins[1], abs=0.03)  # captions stay in step
    assert list(tmp_path.iterdir()) == [path]


def test_opus_is_written_at_48_khz(tmp_path: Path) -> None:
    sound = join([(master(syllables(1.5)), 300)]).sound
    path = tmp_path / "a.ogg"
    write_file(path, sound, TAGS)
    read = read_sound(path)
    assert read.rate_hz == 48_000
    assert len(read.samples) == 2 * len(sound.samples)
    assert loudness_lufs(read) == pytest.approx(loudness_lufs(sound), abs=0.25)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_says_what_it_is(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"播报{suffix}"
    write_file(path, master(syllables(1.0)), TAGS)
    if suffix == ".mp3":
        assert path.read_bytes().startswith(id3(TAGS))
    else:
        with soundfile.SoundFile(path) as file:
            assert (file.title, file.artist) == (TAGS.title, "萧山区隐患管家")
            assert file.date.startswith("2021")


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match=r"不支持“\.flac”格式"):
        write_file(tmp_path / "a.flac", syllables(0.5), TAGS)


@pytest.mark.parametrize("place", ["file/a.wav", "folder"])
def test_an_unwritable_place_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.wav").mkdir()
    path = (tmp_path / place).with_suffix(".wav")
    with pytest.raises(ClipNotStored, match="无法写入") as caught:
        write_file(path, syllables(0.5), TAGS)
    assert str(path) in str(caught.value)
    with pytest.raises(ClipNotStored, match="无法写入"):
        write_text(path, "WEBVTT")
    assert {one.name for one in tmp_path.iterdir()} == {"file", "folder.wav"}

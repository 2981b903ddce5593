"""Sound as files: MP3, Ogg Opus, WAV, each tagged, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from steward.errors import ClipNotStored, EngineFailed, SpeechError
from steward.files import whole_file
from steward.speech.audio.mastering import (
    Mastering,
    amplified,
    loudness_lufs,
    true_peak_dbfs,
)
from steward.speech.audio.wave import at_rate, read_sound
from steward.speech.engine import Sound

SUFFIXES: dict[str, dict[str, Any]] = {  # libsndfile's names; Opus knows 48 kHz only
    ".mp3": {
        "format": "MP3",
        "subtype": "MPEG_LAYER_III",
        "rate_hz": 24_000,
        "compression_level": 0.3,
    },
    ".ogg": {"format": "OGG", "subtype": "OPUS", "rate_hz": 48_000},
    ".wav": {"format": "WAV", "subtype": "PCM_16", "rate_hz": 24_000},
}
PEAK_DBTP = -1.05  # of what is decoded: −1 dBTP, and room for decoders to differ
SPARE_DB = 0.1
LOST_DB = 0.2  # of loudness, in coding, that is let pass
ROUNDS = 5  # of encoding at most; the first or second holds


@dataclass(frozen=True)
class Tags:
    """What a player shows of a file."""

    title: str
    district: str
    date: str

    @property
    def artist(self) -> str:
        return f"{self.district}隐患管家"


def id3(tags: Tags) -> bytes:
    """An ID3v2.4 tag in UTF-8 (id3.org, ID3v2.4.0): libsndfile writes Chinese as Latin-1."""

    def size(length: int) -> bytes:  # 28 bits in four bytes of seven
        return bytes(length >> shift & 0x7F for shift in (21, 14, 7, 0))

    frames = b""
    for name, text in (("TIT2", tags.title), ("TPE1", tags.artist), ("TDRC", tags.date)):
        content = b"\x03" + text.encode()
        frames += name.encode() + size(len(content)) + b"\0\0" + content
    return b"ID3\x04\0\0" + size(len(frames)) + frames


def write_file(path: Path, sound: Sound, tags: Tags) -> None:
    """Write MP3, Ogg Opus or WAV by the path's ending, tagged, whole or not at all.

    MP3 and Opus move peaks and take away loudness. So the file is read back, and written anew
    until what a listener's decoder gives is as loud as `sound` and its true peak below
    `PEAK_DBTP`.

    Raises SpeechError for another ending, ClipNotStored when it cannot be written.
    """
    kind = SUFFIXES.get(path.suffix.lower())
    if kind is None:
        known = "、".join(SUFFIXES)
        raise SpeechError(f"不支持“{path.suffix}”格式，可用：{known}", place=str(path))
    sound = at_rate(sound, kind["rate_hz"])
    loudness = loudness_lufs(sound)
    with _whole(path) as half:
        gain_db, ceiling_dbfs = 0.0, Mastering().peak_dbfs
        for _ in range(ROUNDS):
            _encode(half, amplified(sound, gain_db, ceiling_dbfs), kind, tags)
            read = read_sound(half)
            if len(read.samples) < len(sound.samples) * 0.98:
                raise ClipNotStored("声音文件没有写完整，磁盘可能已满", place=str(path))
            over_db = true_peak_dbfs(read) - PEAK_DBTP
            lost_db = loudness - loudness_lufs(read) if np.isfinite(loudness) else 0.0
            if over_db <= 0 and abs(lost_db) <= LOST_DB:
                break
            gain_db += lost_db
            ceiling_dbfs -= over_db + SPARE_DB if over_db > 0 else 0.0
        if kind["format"] == "MP3":
            half.write_bytes(id3(tags) + half.read_bytes())


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8, whole or not at all. Raises ClipNotStored."""
    with _whole(path) as half:
        half.write_text(text, encoding="utf-8", newline="\n")


def _encode(path: Path, sound: Sound, kind: dict[str, Any], tags: Tags) -> None:
    options = {name: value for name, value in kind.items() if name != "rate_hz"}
    with soundfile.SoundFile(path, "w", sound.rate_hz, 1, **options) as file:
        if kind["format"] != "MP3":  # there libsndfile writes Chinese as Latin-1
            file.title = tags.title
            file.artist = tags.artist
            file.date = tags.date
        file.write(sound.samples)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A file to write beside `path`, which takes its place when all went well."""
    try:
        with whole_file(path, ClipNotStored) as half:
            yield half
    except (soundfile.LibsndfileError, EngineFailed) as error:
        raise ClipNotStored(f"声音文件无法写入：{error}", place=str(path)) from error

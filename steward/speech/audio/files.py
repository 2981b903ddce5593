"""A whole broadcast as one file: chime, clauses with their pauses, chime."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from steward.domain.script import Clause
from steward.domain.voices import Clip
from steward.errors import ClipNotStored, SpeechError
from steward.speech.audio.mastering import Mastering, levelled
from steward.speech.audio.wave import at_rate, silence
from steward.speech.cache import ClipCache
from steward.speech.engine import Sound

CHIME_GAP_MS = 350
SUFFIXES: dict[str, dict[str, Any]] = {  # libsndfile's names; Opus knows 48 kHz only
    ".mp3": {"format": "MP3", "subtype": "MPEG_LAYER_III", "rate_hz": 24_000, "compression": 0.3},
    ".ogg": {"format": "OGG", "subtype": "OPUS", "rate_hz": 48_000},
    ".wav": {"format": "WAV", "subtype": "PCM_16", "rate_hz": 24_000},
}


@dataclass(frozen=True)
class Tags:
    """What a player shows of a file."""

    title: str
    district: str
    date: str

    @property
    def artist(self) -> str:
        return f"{self.district}隐患管家"


def join(
    parts: Iterable[tuple[Sound, int]],
    *,
    before: Sound | None = None,
    after: Sound | None = None,
    rate_hz: int = 24_000,
) -> Sound:
    """Sounds, each with the pause after it (ms), between the chimes, at one rate and loudness."""
    pieces: list[Sound] = []
    if before is not None:
        pieces += [before, silence(CHIME_GAP_MS, rate_hz)]
    for sound, pause_ms in parts:
        pieces += [sound, silence(pause_ms, rate_hz)]
    if after is not None:
        pieces.append(after)
    if not pieces:
        raise SpeechError("没有可合成的内容")
    joined = np.concatenate([at_rate(piece, rate_hz).samples for piece in pieces])
    return levelled(Sound(joined, rate_hz), Mastering())


def id3(tags: Tags) -> bytes:
    """An ID3v2.4 tag in UTF-8 (id3.org, ID3v2.4.0): libsndfile writes Chinese as Latin-1."""

    def size(length: int) -> bytes:  # 28 bits in four bytes of seven
        return bytes(length >> shift & 0x7F for shift in (21, 14, 7, 0))

    frames = b""
    for name, text in (("TIT2", tags.title), ("TPE1", tags.artist), ("TDRC", tags.date)):
        content = b"\x03" + text.encode()
        frames += name.encode() + size(len(content)) + b"\0\0" + content
    return b"ID3\x04\0\0" + size(len(frames)) + frames


def write_broadcast(
    folder: Path,
    name: str,
    cache: ClipCache,
    clauses: Iterable[tuple[Clause, Clip]],
    *,
    before: Clip | None,
    after: Clip | None,
    tags: Tags,
    suffixes: Iterable[str] = tuple(SUFFIXES),
) -> Sound:
    """Join clips of the cache and write `<folder>/<name><suffix>` for each ending.

    Returns the joined sound. Raises EngineFailed (a clip is gone), ClipNotStored.
    """
    sound = join(
        [(cache.load(clip.key), clause.pause_ms) for clause, clip in clauses],
        before=cache.load(before.key) if before else None,
        after=cache.load(after.key) if after else None,
    )
    for suffix in suffixes:
        write_file(folder / f"{name}{suffix}", sound, tags)
    return sound


def write_file(path: Path, sound: Sound, tags: Tags) -> None:
    """Write MP3, Ogg Opus or WAV by the path's ending, tagged, whole or not at all.

    Raises SpeechError for another ending, ClipNotStored when it cannot be written.
    """
    kind = SUFFIXES.get(path.suffix.lower())
    if kind is None:
        known = "、".join(SUFFIXES)
        raise SpeechError(f"不支持“{path.suffix}”格式，可用：{known}", place=str(path))
    options = dict(kind)
    rate_hz = options.pop("rate_hz")
    compression = options.pop("compression", None)
    sound = at_rate(sound, rate_hz)
    half = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ClipNotStored(f"声音文件无法写入：{error.strerror}", place=str(path)) from error
    try:
        with soundfile.SoundFile(
            half, "w", rate_hz, 1, compression_level=compression, **options
        ) as file:
            if path.suffix.lower() != ".mp3":
                file.title = tags.title
                file.artist = tags.artist
                file.date = tags.date
            file.write(sound.samples)
        if soundfile.info(half).frames < len(sound.samples) * 0.98:
            raise ClipNotStored("声音文件没有写完整，磁盘可能已满", place=str(path))
        if path.suffix.lower() == ".mp3":
            half.write_bytes(id3(tags) + half.read_bytes())
        os.replace(half, path)
    except (OSError, soundfile.LibsndfileError) as error:
        raise ClipNotStored(f"声音文件无法写入：{error}", place=str(path)) from error
    finally:
        half.unlink(missing_ok=True)

"""The clip cache: one WAV a key, with its facts beside it. Written whole or not at all.

WAV, because a browser decodes it to exactly its samples: MP3 and Opus pad at both ends, and
clauses could not be joined without a gap.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from steward.domain.voices import Clip, Hearing
from steward.errors import ClipNotStored, EngineFailed
from steward.speech.audio.wave import read_sound
from steward.speech.engine import Sound

_KEY = re.compile(r"[0-9a-f]{64}")
_WAV_HEADER_BYTES = 44


def key_of(facts: dict[str, Any]) -> str:
    """Hex SHA-256 of everything that changes the sound."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class ClipCache:
    """Clips in a folder, `<first two of the key>/<key>.wav` and `.json`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def sound(self, key: str) -> Path:
        """Where the clip's WAV is, or would be. Raises ValueError when `key` is no key."""
        if not _KEY.fullmatch(key):
            raise ValueError(f"not a clip key: {key!r}")
        return self._folder / key[:2] / f"{key}.wav"

    def find(self, key: str) -> Clip | None:
        """The clip when it is here and whole; a damaged one counts as absent."""
        path = self.sound(key)
        try:
            clip = _clip(json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
            frames = (path.stat().st_size - _WAV_HEADER_BYTES) // 2
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None
        if clip.key != key or abs(frames * 1000 / clip.rate_hz - clip.duration_ms) > 1:
            return None
        return clip

    def load(self, key: str) -> Sound:
        """The clip's samples. Raises EngineFailed when it is gone or damaged."""
        if self.find(key) is None:
            raise EngineFailed("语音缓存缺失或已损坏", place=key)
        return read_sound(self.sound(key))

    def store(self, clip: Clip, sound: Sound) -> None:
        """Keep the sound (16 bit) under the clip's key. Raises ClipNotStored (a full disk)."""
        self._write(clip, _wav(sound))

    def note(self, clip: Clip) -> None:
        """Write down anew what is known of a stored clip. Raises ClipNotStored."""
        self._write(clip, None)

    def _write(self, clip: Clip, wav: bytes | None) -> None:
        path = self.sound(clip.key)
        facts = json.dumps(asdict(replace(clip, cached=False)), ensure_ascii=False)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if wav is not None:
                _write_whole(path, wav)
            _write_whole(path.with_suffix(".json"), facts.encode())
        except OSError as error:
            raise ClipNotStored(f"语音无法写入缓存：{error.strerror}", place=str(path)) from error


def _clip(facts: dict[str, Any]) -> Clip:
    """The clip as it was written down. Raises TypeError for facts of another shape."""
    hearing = facts.pop("hearing", None)
    if hearing is not None:
        hearing["wrong_numbers"] = tuple(hearing["wrong_numbers"])
    return Clip(**facts, hearing=None if hearing is None else Hearing(**hearing))


def _write_whole(path: Path, content: bytes) -> None:
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with half.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(half, path)
    finally:
        half.unlink(missing_ok=True)


def _wav(sound: Sound) -> bytes:
    """A canonical 44-byte header and 16-bit little-endian mono samples."""
    data = (np.clip(sound.samples, -1.0, 1.0) * 32767.0).round().astype("<i2").tobytes()

    def number(value: int, size: int) -> bytes:
        return value.to_bytes(size, "little")

    return b"".join(
        [
            b"RIFF",
            number(36 + len(data), 4),
            b"WAVEfmt ",
            number(16, 4),
            number(1, 2),
            number(1, 2),
            number(sound.rate_hz, 4),
            number(sound.rate_hz * 2, 4),
            number(2, 2),
            number(16, 2),
            b"data",
            number(len(data), 4),
            data,
        ]
    )

"""What the local speech servers of the tests say: a tone as long as the text would take."""

from __future__ import annotations

import io

import numpy as np
import soundfile

from steward.speech.engine import Samples

CHARACTER_S = 0.2


def tone(text: str, speed: float = 1.0, rate_hz: int = 24000) -> Samples:
    """330 Hz, 0.2 s a character at pace 1.0, float32 of shape (n,)."""
    length = round(len(text) * CHARACTER_S / speed * rate_hz)
    return (0.4 * np.sin(2 * np.pi * 330 / rate_hz * np.arange(length))).astype(np.float32)


def encoded(samples: Samples, rate_hz: int = 24000, kind: str = "WAV") -> bytes:
    """The samples as a whole file: "WAV", "MP3", "OGG" or "FLAC"."""
    file = io.BytesIO()
    soundfile.write(file, samples, rate_hz, format=kind)
    return file.getvalue()


def bare_mp3(samples: Samples, rate_hz: int = 24000) -> bytes:
    """MP3 as a service streams it: constant bit rate, without the header that knows its length."""
    file = io.BytesIO()
    with soundfile.SoundFile(
        file, "w", rate_hz, 1, format="MP3", bitrate_mode="CONSTANT", compression_level=0.7
    ) as written:
        written.write(samples)
    content = file.getvalue()
    for mark in (b"Xing", b"Info"):
        if mark in content[:300]:
            return content[content.index(content[:2], 2) :]
    return content

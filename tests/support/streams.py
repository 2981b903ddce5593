"""A listener of a hall's MP3 stream, and what an independent decoder hears in it."""

from __future__ import annotations

import http.client
import json
import subprocess
import threading
from typing import Any

import numpy as np

from steward.speech.audio.mp3 import RATE_HZ
from steward.speech.engine import Samples


class Loudspeaker:
    """Keeps reading `/hall/<hall>/stream.mp3`."""

    def __init__(self, port: int, hall: str = "main") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self._connection.request("GET", f"/hall/{hall}/stream.mp3")
        self.answer = self._connection.getresponse()
        self.content = bytearray()
        self.ended = False
        self._going = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def seconds(self) -> float:
        """How much sound has come."""
        return len(self.content) * 8 / 64_000

    def close(self) -> None:
        self._going = True
        self._thread.join(5)
        self._connection.close()

    def _read(self) -> None:
        while not self._going:
            chunk = self.answer.read1(4096)
            if not chunk:
                break
            self.content += chunk
        self.ended = True


def decoded(mp3: bytes) -> tuple[Samples, str]:
    """What ffmpeg hears, float32 at RATE_HZ, and what it complains of."""
    run = subprocess.run(
        [
            *("ffmpeg", "-v", "warning", "-f", "mp3", "-i", "pipe:0"),
            *("-f", "f32le", "-ac", "1", "-ar", str(RATE_HZ), "pipe:1"),
        ],
        input=mp3,
        capture_output=True,
        check=True,
    )
    return np.frombuffer(run.stdout, dtype=np.float32), run.stderr.decode()


def probed(mp3: bytes) -> dict[str, Any]:
    """What ffprobe says of the stream in it."""
    run = subprocess.run(
        [
            *("ffprobe", "-v", "error", "-f", "mp3", "-show_streams", "-of", "json", "pipe:0"),
        ],
        input=mp3,
        capture_output=True,
        check=True,
    )
    streams: list[dict[str, Any]] = json.loads(run.stdout)["streams"]
    assert len(streams) == 1
    return streams[0]


def pitches(samples: Samples) -> list[int]:
    """The tones (Hz, to 10) that follow each other; 0 is silence. Each lasts at least 0.2 s."""
    window = RATE_HZ // 10
    found: list[int] = []
    for start in range(0, len(samples) - window, window // 2):
        part = samples[start : start + window]
        if np.sqrt(np.mean(part**2)) < 0.003:
            found.append(0)
        else:
            spectrum = np.abs(np.fft.rfft(part * np.hanning(window)))
            found.append(int(np.argmax(spectrum)) * 10)
    runs: list[int] = []
    for at, pitch in enumerate(found):
        if found[at : at + 4] == [pitch] * 4 and (not runs or runs[-1] != pitch):
            runs.append(pitch)
    return runs


def loudest(samples: Samples, hertz: int) -> float:
    """The amplitude of a tone (Hz, a multiple of 10) in the tenth of a second where it is most."""
    window = RATE_HZ // 10
    parts = [samples[at : at + window] for at in range(0, len(samples) - window, window // 2)]
    return max(float(np.abs(np.fft.rfft(part))[hertz // 10]) for part in parts) * 2 / window

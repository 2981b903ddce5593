"""Sound files as another program decodes and measures them: ffmpeg, with its `ebur128` filter."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np

from steward.speech.engine import Sound

DECODED_HZ = 48_000


def measured(path: Path) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP, by ffmpeg."""
    meter = ["-af", "ebur128=peak=true", "-f", "null", "-"]
    done = subprocess.run(
        ["ffmpeg", "-hide_banner", "-nostats", "-i", path, *meter],
        capture_output=True,
        text=True,
        check=True,
    )
    summary = done.stderr[done.stderr.rindex("Summary:") :]
    loudness = re.search(r"I:\s+(\S+) LUFS", summary)
    peak = re.search(r"Peak:\s+(\S+) dBFS", summary)
    assert loudness
    assert peak
    return float(loudness[1]), float(peak[1])


def decoded(path: Path) -> Sound:
    """The samples at 48 kHz, by ffmpeg."""
    samples = ["-f", "f32le", "-ac", "1", "-ar", str(DECODED_HZ), "-"]
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, *samples], capture_output=True, check=True
    )
    return Sound(np.frombuffer(done.stdout, dtype=np.float32), DECODED_HZ)

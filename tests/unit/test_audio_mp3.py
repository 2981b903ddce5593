"""Endless MP3: frames of one length, no gap, and little memory."""

from __future__ import annotations

import numpy as np

from steward.speech.audio.mp3 import FRAME, FRAME_BYTES, RATE_HZ, Mp3Encoder
from tests.support.streams import decoded, pitches


def encoded(seconds: float, hertz: float, block: int) -> list[bytes]:
    encoder = Mp3Encoder()
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    samples = (0.3 * np.sin(2 * np.pi * hertz * time)).astype(np.float32)
    chunks = [
        encoder.encode(samples[start : start + block]) for start in range(0, len(samples), block)
    ]
    encoder.close()
    return chunks


def test_every_chunk_is_whole_frames_at_a_constant_rate() -> None:
    chunks = encoded(4.0, 440.0, 1000)
    content = b"".join(chunks)
    assert all(len(chunk) % FRAME_BYTES == 0 for chunk in chunks)
    for start in range(0, len(content), FRAME_BYTES):
        assert content[start : start + 3] == b"\xff\xf3\x84"  # MPEG-2, layer III, 64 kbit/s, 24 kHz
    delay_s = 4.0 - len(content) // FRAME_BYTES * FRAME / RATE_HZ
    assert 0 <= delay_s < 0.2


def test_it_decodes_to_what_went_in_without_a_gap_from_any_frame_on() -> None:
    content = b"".join(encoded(3.0, 440.0, 6 * FRAME))
    for first in (0, 7, 50):
        samples, _ = decoded(content[first * FRAME_BYTES :])
        assert pitches(samples) == [440]
        middle = samples[RATE_HZ // 4 : -RATE_HZ // 4]
        loudness = [np.sqrt(np.mean(part**2)) for part in np.split(middle[: 20 * 1200], 20)]
        np.testing.assert_allclose(loudness, 0.95 * 0.3 / np.sqrt(2), rtol=0.01)  # LAME's headroom


def test_it_keeps_nothing_of_what_was_taken() -> None:
    encoder = Mp3Encoder()
    block = np.zeros(RATE_HZ, dtype=np.float32)
    sizes = [len(encoder.encode(block)) for _ in range(120)]
    assert sum(sizes) >= 119 * 8000
    assert max(sizes) <= 8000 + 2 * FRAME_BYTES
    encoder.close()

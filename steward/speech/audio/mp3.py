"""MP3 without an end: samples in, whole frames out, at a constant bit rate.

libsndfile's encoder writes into a file that only remembers what is new. Every frame has the same
length, so that a listener can begin with any of them.
"""

from __future__ import annotations

import io

import numpy as np
import soundfile

from steward.speech.engine import Samples

RATE_HZ = 24_000
BIT_RATE = 64_000
FRAME = 576  # samples a frame at this rate (ISO/IEC 13818-3, layer III)
FRAME_BYTES = FRAME * BIT_RATE // 8 // RATE_HZ
_MPEG2_RATES = (160_000, 8_000)  # the highest and the lowest at 24 kHz
_LEVEL = (_MPEG2_RATES[0] - BIT_RATE) / (_MPEG2_RATES[0] - _MPEG2_RATES[1])


class _Written(io.RawIOBase):
    """A file of which only the bytes not yet read are kept."""

    def __init__(self) -> None:
        self._new = bytearray()
        self._at = 0
        self._end = 0

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._end}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def write(self, data: object) -> int:
        content = bytes(data)  # type: ignore[call-overload]
        if self._at == self._end:  # at its close a header is written anew, which nobody needs
            self._new += content
            self._end += len(content)
        self._at += len(content)
        return len(content)

    def frames(self) -> bytes:
        """The whole frames since last asked."""
        length = len(self._new) // FRAME_BYTES * FRAME_BYTES
        frames = bytes(self._new[:length])
        del self._new[:length]
        return frames


class Mp3Encoder:
    """One endless stream, 64 kbit/s mono at 24 kHz. What goes in comes out about 0.1 s later."""

    def __init__(self) -> None:
        self._written = _Written()
        self._file = soundfile.SoundFile(
            self._written,
            "w",
            RATE_HZ,
            1,
            format="MP3",
            bitrate_mode="CONSTANT",
            compression_level=_LEVEL,
        )
        self._header = FRAME_BYTES  # a first frame that would tell a file's length

    def encode(self, samples: Samples) -> bytes:
        """The frames that are complete with these samples, float32 of shape (n,)."""
        self._file.write(np.clip(samples, -1.0, 1.0))
        frames = self._written.frames()
        if self._header and frames:
            frames, self._header = frames[self._header :], 0
        return frames

    def close(self) -> None:
        """Give back the encoder's memory."""
        self._file.close()

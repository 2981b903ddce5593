"""What a speech server sent → a sound, told by its content and refused unless it is whole.

A sound that was cut short may end in the middle of a number, so what is not known to be whole
counts as lost.
"""

from __future__ import annotations

import io

import numpy as np
import soundfile

from steward.errors import EngineFailed
from steward.speech.engine import Samples, Sound

# A WAV whose writer did not know its length yet says nothing, or about the greatest number there
# is (2 GB or 4 GB, some take the header's length off it).
_UNKNOWN_LENGTH = 0x7FFFFF00
# How files start that were sent in place of raw samples; played as such they would be noise.
_STARTS = (b"RIFF", b"OggS", b"fLaC", b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xfa", b"\xff\xf2")
_INAUDIBLE = 1e-4  # −80 dBFS


def read_received(content: bytes, place: str) -> Sound:
    """WAV, MP3, Ogg or FLAC as mono samples. `place` names the voice in an error.

    Raises EngineFailed when it is no sound, is shorter than it says, or is silent.
    """
    if _is_wav(content):
        content = _with_length(content, place)
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            samples: Samples = file.read(dtype="float32", always_2d=True)
            promised, rate_hz = file.frames, file.samplerate
    except soundfile.LibsndfileError as error:
        raise EngineFailed(f"收到的不是声音：{_looks_like(content)}", place=place) from error
    if len(samples) < promised:
        raise EngineFailed("收到的声音不完整", place=place)
    mono: Samples = samples.mean(axis=1, dtype=np.float32)
    return Sound(audible(mono, place), rate_hz)


def read_pcm(content: bytes, rate_hz: int, place: str) -> Sound:
    """Raw samples, 16 bits little-endian, mono. Raises EngineFailed as `read_received` does."""
    if content.startswith(_STARTS):
        return read_received(content, place)  # a server that knows only its own format
    if _is_text(content):
        raise EngineFailed(f"收到的不是声音：{_looks_like(content)}", place=place)
    if len(content) % 2:
        raise EngineFailed("收到的声音不完整", place=place)
    samples: Samples = (np.frombuffer(content, dtype="<i2") / 32768).astype(np.float32)
    return Sound(audible(samples, place), rate_hz)


def knows_its_length(content: bytes) -> bool:
    """Whether this is a WAV that says how long it is."""
    _, length = _data_of(content) if _is_wav(content) else (0, 0)
    return 0 < length < _UNKNOWN_LENGTH


def _is_wav(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WAVE"


def _with_length(content: bytes, place: str) -> bytes:
    """The WAV with the length of its samples filled in where it was unknown.

    Raises EngineFailed when fewer came than the header says.
    """
    start, length = _data_of(content)
    there = len(content) - start
    if start and (length == 0 or length >= _UNKNOWN_LENGTH):
        return content[: start - 4] + there.to_bytes(4, "little") + content[start:]
    if there < length or not start:
        raise EngineFailed("收到的声音不完整", place=place)
    return content


def _data_of(content: bytes) -> tuple[int, int]:
    """Where the samples of a WAV start and their length in bytes as it says; (0, 0) without any."""
    start = 12
    while start + 8 <= len(content):
        length = int.from_bytes(content[start + 4 : start + 8], "little")
        start += 8
        if content[start - 8 : start - 4] == b"data":
            return start, length
        start += length + length % 2
    return 0, 0


def audible(samples: Samples, place: str) -> Samples:
    """The samples within [-1, 1]. Raises EngineFailed when nothing can be heard."""
    if len(samples) == 0 or not np.all(np.isfinite(samples)):
        raise EngineFailed("声音是空的或已损坏", place=place)
    if float(np.max(np.abs(samples))) < _INAUDIBLE:
        raise EngineFailed("声音是静音", place=place)
    return np.ascontiguousarray(np.clip(samples, -1.0, 1.0), dtype=np.float32)


def _is_text(content: bytes) -> bool:
    """Whether this is a page or a message: nobody's samples are all printable."""
    try:
        return "".join(content.decode("utf-8").split()).isprintable()
    except UnicodeDecodeError:
        return False


def _looks_like(content: bytes) -> str:
    """A few words on what came instead of a sound."""
    if not content:
        return "空内容"
    if content.lstrip()[:1] == b"<":
        return "网页"
    if _is_text(content[:4000]):
        return content[:60].decode("utf-8", errors="ignore").strip()
    return f"{len(content)} 字节无法识别的内容"

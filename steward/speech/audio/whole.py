"""A whole broadcast as one sound: chime, clauses with their pauses, chime. And as files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from steward.domain.script import Clause
from steward.domain.voices import Clip
from steward.errors import SpeechError
from steward.speech.audio.captions import captions
from steward.speech.audio.files import SUFFIXES, Tags, write_file, write_text
from steward.speech.audio.mastering import Mastering, levelled
from steward.speech.audio.wave import at_rate, silence
from steward.speech.cache import ClipCache
from steward.speech.engine import Sound

CHIME_GAP_MS = 350
CAPTIONS_SUFFIX = ".vtt"


@dataclass(frozen=True)
class Whole:
    """The joined sound, and where each part lies in it: (start, end) in ms, its pause left out."""

    sound: Sound
    spans: tuple[tuple[int, int], ...]


def join(
    parts: Iterable[tuple[Sound, int]],
    *,
    opening: Sound | None = None,
    closing: Sound | None = None,
    rate_hz: int = 24_000,
) -> Whole:
    """Sounds, each with the pause after it (ms), between the chimes, at one rate and loudness.

    A pause is as many samples of nothing as it has milliseconds. Raises SpeechError when there is
    nothing to join.
    """
    pieces: list[Sound] = []
    spans: list[tuple[int, int]] = []
    length = 0

    def add(piece: Sound) -> int:
        nonlocal length
        pieces.append(at_rate(piece, rate_hz))
        length += len(pieces[-1].samples)
        return length

    if opening is not None:
        add(opening)
        add(silence(CHIME_GAP_MS, rate_hz))
    for sound, pause_ms in parts:
        start, end = length, add(sound)
        spans.append((round(start * 1000 / rate_hz), round(end * 1000 / rate_hz)))
        add(silence(pause_ms, rate_hz))
    if closing is not None:
        add(closing)
    if not pieces:
        raise SpeechError("没有可合成的内容")
    joined = np.concatenate([piece.samples for piece in pieces])
    return Whole(levelled(Sound(joined, rate_hz), Mastering()), tuple(spans))


def write_broadcast(
    folder: Path,
    name: str,
    cache: ClipCache,
    clauses: Iterable[tuple[Clause, str]],
    *,
    opening: Clip | None,
    closing: Clip | None,
    tags: Tags,
    suffixes: Iterable[str] = (*SUFFIXES, CAPTIONS_SUFFIX),
) -> Sound:
    """Join clips of the cache and write `<folder>/<name><suffix>` for each ending.

    `clauses` are those that have sound, each with its clip's key; ".vtt" writes their captions.
    Returns the joined sound. Raises EngineFailed (a clip is gone), ClipNotStored.
    """
    clauses = list(clauses)
    whole = join(
        [(cache.load(key), clause.pause_ms) for clause, key in clauses],
        opening=cache.load(opening.key) if opening else None,
        closing=cache.load(closing.key) if closing else None,
    )
    for suffix in suffixes:
        path = folder / f"{name}{suffix}"
        if suffix == CAPTIONS_SUFFIX:
            said = (clause.written for clause, _ in clauses)
            cues = ((*span, text) for span, text in zip(whole.spans, said, strict=True))
            write_text(path, captions(cues))
        else:
            write_file(path, whole.sound, tags)
    return whole.sound

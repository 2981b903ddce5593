"""Facts of a voice (its card), apart from the knobs of a request."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class VoiceCard:
    """One file of `voices/`: what a voice is.

    `name` is the engine's own name of it; `rate_hz` the engine's sample rate; `gain_db` is added
    before mastering; `files` maps file names below the voices folder to their sha256.
    """

    id: str
    title: str
    engine: str
    name: str
    language: str
    rate_hz: int
    licence: str
    source: str
    gain_db: float = 0.0
    speed: float = 1.0
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class SpeakingRequest:
    """What an engine is asked to say. `speed` 1.0 is the voice's own pace."""

    text: str
    speed: float = 1.0
    pinyin: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class Clip:
    """Mastered sound of one clause, kept in the clip cache under `key` (hex sha256).

    `duration_ms` is the sound's own length, without the pause after it.
    """

    key: str
    duration_ms: int
    rate_hz: int
    voice_id: str
    computed_s: float = 0.0
    cached: bool = False

"""Facts of a voice (its card), apart from the knobs of a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class VoiceCard:
    """One file of `voices/`: what a voice is.

    `name` is the engine's own name of it; `rate_hz` the engine's sample rate. `gain_db` is the
    gain that brings this voice to the mastering's loudness, measured once over many sentences;
    without it each clip is measured by itself. `files` maps file names below the voices folder to
    their sha256, `options` holds what only its engine understands, `timeout_s` is the time limit
    of one clause in seconds where it differs from the setting. A voice that is not `intelligible`
    to a recogniser is not heard back and speaks only when every other is lost.
    """

    id: str
    title: str
    engine: str
    name: str
    language: str
    rate_hz: int
    licence: str
    source: str
    gain_db: float | None = None
    speed: float = 1.0
    files: tuple[tuple[str, str], ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    timeout_s: float | None = None
    intelligible: bool = True


@dataclass(frozen=True)
class SpeakingRequest:
    """What an engine is asked to say. `speed` 1.0 is the voice's own pace."""

    text: str
    speed: float = 1.0
    pinyin: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class Hearing:
    """What a recogniser heard of a clip, beside what was meant.

    `numbers_right`: every number of the text came back, and none was added; `wrong_numbers` are
    those that did not, as they are spoken. `error_rate` is the share of the text's syllables that
    differ, tones aside. `ok` when the numbers are right and the rate is within the tolerance.
    """

    heard: str
    numbers_right: bool
    wrong_numbers: tuple[str, ...]
    error_rate: float
    ok: bool


def hearing_of(facts: Mapping[str, Any] | None) -> Hearing | None:
    """What was heard, from its plain values (as `asdict` gave them); None when nobody listened."""
    if not facts:
        return None
    return Hearing(**{**facts, "wrong_numbers": tuple(facts["wrong_numbers"])})


@dataclass(frozen=True)
class Condition:
    """How a part of the engine does: `name` is "voice:<id>" or "readback".

    `state` is "well", "resting" (left alone after `failures` in a row), "trying" (asked once
    again) or "off"; `detail` is its last fault, or why it is off.
    """

    name: str
    state: str
    detail: str = ""
    failures: int = 0


@dataclass(frozen=True)
class Clip:
    """Mastered sound of one clause, kept in the clip cache under `key` (hex sha256).

    `duration_ms` is the sound's own length, without the pause after it; `speed` the pace it was
    spoken at; `hearing` what was heard back, None when nobody has listened yet.
    """

    key: str
    duration_ms: int
    rate_hz: int
    voice_id: str
    computed_s: float = 0.0
    cached: bool = False
    speed: float = 1.0
    hearing: Hearing | None = None


@dataclass(frozen=True)
class Take:
    """One voice saying a text at one pace, so that voices can be compared.

    `pace` multiplies the voice's own. `clip_key` names the whole text's sound; None with a `fault`
    (Chinese). `cost` is seconds of computing a second of sound; `loudness_lufs` None for silence;
    `hearing` None when nobody listened.
    """

    voice_id: str
    pace: float
    clip_key: str | None = None
    duration_ms: int | None = None
    cost: float | None = None
    loudness_lufs: float | None = None
    hearing: Hearing | None = None
    fault: str = ""

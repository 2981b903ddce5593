"""What a recogniser is: sound in, Chinese text out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from steward.speech.engine import Sound


@dataclass(frozen=True)
class Patience:
    """How hard to listen. `margin_s` of silence is put after the sound before it is heard.

    The recogniser was trained on half-minutes: a longer window costs time and is now and then
    understood better; `window_s` is the least length of it. `hinted` gives it the hint.
    """

    beam: int
    margin_s: float
    window_s: float
    hinted: bool


class Recogniser(Protocol):
    """Hears. Its library and its model are loaded when it first hears."""

    def hear(self, sound: Sound, hint: str, patience: Patience) -> str:
        """What was said, numbers in words. Raises RecogniserMissing, SpeechError."""
        ...

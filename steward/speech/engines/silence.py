"""A real, tiny engine: silence as long as the text would take. For tests and dry runs."""

from __future__ import annotations

import numpy as np

from steward.domain.voices import SpeakingRequest, VoiceCard
from steward.speech.engine import EngineContext, Sound
from steward.speech.engines.options import speakable

CHARACTER_S = 0.22  # a newsreader says some 270 characters a minute


class SilenceEngine:
    """Speaks silence, 0.22 s a character."""

    def __init__(self, context: EngineContext) -> None:
        pass

    def speak(self, request: SpeakingRequest, card: VoiceCard) -> Sound:
        text = speakable(request)
        length = round(len(text) * CHARACTER_S / request.speed * card.rate_hz)
        return Sound(np.zeros(length, dtype=np.float32), card.rate_hz)

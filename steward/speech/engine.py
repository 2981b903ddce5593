"""What an engine is: text and a voice card in, samples out. And the list of engines."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from steward.domain.voices import SpeakingRequest, VoiceCard
from steward.errors import SpeechError

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Sound:
    """Mono samples in [-1, 1], shape (n,), and their rate."""

    samples: Samples
    rate_hz: int

    @property
    def duration_ms(self) -> int:
        return round(len(self.samples) * 1000 / self.rate_hz)


@dataclass(frozen=True)
class EngineContext:
    """What an engine may know of the machine: where voices lie, its time limit, its servers."""

    voices_folder: Path
    model_file: Path | None = None
    rewritten: bool = False  # the rewritten model is there and is to be used
    way: str = ""  # how it was rewritten: its sound differs by rounding, and is kept apart
    timeout_s: float = 60.0
    speech_server_url: str = ""
    speech_server_key: str = ""
    speech_server_model: str = ""
    edge_proxy: str = ""


class Engine(Protocol):
    """Speaks. Its library is loaded when it first speaks, not before."""

    def speak(self, request: SpeakingRequest, card: VoiceCard) -> Sound:
        """Sound of one clause. Raises VoiceMissing (files), EngineFailed (everything else)."""
        ...


# Name on a voice card → module and class. A new engine is a file here and a line below.
REGISTRY: dict[str, tuple[str, str]] = {
    "kokoro": ("steward.speech.engines.kokoro", "KokoroEngine"),
    "edge": ("steward.speech.engines.edge", "EdgeEngine"),
    "openai": ("steward.speech.engines.openai_server", "OpenAIEngine"),
    "sherpa": ("steward.speech.engines.sherpa", "SherpaEngine"),
    "pyttsx3": ("steward.speech.engines.system_voice", "SystemVoiceEngine"),
    "silence": ("steward.speech.engines.silence", "SilenceEngine"),
}


# Raised when an engine says the same text another way than before (its phonemes changed): clips
# of the old way are then not taken from the cache.
VERSIONS = {"kokoro": 2}


def build_engine(name: str, context: EngineContext) -> Engine:
    """The engine of that name. Raises SpeechError when there is none."""
    if name not in REGISTRY:
        raise SpeechError(f"没有“{name}”这种语音引擎", place="voices")
    module, class_ = REGISTRY[name]
    factory: Any = getattr(importlib.import_module(module), class_)
    engine: Engine = factory(context)
    return engine

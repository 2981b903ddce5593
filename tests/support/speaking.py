"""Every engine of the house, ready to speak here, and those that can hang, hanging."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from steward.domain.voices import SpeakingRequest, VoiceCard
from steward.errors import EngineFailed
from steward.speech.engine import Engine, EngineContext, Sound, build_engine
from steward.speech.graph.facts import is_rewritten
from steward.speech.model import MODEL_SHA256
from steward.speech.voices import load_cards
from tests.support.edge_server import EdgeServer, edge_server
from tests.support.openai_server import SpeechServer, speech_server
from tests.support.tiny_vits import tiny_vits
from tests.support.voices import CARDS, VOICES


@dataclass(frozen=True)
class Speaking:
    """An engine and a voice of it."""

    engine: Engine
    card: VoiceCard

    def speak(self, text: str, speed: float = 1.0) -> Sound:
        return self.engine.speak(SpeakingRequest(text, speed=speed), self.card)

    def speak_or_refuse(self, text: str, speed: float = 1.0) -> Sound | None:
        """The sound; None when the engine says for good that it cannot."""
        try:
            return self.speak(text, speed)
        except EngineFailed as error:
            if error.retry:
                raise
            return None


Maker = Callable[[ExitStack, Path], Speaking]


def _of(card_id: str, context: EngineContext, limit_s: float | None = None) -> Speaking:
    card = load_cards(CARDS)[card_id]
    return Speaking(build_engine(card.engine, context), replace(card, timeout_s=limit_s))


def _silence(stack: ExitStack, folder: Path) -> Speaking:
    return _of("silence", EngineContext(folder))


def _kokoro(stack: ExitStack, folder: Path) -> Speaking:
    rewritten = is_rewritten(VOICES, MODEL_SHA256)
    return _of("zf_xiaobei", EngineContext(VOICES, rewritten=rewritten))


def _pyttsx3(stack: ExitStack, folder: Path, limit_s: float = 60) -> Speaking:
    return _of("espeak_cmn", EngineContext(folder, timeout_s=limit_s))


def _edge(stack: ExitStack, folder: Path, fault: str = "", limit_s: float = 30) -> Speaking:
    patch = stack.enter_context(pytest.MonkeyPatch.context())
    stack.enter_context(edge_server(patch, EdgeServer(fault)))
    return _of("edge_xiaoxiao", EngineContext(folder), limit_s)


def _openai(stack: ExitStack, folder: Path, fault: str = "", limit_s: float = 30) -> Speaking:
    stack.enter_context(pytest.MonkeyPatch.context()).setenv("NO_PROXY", "127.0.0.1")
    server = stack.enter_context(speech_server(SpeechServer(fault)))
    return _of("server", EngineContext(folder, speech_server_url=server.url), limit_s)


def _sherpa(stack: ExitStack, folder: Path, limit_s: float = 30) -> Speaking:
    return Speaking(
        build_engine("sherpa", EngineContext(folder, timeout_s=limit_s)),
        tiny_vits(folder, endless=limit_s < 30),
    )


# By the engine's name.
SPEAKING: dict[str, Maker] = {
    "silence": _silence,
    "kokoro": _kokoro,
    "pyttsx3": _pyttsx3,
    "edge": _edge,
    "openai": _openai,
    "sherpa": _sherpa,
}
# Those that wait for another process or machine, which does not answer within their limit.
HANGING: dict[str, Maker] = {
    "pyttsx3": lambda stack, folder: _pyttsx3(stack, folder, 0.01),
    "edge": lambda stack, folder: _edge(stack, folder, "hanging", 0.4),
    "openai": lambda stack, folder: _openai(stack, folder, "hanging", 0.4),
    "sherpa": lambda stack, folder: _sherpa(stack, folder, 1.5),
}

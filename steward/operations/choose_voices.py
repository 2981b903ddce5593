"""Which voices speak and whether they are heard back, by the settings."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import steward
from steward.clock import monotonic_s
from steward.domain.voices import VoiceCard
from steward.settings import Settings
from steward.speech.engine import EngineContext
from steward.speech.readback.listener import Listener
from steward.speech.readback.model import FOLDER
from steward.speech.readback.whisper import WhisperRecogniser
from steward.speech.speaker import NO_EARS, Speaker, build_speaker
from steward.speech.voices import load_cards

CARDS = Path(steward.__file__).parents[1] / "voices"


def voice_cards() -> dict[str, VoiceCard]:
    """Every voice there is a card of, by id. Raises SpeechError."""
    return load_cards(CARDS)


def speaker_of(
    settings: Settings, chain: tuple[str, ...] | None = None, *, listens: bool = True
) -> Speaker:
    """The speaker of this installation; of other voices when a `chain` is given.

    Raises SpeechError (a bad card), VoiceMissing (an unknown voice).
    """
    return build_speaker(
        voice_cards(),
        chain or settings.voice_chain,
        context_of(settings),
        clips_folder=settings.clips_folder,
        stopwatch=monotonic_s,
        listener=listener_of(settings) if listens else None,
        why_deaf=NO_EARS if settings.hear_back else "设置 hear_back 关闭了听回",
        failures=settings.voice_failures,
        rest_s=settings.voice_rest_s,
    )


def context_of(settings: Settings) -> EngineContext:
    """What the engines may know of this installation."""
    return EngineContext(
        voices_folder=settings.voices_folder,
        model_file=Path(settings.model_file) if settings.model_file else None,
        rewritten=settings.fast_model,
        timeout_s=settings.engine_timeout_s,
        speech_server_url=settings.speech_server_url,
        speech_server_key=settings.speech_server_key,
        speech_server_model=settings.speech_server_model,
        edge_proxy=settings.edge_proxy,
    )


def listener_of(settings: Settings) -> Listener | None:
    """Whoever hears broadcasts back; None when that is switched off or not installed."""
    if not settings.hear_back or find_spec("faster_whisper") is None:
        return None
    return Listener(WhisperRecogniser(settings.voices_folder / FOLDER))

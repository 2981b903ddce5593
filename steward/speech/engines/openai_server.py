"""A bureau's own speech server: `POST /v1/audio/speech`, as CosyVoice, GPT-SoVITS and Kokoro
servers offer it.

Forced readings (`request.pinyin`) cannot be sent: the protocol has no place for them.
Source: https://platform.openai.com/docs/api-reference/audio/createSpeech
"""

from __future__ import annotations

import json
from typing import Any

from steward.domain.voices import SpeakingRequest, VoiceCard
from steward.errors import EngineFailed, VoiceMissing
from steward.speech.engine import EngineContext, Sound
from steward.speech.engines.exchange import NotThere, fetch
from steward.speech.engines.options import options_of, speakable
from steward.speech.engines.received import read_pcm, read_received

MODEL = "tts-1"
NO_ADDRESS = "没有设置语音服务器的地址（speech_server_url）"
FORMATS = ("wav", "pcm", "mp3", "flac", "opus")


class OpenAIEngine:
    """One request a clause.

    Card options: `url` (else the setting), `model`, `response_format` (wav unless it says pcm —
    16 bits, mono, at the card's rate — mp3, flac or opus), `stream` ("true": in pieces).
    """

    def __init__(self, context: EngineContext) -> None:
        self._timeout_s = context.timeout_s
        self._url = context.speech_server_url
        self._key = context.speech_server_key.strip()
        self._model = context.speech_server_model

    def lacks(self, card: VoiceCard) -> list[str]:
        return [] if dict(card.options).get("url") or self._url else [NO_ADDRESS]

    def speak(self, request: SpeakingRequest, card: VoiceCard) -> Sound:
        text = speakable(request)
        options = options_of(card, "url", "model", "response_format", "stream")
        kind = options.get("response_format", "wav")
        if kind not in FORMATS:
            raise EngineFailed(
                f"没有“{kind}”这种声音格式，可用：{'、'.join(FORMATS)}", place=card.id, retry=False
            )
        url = options.get("url") or self._url
        if not url:
            raise VoiceMissing(NO_ADDRESS, place=card.id)
        asked: dict[str, Any] = {
            "model": options.get("model") or self._model or MODEL,
            "input": text,
            "voice": card.name,
            "response_format": kind,
            "speed": round(request.speed, 3),
        }
        if options.get("stream") == "true":
            asked["stream"] = True
        content = fetch(
            "POST",
            f"{base_of(url)}/audio/speech",
            card.id,
            limit_s=card.timeout_s or self._timeout_s,
            # The setting's key is for the setting's server and is shown to no other.
            key=self._key if url == self._url else "",
            asked=asked,
        )
        if kind == "pcm":
            return read_pcm(content, card.rate_hz, card.id)
        return read_received(content, card.id)


def base_of(url: str) -> str:
    """The address up to `/v1`, whether it was given with it or without."""
    return url.rstrip("/").removesuffix("/v1").rstrip("/") + "/v1"


def list_voices(url: str, *, key: str = "", timeout_s: float = 10.0) -> tuple[str, ...]:
    """The names of a server's voices, for the cards; () when it does not list them.

    `GET /v1/audio/voices` is no part of the protocol, but Kokoro servers have it. Raises
    EngineFailed.
    """
    try:
        content = fetch("GET", f"{base_of(url)}/audio/voices", url, limit_s=timeout_s, key=key)
    except NotThere:
        return ()
    try:
        return _names(json.loads(content))
    except (ValueError, KeyError) as error:
        raise EngineFailed("语音服务器的语音列表看不懂", place=url) from error


def _names(answer: Any) -> tuple[str, ...]:
    """The names in `["a"]`, `{"voices": ["a"]}`, `{"voices": [{"id": "a"}]}` or `{"data": …}`.

    Raises ValueError or KeyError for anything else.
    """
    if isinstance(answer, dict):
        answer = answer["voices"] if "voices" in answer else answer["data"]
    if not isinstance(answer, list):
        raise ValueError("no list of voices")
    return tuple(
        str(one["id" if "id" in one else "name"] if isinstance(one, dict) else one)
        for one in answer
    )

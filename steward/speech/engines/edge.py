"""Edge's read-aloud voices: natural, and only where there is an Internet. A service without a
contract, so its card belongs behind a voice of one's own.

The text leaves the house. Forced readings (`request.pinyin`) cannot be sent.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from steward.domain.voices import SpeakingRequest, VoiceCard
from steward.errors import EngineFailed
from steward.speech.engine import EngineContext, Sound
from steward.speech.engines.options import options_of, speakable
from steward.speech.engines.received import read_received

if TYPE_CHECKING:
    from edge_tts import Communicate

CONNECT_S = 10.0
_CLOSING_S = 1.0  # how long a connection may take to say goodbye when time is over


class EdgeEngine:
    """`edge-tts`, one connection a clause. Card option `pitch`, such as "-10Hz"."""

    def __init__(self, context: EngineContext) -> None:
        self._timeout_s = context.timeout_s
        self._proxy = context.edge_proxy or None

    def speak(self, request: SpeakingRequest, card: VoiceCard) -> Sound:
        communicate = self._communicate(speakable(request), request.speed, card)
        limit_s = card.timeout_s or self._timeout_s
        content = asyncio.run(_received(communicate, limit_s, card))
        return read_received(content, card.id)

    def _communicate(self, text: str, speed: float, card: VoiceCard) -> Communicate:
        pitch = options_of(card, "pitch").get("pitch", "+0Hz")
        if not re.fullmatch(r"[+-]\d{1,3}Hz", pitch):
            raise EngineFailed(f"音高应写成“+0Hz”这样，而不是“{pitch}”", place=card.id, retry=False)
        from edge_tts import Communicate

        limit_s = card.timeout_s or self._timeout_s
        try:
            return Communicate(
                text,
                card.name,
                rate=rate_of(speed),
                pitch=pitch,
                proxy=self._proxy,
                connect_timeout=max(1, round(min(CONNECT_S, limit_s))),
                receive_timeout=max(1, round(limit_s)),
            )
        except ValueError as error:
            raise EngineFailed(
                f"“{card.name}”不是 Edge 语音的名称", place=card.id, retry=False
            ) from error


def rate_of(speed: float) -> str:
    """A pace (1.0 is the voice's own) as the service writes it: 0.9 → "-10%"."""
    return f"{round((speed - 1) * 100):+d}%"


async def _received(communicate: Communicate, limit_s: float, card: VoiceCard) -> bytes:
    """The whole of an answer, MP3. Raises EngineFailed."""
    work = asyncio.create_task(_read(communicate, card))
    done, _ = await asyncio.wait({work}, timeout=limit_s)
    while not work.done():  # the second time it does not wait for the server's goodbye
        work.cancel()
        await asyncio.wait({work}, timeout=_CLOSING_S)
    if not done:
        if not work.cancelled():
            work.exception()  # whatever it was, it came too late
        raise EngineFailed(f"Edge 语音服务 {limit_s:g} 秒内没有答完", place=card.id)
    return work.result()


async def _read(communicate: Communicate, card: VoiceCard) -> bytes:
    """The audio frames, joined. Raises EngineFailed."""
    import aiohttp
    from edge_tts.exceptions import EdgeTTSException

    content = bytearray()
    try:
        async with aclosing(communicate.stream()) as chunks:
            async for chunk in chunks:
                if chunk["type"] == "audio":
                    content += chunk["data"]
    except (aiohttp.ClientError, OSError, EdgeTTSException) as error:
        raise fault_of(error, card) from error
    except (ValueError, KeyError, TypeError) as error:  # what its parser says of a strange frame
        raise EngineFailed("Edge 语音服务的回答看不懂，可能已改版", place=card.id) from error
    # A connection that is cut looks like an end to the library; only the service's own end mark
    # (turn.end) makes it add up what it received.
    state: dict[str, Any] = dict(communicate.state)
    if state.get("cumulative_audio_bytes") != len(content):
        raise EngineFailed("Edge 语音服务中途断开，声音不完整", place=card.id)
    return bytes(content)


def fault_of(error: Exception, card: VoiceCard) -> EngineFailed:
    """What the library or the network raised, as a sentence for staff."""
    import aiohttp
    from edge_tts import exceptions

    sentences: list[tuple[type[Exception], str]] = [
        (exceptions.NoAudioReceived, "Edge 语音服务没有给出声音，请核对语音名称"),
        (exceptions.SkewAdjustmentError, "Edge 语音服务拒绝了请求，请核对本机时间"),
        (exceptions.WebSocketError, "与 Edge 语音服务的连接出错"),
        (exceptions.EdgeTTSException, "Edge 语音服务的回答看不懂，可能已改版"),
        (aiohttp.ClientHttpProxyError, "代理服务器拒绝了连接，请核对 edge_proxy"),
        (aiohttp.ClientProxyConnectionError, "连不上代理服务器，请核对 edge_proxy"),
        (aiohttp.InvalidURL, "代理服务器的地址不正确，请核对 edge_proxy"),
        (aiohttp.ClientConnectorDNSError, "找不到 Edge 语音服务的地址，请检查互联网连接"),
        (aiohttp.ClientSSLError, "Edge 语音服务的证书不可信，可能被网络设备拦截"),
        (aiohttp.ClientConnectorError, "连不上 Edge 语音服务，请检查互联网连接"),
        (TimeoutError, "Edge 语音服务没有回应"),
        (aiohttp.ClientError, "与 Edge 语音服务的连接中断"),
    ]
    if isinstance(error, aiohttp.ClientResponseError) and not isinstance(
        error, aiohttp.ClientHttpProxyError
    ):
        return EngineFailed(f"Edge 语音服务拒绝了请求（{error.status}）", place=card.id)
    for kind, sentence in sentences:
        if isinstance(error, kind):
            return EngineFailed(sentence, place=card.id)
    return EngineFailed(f"与 Edge 语音服务的连接中断：{error}", place=card.id)

"""A local server that speaks the WebSocket protocol of Edge's read-aloud service, well or badly."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from html import unescape

import edge_tts.communicate
import pytest
from aiohttp import web
from edge_tts.drm import DRM, generate_sec_ms_gec_v2

from tests.support.tones import bare_mp3, tone

PATH = "/consumer/speech/synthesize/readaloud/edge/v1"
TOKEN_S = 300  # a token is good for five minutes


@dataclass
class EdgeServer:
    """`fault` says how it misbehaves; `ahead_s` how far its clock is ahead of this machine's.

    It refuses tokens that are not of its own time. `ssml` and `refused` record what it was asked.
    """

    fault: str = ""
    ahead_s: float = 0.0
    ssml: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    refused: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}{PATH}?TrustedClientToken=test"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        now = datetime.now(UTC).timestamp() + self.ahead_s
        tokens = {generate_sec_ms_gec_v2(now + step) for step in (-TOKEN_S, 0, TOKEN_S)}
        if self.fault == "forbidden" or request.query.get("Sec-MS-GEC") not in tokens:
            self.refused += 1
            date = format_datetime(datetime.fromtimestamp(now, UTC), usegmt=True)
            headers = {"Date": "yesterday" if self.fault == "no date" else date}
            return web.Response(status=403, headers=headers)
        if self.fault == "page":
            return web.Response(text="<html>请先登录网络</html>", content_type="text/html")
        if self.fault == "unavailable":
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.formats.append((await socket.receive_str()).partition("\r\n\r\n")[2])
        _, _, ssml = (await socket.receive_str()).partition("\r\n\r\n")
        self.ssml.append(ssml)
        await self._speak(socket, request, ssml)
        return socket

    async def _speak(self, socket: web.WebSocketResponse, request: web.Request, ssml: str) -> None:
        if self.fault == "hanging":
            async for _ in socket:  # reads on, says nothing
                pass
            return
        if self.fault == "deaf":  # does not even read the client's goodbye
            await _until_gone(request)
            return
        await socket.send_str(_message("turn.start", "{}"))
        await socket.send_str(_message("response", "{}"))
        content = self._content(ssml)
        half = len(content) // 2
        for piece in (content[:half], content[half:]):
            if piece:
                await socket.send_bytes(self._frame(piece))
            if self.fault == "closed":
                await socket.close()
                return
            if self.fault == "cut":
                assert request.transport is not None
                request.transport.abort()
                return
        await socket.send_str(_message("nonsense" if self.fault == "path" else "turn.end", "{}"))
        await socket.close()

    def _content(self, ssml: str) -> bytes:
        if self.fault == "no audio":
            return b""
        if self.fault == "not mp3":
            return b"<html>" * 200
        if self.fault == "silent":
            return bare_mp3(tone(_text(ssml)) * 0)
        return bare_mp3(tone(_text(ssml), 1 + _rate(ssml) / 100))

    def _frame(self, content: bytes) -> bytes:
        header = b"X-RequestId:1\r\nContent-Type:audio/mpeg\r\nPath:audio\r\n"
        if self.fault == "header":
            header = b"neither name nor value"
        if self.fault == "long header":
            return (60_000).to_bytes(2, "big") + content[:100]
        return len(header).to_bytes(2, "big") + header + content


@contextmanager
def edge_server(patch: pytest.MonkeyPatch, server: EdgeServer) -> Iterator[EdgeServer]:
    """Runs it and makes the library call it instead of the service, which no test can reach."""
    started, ended = threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def run() -> None:
        app = web.Application()
        app.router.add_get(PATH, server.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        server.port = runner.addresses[0][1]
        loops.append(asyncio.get_running_loop())
        started.set()
        await ended.wait()
        await runner.cleanup()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert started.wait(10)
    patch.setattr(edge_tts.communicate, "WSS_URL", server.url)
    patch.setattr(DRM, "clock_skew_seconds", 0.0)  # what it learns of the clock is global
    try:
        yield server
    finally:
        loops[0].call_soon_threadsafe(ended.set)
        thread.join(10)


async def _until_gone(request: web.Request) -> None:
    while request.transport is not None and not request.transport.is_closing():
        await asyncio.sleep(0.02)


def _message(path: str, body: str) -> str:
    return f"X-RequestId:1\r\nContent-Type:application/json\r\nPath:{path}\r\n\r\n{body}"


def _text(ssml: str) -> str:
    found = re.search(r"<prosody[^>]*>(.*)</prosody>", ssml, re.DOTALL)
    assert found, ssml
    return unescape(found.group(1))


def _rate(ssml: str) -> int:
    found = re.search(r"rate='([+-]\d+)%'", ssml)
    assert found, ssml
    return int(found.group(1))

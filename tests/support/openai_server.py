"""A local speech server with the OpenAI interface, well or badly behaved."""

from __future__ import annotations

import json
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from tests.support.tones import encoded, tone

FILES = {"wav": "WAV", "mp3": "MP3", "flac": "FLAC", "opus": "OGG"}


@dataclass
class SpeechServer:
    """`fault` says how it misbehaves, `status` what it answers instead of speech.

    `sending` is "length" (Content-Length), "chunked", or "until closed" (neither). `voices` is
    what it lists, None when it has no such address. `asked` and `keys` record what it was asked.
    """

    fault: str = ""
    status: int = 200
    kind: str = ""  # speaks this format, whatever it is asked for
    sending: str = "length"
    voices: object = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    port: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def content(self, asked: dict[str, Any]) -> bytes:
        """The body of a good answer, spoiled as `fault` says."""
        samples = tone(asked["input"], asked["speed"])
        kind = self.kind or asked["response_format"]
        content = (
            (samples * 32767).astype("<i2").tobytes()
            if kind == "pcm"
            else encoded(samples, kind=FILES[kind])
        )
        if self.fault == "stereo":
            content = encoded(np.stack([samples, samples], axis=1))
        if self.fault.startswith("unknown length "):
            length = int(self.fault.removeprefix("unknown length "), 16)
            content = content[:40] + struct.pack("<I", length) + content[44:]
        spoiled = {
            "page": "<html>请先登录</html>".encode(),
            "message": json.dumps({"error": "voice is loading"}).encode(),
            "empty": b"",
            "short": content[: len(content) // 2],
            "header only": content[:44],
            "silent": encoded(samples * 0),
        }
        return spoiled.get(self.fault, content)


@contextmanager
def speech_server(server: SpeechServer) -> Iterator[SpeechServer]:
    """Runs it on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            server.asked.append(json.loads(self.rfile.read(length)))
            server.keys.append(self.headers.get("Authorization"))
            if self.path != "/v1/audio/speech":
                self._answer(404, b'{"detail": "Not Found"}')
            elif server.status != 200:
                self._answer(server.status, b'{"error": {"message": "no voice zf_nobody"}}')
            else:
                self._answer(200, server.content(server.asked[-1]))

        def do_GET(self) -> None:
            server.keys.append(self.headers.get("Authorization"))
            if self.path != "/v1/audio/voices" or server.voices is None:
                self._answer(404, b"")
            elif isinstance(server.voices, bytes):
                self._answer(200, server.voices)
            else:
                self._answer(200, json.dumps(server.voices).encode())

        def _answer(self, status: int, content: bytes) -> None:
            if server.fault == "hanging":
                server.released.wait()
                self.close_connection = True
                return
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "/login")
            if self.close_connection:  # as it was asked to
                self.send_header("Connection", "close")
            chunked = server.sending == "chunked"
            if chunked:
                self.send_header("Transfer-Encoding", "chunked")
            elif server.sending == "length":
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            half = len(content) // 2
            for piece in (content[:half], content[half:]):
                if piece:
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
                if server.fault == "stalling":
                    server.released.wait()
                if server.fault in ("cut", "stalling"):
                    self.close_connection = True
                    return
            if chunked:
                self.wfile.write(b"0\r\n\r\n")
            self.close_connection |= server.sending == "until closed"

        def log_message(self, format: str, *args: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = False  # so that closing waits for them: none outlives the test
    server.port = http.server_address[1]
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        http.shutdown()
        http.server_close()
        thread.join(10)

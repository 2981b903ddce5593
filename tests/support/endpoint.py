"""Somebody else's JSON endpoint: it pages, and stalls, fails, lies and goes round in circles."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

Asked = dict[str, str]


@dataclass
class Endpoint:
    """`answer` gives what is sent for the parameters of a request.

    A document is sent as JSON, bytes as they are, a number as a status without anything; `STALL`
    sends half an answer and no more. `asked` has the parameters, `headers` what came with them.
    """

    answer: Callable[[Asked], Any] = lambda _asked: []
    asked: list[Asked] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    port: int = 0
    scheme: str = "http"
    let_go: threading.Event = field(default_factory=threading.Event)

    def at(self, path: str = "/cases") -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}{path}"


STALL = object()


def by_page(rows: list[Any], size: int, *, total: int | None = None) -> Callable[[Asked], Any]:
    """Pages by their number, from 1."""

    def answer(asked: Asked) -> Any:
        start = (int(asked["page"]) - 1) * size
        return {"data": {"list": rows[start : start + size], "total": total or len(rows)}}

    return answer


def by_cursor(rows: list[Any], size: int) -> Callable[[Asked], Any]:
    """Pages by a cursor, which is where to go on."""

    def answer(asked: Asked) -> Any:
        start = int(asked.get("cursor", 0))
        onward = str(start + size) if start + size < len(rows) else None
        return {"items": rows[start : start + size], "cursor": onward}

    return answer


@contextmanager
def endpoint_server(certificate: tuple[Path, Path] | None = None) -> Iterator[Endpoint]:
    """Runs on this machine's own address; with a certificate and its key over TLS."""
    own = Endpoint(scheme="https" if certificate else "http")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
            asked = {name: values[-1] for name, values in query.items()}
            own.asked.append(asked)
            own.headers.append(dict(self.headers))
            try:
                self._send(own.answer(asked))
            except OSError:
                return  # whoever asked has hung up

        def _send(self, what: Any) -> None:
            if isinstance(what, int):
                self.send_response(what)
                self.end_headers()
                return
            if what is STALL:
                self.wfile.write(b'HTTP/1.0 200 OK\r\nContent-Length: 1000\r\n\r\n{"items": [')
                own.let_go.wait(30)
                return
            body = what if isinstance(what, bytes) else json.dumps(what, default=str).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    own.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield own
    finally:
        own.let_go.set()
        server.shutdown()
        thread.join()
        server.server_close()

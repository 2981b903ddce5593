"""A small server of alerts that is good, or slow, wrong, huge or lying."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class AlertServer:
    """`pages` by path: bytes are sent with an ETag, a number is a status without anything.

    Special paths: `/hangs` never answers, `/drips` sends a byte now and then and so do its headers
    in `/headers`, `/endless` never stops, `/short` promises more than it sends, `/away` sends one
    elsewhere, `/garbage` speaks no HTTP. `asked` are the paths that were asked for.
    """

    pages: dict[str, bytes | int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0
    let_go: threading.Event = field(default_factory=threading.Event)

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def alert_server() -> Iterator[AlertServer]:
    """Runs on this machine's own address."""
    own = AlertServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            own.asked.append(self.path)
            try:
                self._answer()
            except OSError:
                return  # whoever asked has hung up

        def _answer(self) -> None:
            if self.path == "/hangs":
                own.let_go.wait(30)
            elif self.path in ("/drips", "/headers"):
                head = b"HTTP/1.0 200 OK\r\n" + b"\r\n" * (self.path == "/drips")
                self.wfile.write(head)
                while not own.let_go.wait(0.05):
                    self.wfile.write(b"x")
            elif self.path == "/endless":
                self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
                while not own.let_go.is_set():
                    self.wfile.write(b"x" * 65536)
            elif self.path == "/short":
                self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 1000\r\n\r\n<alert>")
            elif self.path == "/away":
                self.wfile.write(b"HTTP/1.0 302 Found\r\nLocation: /feed\r\n\r\n")
            elif self.path == "/garbage":
                self.wfile.write(b"SSH-2.0-nothing\r\n")
            else:
                self._page(own.pages.get(self.path, 404))

        def _page(self, page: bytes | int) -> None:
            if isinstance(page, int):
                self.send_response(page)
                self.end_headers()
                return
            tag = f'"{hash(page)}"'
            same = self.headers.get("If-None-Match") == tag
            self.send_response(304 if same else 200)
            self.send_header("ETag", tag)
            self.end_headers()
            if not same:
                self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
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

"""A small server that takes messages as ntfy does and as a webhook does, or refuses them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class PushServer:
    """`taken` are the messages it said yes to, `asked` how often it was asked, by path.

    `answers` is the status for a path, one request after the other and the last for the rest; 0 is
    no answer at all until the server is let go (and `hangs` is set). `says` is what it says for a
    path in place of its own answer, `retry_after` a header of every 429.
    """

    answers: dict[str, list[int]] = field(default_factory=dict)
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    says: dict[str, dict[str, Any]] = field(default_factory=dict)
    retry_after: str = ""
    port: int = 0
    hangs: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)

    def ntfy(self, topic: str) -> str:
        return f"ntfy://127.0.0.1:{self.port}/{topic}"

    def webhook(self, path: str) -> str:
        return f"json://127.0.0.1:{self.port}/{path}"

    def answer(self, path: str) -> int:
        waiting = self.answers.get(path, [200])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def titles(self, path: str) -> list[str]:
        return [str(document["title"]) for where, document in self.taken if where == path]


@contextmanager
def push_server() -> Iterator[PushServer]:
    """Runs on this machine's own address."""
    own = PushServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            document = json.loads(body)
            # ntfy posts to the root and names its topic; a webhook has a path.
            path = document.get("topic") or self.path.strip("/")
            own.asked.append(path)
            status = own.answer(path)
            if status == 0:
                own.hangs.set()
                own.let_go.wait(30)
                return
            if status == 200:
                own.taken.append((path, document))
            said = own.says.get(path)
            said = said or {"code": status * 100 + 1, "http": status, "error": "no"}
            answer = json.dumps(said).encode()
            self.send_response(status)
            if status == 429 and own.retry_after:
                self.send_header("Retry-After", own.retry_after)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

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

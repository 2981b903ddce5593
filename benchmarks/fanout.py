"""One event to a thousand listening players, beside a bare asyncio server that does nothing else.

The real web process (gunicorn, one worker) on a SQLite ledger: each event is a row of the log,
committed as any other process commits one: of a clip that is ready, and of an act upon the hall
itself, which tells how the hall is set now. The bare server is told over a socket and writes the
same bytes to every open connection. One client process of its own holds all the listeners of
either, on this machine; times run from the instant before the commit (or the telling) to the
event's arrival, for every listener and event.
"""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psutil

from benchmarks.measured import Measured
from steward.broadcasts.queries import changes, halls
from steward.operations.furnish import furnish
from steward.settings import Settings
from steward.storage import migrate
from steward.storage.engine import Database
from tests.support.served import Process, free_port, gunicorn

ROOT = Path(__file__).parents[1]
LISTENERS = 1000
EVENTS = 30
APART_S = 0.7
MARK = b"event: change"
REQUEST = b"GET /hall/main/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def run(rows: int | None = None) -> list[Measured]:
    """`rows` is how many players listen (1000)."""
    count = rows or LISTENERS
    bare = _bare(count)
    lines = []
    for kind, what in (("clip", "0"), ("hall", "volume")):
        with tempfile.TemporaryDirectory(prefix="steward-bench-") as folder:
            ours, before, after = _ours(Path(folder), count, kind, what)
        lines += [
            Measured(f"{kind} event to {count} players, {name}", share(ours), "bare", share(bare))
            for name, share in (("median", statistics.median), ("p99", _p99), ("worst", max))
        ]
    lines.append(
        Measured(f"web process's memory, {count} listening", after, "nobody", before, "MiB")
    )
    return lines


def _p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100)[98]


def _ours(folder: Path, count: int, kind: str, what: str) -> tuple[list[float], float, float]:
    settings = Settings(data_dir=folder)
    database = Database(settings.database)
    migrate.upgrade(database)
    furnish(database, at=datetime.now(UTC))
    with database.session() as session:
        hall_id = halls.every(session)[0].id

    def happen() -> None:
        now = datetime.now(UTC)
        told = {"hall_id": hall_id, "broadcast_id": None, "what": kind, "from_": None, "to": what}
        with database.session(write=True) as session:
            changes.record(session, at=now, by="benchmark", **told)

    port = free_port()
    server = Process(gunicorn(port), port, settings)
    try:
        before = _memory_mib(server.pid)
        times, after = _listen(port, count, happen, server.pid)
    finally:
        server.stop()
        database.dispose()
    return times, before, after


def _bare(count: int) -> list[float]:
    port, door = free_port(), free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.fanout", "bare", f"{port}", f"{door}"]
    )
    try:
        time.sleep(1)
        body = json.dumps(
            {"id": 1, "at": "2021-11-16T09:00:00", "broadcast_id": None, "what": "hall"}
            | {"from": None, "to": "volume", "why": "", "controls": {"volume": 100}}
        )
        event = f"id: 1\nevent: change\ndata: {body}\n\n".encode()
        times, _ = _listen(port, count, lambda: _tell(door, event), server.pid)
    finally:
        server.terminate()
        server.wait(10)
    return times


def _tell(door: int, event: bytes) -> None:
    with socket.create_connection(("127.0.0.1", door)) as connection:
        connection.sendall(event)


def _listen(
    port: int, count: int, happen: Callable[[], None], server: int
) -> tuple[list[float], float]:
    """Seconds from each event to its arrival at each listener; the server's memory meanwhile."""
    client = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.fanout", "client", str(port), str(count)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert client.stdout is not None
    client.stdout.readline()  # all of them listen
    time.sleep(2)
    happened = []
    for _ in range(EVENTS):
        happened.append(time.time())
        happen()
        time.sleep(APART_S)
    memory = _memory_mib(server)
    client.terminate()
    arrived: list[list[float]] = json.loads(client.stdout.read())
    client.wait(10)
    assert all(len(one) == EVENTS for one in arrived), "an event was missed, or came twice"
    return [at - began for one in arrived for began, at in zip(happened, one, strict=True)], memory


def _memory_mib(pid: int) -> float:
    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)]
    return max(one.memory_info().rss for one in family) / 2**20


class _Listener(asyncio.Protocol):
    """Notes when each event arrives."""

    def __init__(self, begun: Callable[[], None]) -> None:
        self.arrived: list[float] = []
        self._begun: Callable[[], None] | None = begun

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(REQUEST)

    def data_received(self, data: bytes) -> None:
        if self._begun is not None:
            self._begun()
            self._begun = None
        self.arrived += [time.time()] * data.count(MARK)


async def _client(port: int, count: int) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    left = count
    ready = asyncio.Event()

    def begun() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            ready.set()

    listeners = []
    for number in range(count):
        _, listener = await loop.create_connection(lambda: _Listener(begun), "127.0.0.1", port)
        listeners.append(listener)
        if number % 50 == 49:
            await asyncio.sleep(0.2)  # nobody opens a thousand pages in one second
    await ready.wait()
    print("ready", flush=True)
    await ended.wait()
    print(json.dumps([listener.arrived for listener in listeners]), flush=True)


async def _server(port: int, door: int) -> None:
    """Keeps every connection, and writes to all of them what comes in by the door."""
    writers: set[asyncio.StreamWriter] = set()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:hello\n\n")
        writers.add(writer)

    async def told(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        event = await reader.read()
        for one in writers:
            one.write(event)
        writer.close()

    async with (
        await asyncio.start_server(listen, "127.0.0.1", port, backlog=1024),
        await asyncio.start_server(told, "127.0.0.1", door),
    ):
        await asyncio.Event().wait()


if __name__ == "__main__":
    kind, first, second = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    asyncio.run({"client": _client, "bare": _server}[kind](first, second))

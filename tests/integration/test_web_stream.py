"""The live stream through real servers: resumes exactly, beats, holds no connection, ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import psutil
import pytest

from steward.broadcasts.queries import halls
from steward.domain.broadcasts import BroadcastState as S
from steward.operations.hold_hall import pause_hall, set_quiet_hours
from steward.storage.engine import Database
from steward.web.factory import create_app
from steward.web.hall.tail import Tail
from tests.support.accounts import DUTY
from tests.support.served import (
    Event,
    Listener,
    Process,
    flask,
    free_port,
    gunicorn,
    in_thread,
    no_plans,
)
from tests.support.stage import Stage, SteppedClock


@pytest.fixture
def port(stage: Stage, clock: SteppedClock) -> Iterator[int]:
    """A server with a connection pool of its own, as another process would have."""
    database = Database(stage.settings.database)
    with in_thread(create_app(stage.settings, database, clock, no_plans)) as port:
        yield port
    database.dispose()


def changes(listener: Listener, count: int) -> list[Event]:
    return [listener.until("change") for _ in range(count)]


def test_a_listener_hears_hello_then_each_change_as_it_is_committed(
    stage: Stage, clock: SteppedClock, port: int
) -> None:
    broadcast_id = stage.broadcast(clock.now())
    with closing(Listener(port)) as listener:
        assert listener.answer.headers["Content-Type"].startswith("text/event-stream")
        assert listener.answer.headers["Cache-Control"] == "no-store"
        hello = listener.next()
        assert hello is not None
        assert (hello.name, hello.id) == ("hello", None)
        assert hello.data["playing"] is None
        assert hello.data["demo"] is False
        assert hello.data["now"] == clock.now().isoformat()
        started = time.monotonic()
        change_id = stage.move(broadcast_id, S.PLAYING, clock.step(1))
        change = listener.until("change")
        assert time.monotonic() - started < 1.5
        assert change.id == change_id == hello.data["last_id"] + 1
        assert change.data == {
            "id": change_id,
            "at": clock.now().isoformat(),
            "broadcast_id": broadcast_id,
            "what": "state",
            "from": "ready",
            "to": "playing",
            "why": "",
        }
    with closing(Listener(port)) as late:
        hello = late.next()
        assert hello is not None
        assert hello.data["playing"] == broadcast_id
        assert hello.data["last_id"] == change_id


def test_the_stream_tells_how_staff_set_the_hall(
    stage: Stage, clock: SteppedClock, port: int
) -> None:
    with closing(Listener(port)) as listener:
        hello = listener.until("hello")
        assert hello.data["controls"]["paused_at"] is None
        assert hello.data["controls"]["volumes"]["routine"] == 100
        pause_hall(stage.database, "main", at=clock.step(1), by=DUTY)
        change = listener.until("change")
        assert (change.data["what"], change.data["to"]) == ("hall", "paused")
        assert change.data["broadcast_id"] is None
        assert change.data["why"] == "暂停播报，紧急播报除外"
    set_quiet_hours(stage.database, "main", "08:00-09:30", at=clock.now(), by=DUTY)
    with closing(Listener(port)) as late:
        controls = late.until("hello").data["controls"]
    assert controls["paused_at"] == clock.now().isoformat()
    assert controls["paused_by"] == "值班员"
    assert controls["quiet_until"] == controls["next_change"] == "2021-11-16T01:30:00+00:00"
    assert controls["resuming"] is None


@pytest.mark.parametrize("way", ["header", "argument"])
def test_it_resumes_exactly_after_any_id(
    stage: Stage, clock: SteppedClock, port: int, way: str
) -> None:
    broadcast_id = stage.broadcast(clock.now())  # approved, rendering, 4 clips, ready
    stage.move(broadcast_id, S.PLAYING, clock.step(1))
    for last_id in range(8):
        known = {"last_event_id": last_id} if way == "header" else {"query": f"?last_id={last_id}"}
        with closing(Listener(port, **known)) as listener:  # type: ignore[arg-type]
            missed = changes(listener, 8 - last_id)
            assert [event.id for event in missed] == list(range(last_id + 1, 9))
            stage.add_clip(stage.broadcast(clock.now(), clips=0), 0, clock.now())
            fresh = changes(listener, 4)
            ids = [event.id for event in fresh]
            assert ids == sorted(set(ids))
            assert ids[0] > 8


def test_the_header_goes_before_the_argument(stage: Stage, clock: SteppedClock, port: int) -> None:
    stage.broadcast(clock.now())
    with closing(Listener(port, last_event_id=5, query="?last_id=1")) as listener:
        assert listener.until("change").id == 6


def test_an_id_the_log_has_not_reached_begins_at_its_end(
    stage: Stage, clock: SteppedClock, port: int
) -> None:
    broadcast_id = stage.broadcast(clock.now())
    with closing(Listener(port, last_event_id=4711)) as listener:
        hello = listener.next()
        assert hello is not None
        assert hello.data["last_id"] == 7
        change_id = stage.move(broadcast_id, S.PLAYING, clock.now())
        assert listener.until("change").id == change_id == 8


def test_another_halls_changes_are_not_told(stage: Stage, clock: SteppedClock, port: int) -> None:
    other = Stage(stage.database, stage.folder)
    with stage.database.session(write=True) as session:
        other.hall_id = halls.ensure(session, "annex", "分厅").id
    with closing(Listener(port)) as listener:
        listener.until("hello")
        other.broadcast(clock.now())
        ours = stage.broadcast(clock.now())
        assert listener.until("change").data["broadcast_id"] == ours


def test_the_heartbeat_is_an_event_that_moves_no_id(stage: Stage, port: int) -> None:
    with closing(Listener(port)) as listener:
        listener.until("hello")
        started = time.monotonic()
        beats = [listener.until("heartbeat") for _ in range(3)]
        took = time.monotonic() - started
        assert 3 * stage.settings.heartbeat_s * 0.8 < took < 3 * stage.settings.heartbeat_s + 1.0
        assert all(beat.id is None and beat.data["fault"] == "" for beat in beats)


def test_what_memory_no_longer_holds_is_read_from_the_log(
    stage: Stage, clock: SteppedClock
) -> None:
    tail = Tail(stage.database, kept=3)
    try:
        assert tail.after(stage.hall_id, 0, 0.0) == []
        for _ in range(3):
            stage.broadcast(clock.now())
        heard: list[int] = []
        while len(heard) < 21:
            news = tail.after(stage.hall_id, heard[-1] if heard else 0, 3.0)
            assert news, "changes were missed"
            heard += [change.id for change in news]
        assert heard == list(range(1, 22))
    finally:
        tail.stop()


def test_a_slow_and_a_quick_listener_hear_the_same(
    stage: Stage, clock: SteppedClock, port: int
) -> None:
    with closing(Listener(port)) as quick, closing(Listener(port)) as slow:
        told = []
        for _ in range(5):
            stage.broadcast(clock.now())
            told += [event.id for event in changes(quick, 7)]
        assert [event.id for event in changes(slow, 35)] == told == list(range(1, 36))


def test_a_stopped_tail_sends_its_listeners_home(stage: Stage, clock: SteppedClock) -> None:
    app = create_app(stage.settings, stage.database, clock, no_plans)
    with in_thread(app) as port, closing(Listener(port)) as listener:
        listener.until("hello")
        app.extensions["steward"].tail.stop()
        while (event := listener.next()) is not None:
            assert event.name == "heartbeat"


@pytest.mark.parametrize("command", [gunicorn, flask])
def test_a_real_server_serves_many_listeners_and_stops_at_once(
    stage: Stage, clock: SteppedClock, command: object
) -> None:
    assert callable(command)
    port = free_port()
    process = Process(command(port), port, stage.settings)
    try:
        with ExitStack() as open_streams:
            listeners = [open_streams.enter_context(closing(Listener(port))) for _ in range(60)]
            for listener in listeners:
                listener.until("hello")
            broadcast_id = stage.broadcast(clock.now())
            ids = [[event.id for event in changes(listener, 7)] for listener in listeners]
            assert ids == [list(range(1, 8))] * 60
            assert _database_connections(process.pid, stage) <= 16
            stage.move(broadcast_id, S.PLAYING, clock.now())
            assert {listener.until("change").id for listener in listeners} == {8}
            took = process.stop()
            assert took < 6.0
    finally:
        process.stop()


def _database_connections(pid: int, stage: Stage) -> int:
    """How many connections the server (and its workers) hold to the database."""
    parent = psutil.Process(pid)
    count = 0
    for process in (parent, *parent.children(recursive=True)):
        if stage.database.is_sqlite:
            count += sum(file.path.endswith("steward.db") for file in process.open_files())
        else:
            open_now = process.net_connections("tcp")
            count += sum(bool(c.raddr) and c.raddr.port == 5432 for c in open_now)
    return count

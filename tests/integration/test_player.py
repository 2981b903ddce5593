"""The player without a browser against a real server: what it sounds like, what it reports."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from steward import __version__
from steward.broadcasts.queries import receipts
from steward.broadcasts.tables import PlayerRow
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import Priority
from steward.domain.players import KnownPlayer
from steward.errors import SoundDeviceLost
from steward.operations.enrol_player import change_player, enrol_player
from steward.operations.keep_halls import add_hall
from steward.operations.set_volume import set_volume
from steward.operations.show_players import show_players
from steward.player.device import MiniaudioSink
from steward.player.identity import Identity
from steward.player.output import Sink
from steward.player.player import Player
from steward.player.server import Server
from steward.speech.audio.wave import read_sound
from steward.speech.cache import ClipCache
from steward.speech.engine import Samples
from steward.storage.engine import Database
from steward.web.factory import create_app
from tests.support.accounts import DUTY
from tests.support.playing import RATE_HZ, RecordingSink, until
from tests.support.served import Process, free_port, gunicorn, in_thread, no_plans
from tests.support.stage import Stage, SteppedClock
from tests.support.streams import loudest

KEY = "loudspeaker0001"
STATIC = Path("steward/web/static")
Receipts = list[tuple[str, int | None]]


@pytest.fixture
def stage(sqlite_database: Database, tmp_path: Path) -> Stage:
    return Stage(sqlite_database, tmp_path / "var")


@pytest.fixture
def address(stage: Stage, clock: SteppedClock) -> Iterator[str]:
    database = Database(stage.settings.database)
    with in_thread(create_app(stage.settings, database, clock, no_plans)) as port:
        yield f"http://127.0.0.1:{port}"
    database.dispose()


@dataclass
class Playing:
    """A player at work on a stage."""

    stage: Stage
    player: Player
    thread: threading.Thread

    def reports(self, broadcast_id: int) -> Receipts:
        with self.stage.database.session() as session:
            rows = receipts.of_broadcast(session, broadcast_id)
            assert {key for _, key in rows} <= {KEY}
            return [(row.event, row.ordinal) for row, _ in rows]

    def until_reported(self, broadcast_id: int, event: str, ordinal: int | None = None) -> None:
        until(
            lambda: (event, ordinal) in self.reports(broadcast_id),
            f"receipt {event} {ordinal} of {broadcast_id}",
        )

    def sound_state(self) -> str:
        with self.stage.database.session() as session:
            row = session.scalars(select(PlayerRow)).one_or_none()
            return "" if row is None else row.sound


@contextmanager
def playing(
    stage: Stage, address: str, sink: Sink, who: Identity | None = None, **options: Any
) -> Iterator[Playing]:
    """A player that is there and follows the log, stopped afterwards."""
    who = who or Identity(KEY)
    player = Player(
        Server(address, "main"), who, sink, stage.folder / "player", again_s=(0.05,), **options
    )
    thread = threading.Thread(target=player.run)
    thread.start()
    own = Playing(stage, player, thread)
    try:
        until(lambda: own.sound_state() not in ("", "unknown"), "the player's presence")
        until(lambda: player.following, "the hall's log followed")
        yield own
    finally:
        player.stop()
        thread.join(10)
        assert not thread.is_alive()


def sound_of(stage: Stage, broadcast_id: int, first: int = 0) -> Samples:
    """What a broadcast of the stage must sound like, from a clause on, without its silences."""
    document = stage.row(broadcast_id)
    cache = ClipCache(stage.settings.clips_folder)
    keys = [
        stage.clip(seconds=0.5, hertz=300.0 + 50 * ordinal).key
        for ordinal in range(first, len(document.clauses))
    ]
    parts = [read_sound(STATIC / "chime-routine.wav").samples]
    for key in keys:
        parts += [cache.load(key).samples, np.zeros(round(0.12 * RATE_HZ), dtype=np.float32)]
    return np.concatenate([*parts, read_sound(STATIC / "chime-after.wav").samples])


def holds(heard: Samples, expected: Samples) -> bool:
    """Whether these samples were heard one after the other, without a gap."""
    start = np.flatnonzero(expected)[0]
    body = expected[start:]
    places = np.flatnonzero(heard == body[0])
    return any(np.array_equal(heard[at : at + len(body)], body) for at in places)


def test_it_sounds_like_the_clips_to_the_sample_and_reports_as_the_browser_does(
    stage: Stage, clock: SteppedClock, address: str
) -> None:
    sink = RecordingSink()
    with playing(stage, address, sink) as own:
        broadcast_id = stage.broadcast(clock.now())
        own.until_reported(broadcast_id, "fetched")
        stage.move(broadcast_id, S.PLAYING, clock.now())
        own.until_reported(broadcast_id, "ended")
        assert own.reports(broadcast_id) == [
            ("fetched", None),
            ("started", None),
            *[("clause", ordinal) for ordinal in range(4)],
            ("ended", None),
        ]
        assert own.sound_state() == "ready"
    assert holds(sink.heard, sound_of(stage, broadcast_id))
    kept = list((stage.folder / "player").glob("*.wav"))
    assert len(kept) == 4


def test_a_clip_that_is_still_being_made_is_waited_for(
    stage: Stage, clock: SteppedClock, address: str
) -> None:
    sink = RecordingSink()
    with playing(stage, address, sink) as own:
        broadcast_id = stage.broadcast(clock.now(), clips=3)
        own.until_reported(broadcast_id, "fetched")
        stage.move(broadcast_id, S.PLAYING, clock.now())
        own.until_reported(broadcast_id, "clause", 2)
        stage.add_clip(broadcast_id, 3, clock.now(), seconds=0.5, hertz=450.0)
        own.until_reported(broadcast_id, "ended")
    heard, whole = sink.heard, sound_of(stage, broadcast_id)
    last = len(read_sound(STATIC / "chime-after.wav").samples) + round(0.62 * RATE_HZ)
    assert holds(heard, whole[:-last])
    assert holds(heard, whole[-last:])


def test_an_emergency_cuts_it_and_it_goes_on_from_its_clause(
    stage: Stage, clock: SteppedClock, address: str
) -> None:
    sink = RecordingSink()
    with playing(stage, address, sink) as own:
        routine, urgent = stage.broadcast(clock.now()), stage.broadcast(clock.now())
        for one in (routine, urgent):
            own.until_reported(one, "fetched")
        stage.move(routine, S.PLAYING, clock.now())
        own.until_reported(routine, "clause", 1)
        stage.move(routine, S.READY, clock.step(1), "让位于紧急播报")
        stage.move(urgent, S.PLAYING, clock.now())
        own.until_reported(urgent, "ended")
        assert own.reports(routine)[-1][0] == "interrupted"
        ordinal = own.reports(routine)[-1][1]
        assert ordinal is not None
        stage.move(urgent, S.PLAYED, clock.step(1))
        stage.move(routine, S.PLAYING, clock.now())
        own.until_reported(routine, "ended")
    heard = sink.heard
    assert holds(heard, sound_of(stage, urgent))
    assert holds(heard, sound_of(stage, routine, first=ordinal))


def test_without_a_server_it_plays_what_it_has_and_the_rest_when_the_server_is_back(
    stage: Stage,
) -> None:
    port = free_port()
    server = Process(gunicorn(port), port, stage.settings)
    sink = RecordingSink(speed=1.0)
    try:
        with playing(stage, server.address, sink) as own:
            broadcast_id = stage.broadcast(datetime.now(UTC), clips=2)
            own.until_reported(broadcast_id, "fetched")
            stage.move(broadcast_id, S.PLAYING, datetime.now(UTC))
            own.until_reported(broadcast_id, "clause", 0)
            server.kill()
            whole = sound_of(stage, broadcast_id)
            first = round(1.5 * RATE_HZ + 2 * 0.62 * RATE_HZ)
            until(lambda: holds(sink.heard, whole[:first]), "two clauses, without a server")
            assert ("clause", 2) not in own.reports(broadcast_id)
            for ordinal in (2, 3):
                hertz = 300.0 + 50 * ordinal
                stage.add_clip(broadcast_id, ordinal, datetime.now(UTC), seconds=0.5, hertz=hertz)
            server = Process(gunicorn(port), port, stage.settings)
            own.until_reported(broadcast_id, "ended")
            assert holds(sink.heard, whole[first:])
            clauses = [ordinal for event, ordinal in own.reports(broadcast_id) if event == "clause"]
            assert clauses == [0, 1, 2, 3]
    finally:
        server.stop()


def test_a_loudspeaker_that_goes_is_reported_and_the_lost_words_come_when_it_is_back(
    stage: Stage, clock: SteppedClock, address: str
) -> None:
    sink = RecordingSink(speed=1.0)
    with playing(stage, address, sink) as own:
        broadcast_id = stage.broadcast(clock.now())
        own.until_reported(broadcast_id, "fetched")
        stage.move(broadcast_id, S.PLAYING, clock.now())
        own.until_reported(broadcast_id, "clause", 0)
        sink.unplug()
        until(lambda: own.sound_state() == "blocked", "the player reported as blocked")
        event, ordinal = own.reports(broadcast_id)[-1]
        assert event == "blocked"
        assert ordinal is not None
        sink.refuses = False
        own.until_reported(broadcast_id, "ended")
        assert own.sound_state() == "ready"
    assert holds(sink.heard, sound_of(stage, broadcast_id, first=ordinal))


def test_a_player_that_comes_in_the_middle_begins_there(
    stage: Stage, clock: SteppedClock, address: str
) -> None:
    broadcast_id = stage.broadcast(clock.now(), seconds=5.0)
    stage.move(broadcast_id, S.PLAYING, clock.now())
    clock.step(9)
    with playing(stage, address, RecordingSink(speed=8)) as own:
        own.until_reported(broadcast_id, "ended")
        assert ("clause", 0) not in own.reports(broadcast_id)
        assert own.reports(broadcast_id).count(("clause", 1)) == 1


def test_stopping_it_is_told_and_a_muted_one_says_that_it_is(
    stage: Stage, clock: SteppedClock, address: str
) -> None:
    broadcast_id = stage.broadcast(clock.now())
    with playing(stage, address, RecordingSink(speed=1.0)) as own:
        stage.move(broadcast_id, S.PLAYING, clock.now())
        own.until_reported(broadcast_id, "clause", 0)
    assert own.reports(broadcast_id)[-1][0] == "interrupted"
    with playing(stage, address, RecordingSink(), gain=0.0) as muted:
        muted.until_reported(broadcast_id, "muted", 0)
        assert muted.sound_state() == "muted"


def test_it_is_as_loud_as_the_hall_is_set_from_the_next_sample_on(
    stage: Stage, clock: SteppedClock, address: str
) -> None:
    def set_to(percent: int, priority: Priority | None = None) -> None:
        own = stage.database
        set_volume(own, "main", percent, priority=priority, at=clock.now(), by=DUTY)

    set_to(50)
    set_to(70, Priority.EMERGENCY)
    sink = RecordingSink(speed=2.0)
    with playing(stage, address, sink, gain=0.8) as own:
        routine = stage.broadcast(clock.now(), seconds=1.0)
        own.until_reported(routine, "fetched")
        stage.move(routine, S.PLAYING, clock.now())
        own.until_reported(routine, "clause", 2)
        set_to(100)
        own.until_reported(routine, "ended")
        half = len(sink.heard)
        stage.move(routine, S.PLAYED, clock.now())
        urgent = stage.broadcast(clock.now(), priority=Priority.EMERGENCY)
        stage.move(urgent, S.PLAYING, clock.now())
        own.until_reported(urgent, "ended")
        until(lambda: known(stage).volume == 80, "its volume reported")
    first, second = sink.heard[:half], sink.heard[half:]
    # The tones are written at 0.33; the player's own gain is 0.8.
    assert loudest(first, 300) == pytest.approx(0.33 * 0.8 * 0.5**2, rel=0.05)
    assert loudest(first, 450) == pytest.approx(0.33 * 0.8, rel=0.05)
    assert loudest(second, 300) == pytest.approx(0.33 * 0.8 * 0.7**2, rel=0.05)


def known(stage: Stage) -> KnownPlayer:
    (player,) = show_players(stage.database, at=SteppedClock().now())
    return player


def test_it_is_enrolled_by_its_code_proves_itself_and_goes_where_it_is_put(
    stage: Stage, clock: SteppedClock, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    at, who = clock.now(), Identity(KEY, path=stage.folder / "main.key")
    add_hall(stage.database, "second", "二号厅", at=at, by=DUTY)
    broadcast_id = stage.broadcast(at)
    with playing(stage, address, RecordingSink(), who, clock=clock) as own:
        until(lambda: "登记码" in caplog.text, "its code on the terminal")
        code = caplog.text.split("登记码 ")[1][:6]
        enrol_player(stage.database, code, "走廊音箱", at=at, by=DUTY)
        until(lambda: who.secret != "", "its secret, without waiting for the next presence")
        stage.move(broadcast_id, S.PLAYING, at)
        own.until_reported(broadcast_id, "ended")
        with stage.database.session() as session:
            proofs = {row.proven for row, _ in receipts.of_broadcast(session, broadcast_id)}
        assert proofs == {True}
        seen = known(stage)
        assert (seen.title, seen.version, seen.clock_ms) == ("走廊音箱", __version__, 0)
        assert who.path is not None
        assert who.path.read_text() == f"{KEY}\n{who.secret}\n"
        change_player(stage.database, seen.id, title="走廊", hall="second", at=at, by=DUTY)
        own.thread.join(10)
        assert own.player.moved_to == "second"


def test_miniaudio_itself_takes_the_samples_through_its_null_device() -> None:
    taken: list[int] = []

    def take(count: int) -> Samples:
        taken.append(count)
        return np.zeros(count, dtype=np.float32)

    sink = MiniaudioSink(null=True)
    sink.open(take)
    try:
        until(lambda: sum(taken) > sink.rate_hz // 4, "a quarter of a second of samples")
        assert not sink.lost()
        assert max(taken) <= sink.rate_hz // 10
    finally:
        sink.close()
    assert sink.lost()


def test_a_device_that_is_not_there_is_said_and_may_be_tried_again() -> None:
    with pytest.raises(SoundDeviceLost) as refused:
        MiniaudioSink("没有这个设备").open(lambda count: np.zeros(count, dtype=np.float32))
    assert refused.value.retry

"""The endless stream through real servers: valid, silent, sounding, silent; shared; on record."""

from __future__ import annotations

import http.client
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import psutil
import pytest

from steward.broadcasts.queries import players, receipts
from steward.domain.broadcasts import BroadcastState as S
from steward.operations.set_volume import set_volume
from steward.operations.show_hall import find_hall
from steward.speech.audio.mp3 import RATE_HZ
from steward.storage.engine import Database
from steward.web.factory import create_app
from tests.support.accounts import DUTY
from tests.support.playing import until
from tests.support.served import Process, free_port, gunicorn, in_thread, no_plans
from tests.support.stage import Stage, SteppedClock
from tests.support.streams import Loudspeaker, decoded, loudest, pitches, probed


def reports(stage: Stage, broadcast_id: int) -> list[tuple[str, int | None, str, str]]:
    with stage.database.session() as session:
        return [
            (row.event, row.ordinal, key, row.detail)
            for row, key in receipts.of_broadcast(session, broadcast_id)
        ]


def events(stage: Stage, broadcast_id: int) -> list[str]:
    return [event for event, *_ in reports(stage, broadcast_id)]


def test_it_is_silent_then_speaks_then_is_silent_and_that_is_on_record(stage: Stage) -> None:
    port = free_port()
    server = Process(gunicorn(port), port, stage.settings)
    try:
        with closing(Loudspeaker(port)) as speaker:
            headers = speaker.answer.headers
            assert headers["Content-Type"] == "audio/mpeg"
            assert headers["Cache-Control"] == "no-store"
            until(lambda: speaker.seconds > 1.5, "a second and a half of sound")
            set_volume(stage.database, "main", 50, at=datetime.now(UTC), by=DUTY)
            broadcast_id = stage.broadcast(datetime.now(UTC))
            stage.move(broadcast_id, S.PLAYING, datetime.now(UTC))
            until(lambda: "ended" in events(stage, broadcast_id), "its end")
            end = speaker.seconds + 1.0
            until(lambda: speaker.seconds > end, "a second after it")
            content = bytes(speaker.content)
    finally:
        server.stop()
    facts = probed(content)
    assert (facts["codec_name"], facts["sample_rate"], facts["channels"], facts["bit_rate"]) == (
        "mp3",
        "24000",
        1,
        "64000",
    )
    samples, complaints = decoded(content)
    assert complaints == ""
    assert np.abs(samples[:RATE_HZ]).max() < 0.001
    assert np.abs(samples[-RATE_HZ // 2 :]).max() < 0.001
    tones = [pitch for pitch in pitches(samples) if pitch in (300, 350, 400, 450)]
    assert tones == [300, 350, 400, 450]
    # Written at 0.33, and the hall is set to half, which is a quarter of the amplitude.
    assert loudest(samples, 300) == pytest.approx(0.33 * 0.5**2, rel=0.1)
    assert reports(stage, broadcast_id) == [
        ("started", None, f"stream{stage.hall_id:06d}", "已送给 1 个听众"),
        ("ended", None, f"stream{stage.hall_id:06d}", "已送给 1 个听众"),
    ]
    with stage.database.session() as session:
        player = players.of_hall(session, stage.hall_id, datetime(2000, 1, 1, tzinfo=UTC))[0]
        assert (player.sound, player.user_agent) == ("ready", "网络音箱数据流（1 个听众）")


def test_fifty_listeners_share_one_encoder_and_go_home_with_the_server(
    sqlite_database: Database, tmp_path: Path
) -> None:
    stage = Stage(sqlite_database, tmp_path / "var")
    port = free_port()
    server = Process(gunicorn(port), port, stage.settings)
    try:
        with ExitStack() as open_streams:
            speakers = [open_streams.enter_context(closing(Loudspeaker(port))) for _ in range(50)]
            until(lambda: all(one.seconds > 3.0 for one in speakers), "three seconds for all")
            whole = bytes(speakers[0].content)
            for one in speakers[1:]:
                assert bytes(one.content[: round(0.5 * 8000)]) in whole
            assert _threads(server.pid) < 30
            took = server.stop()
            assert took < 6.0
            until(lambda: all(one.ended for one in speakers), "the end of every stream")
    finally:
        server.stop()


def test_what_is_cancelled_is_cut_from_the_stream_too(
    sqlite_database: Database, tmp_path: Path
) -> None:
    stage, clock = Stage(sqlite_database, tmp_path / "var"), SteppedClock()
    database = Database(stage.settings.database)
    app = create_app(stage.settings, database, clock, no_plans)
    with in_thread(app) as port, closing(Loudspeaker(port)) as speaker:
        routine = stage.broadcast(clock.now())
        stage.move(routine, S.PLAYING, clock.now())
        until(lambda: "started" in events(stage, routine), "its start")
        began = speaker.seconds
        until(lambda: speaker.seconds > began + 2.2, "its first clause")
        stage.move(routine, S.CANCELLED, clock.step(1), "值班员取消")
        until(lambda: "interrupted" in events(stage, routine), "its interruption")
        event, ordinal, _, why = reports(stage, routine)[-1]
        assert (event, why) == ("interrupted", "值班员取消")
        assert ordinal is not None
        end = speaker.seconds + 1.5
        until(lambda: speaker.seconds > end, "silence after it")
        samples, _ = decoded(bytes(speaker.content))
        assert np.abs(samples[-RATE_HZ // 2 :]).max() < 0.001
        assert 450 not in pitches(samples)
    database.dispose()


def test_asking_for_its_headers_is_not_listening_and_no_hall_has_none(
    sqlite_database: Database, tmp_path: Path
) -> None:
    stage, clock = Stage(sqlite_database, tmp_path / "var"), SteppedClock()
    app = create_app(stage.settings, stage.database, clock, no_plans)
    with in_thread(app) as port:
        for address, status in (("/hall/main/stream.mp3", 200), ("/hall/none/stream.mp3", 404)):
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
                connection.request("HEAD", address)
                assert connection.getresponse().status == status
        assert not app.extensions["steward"].radios.of(find_hall(stage.database, "main")).running


def _threads(pid: int) -> int:
    parent = psutil.Process(pid)
    return sum(one.num_threads() for one in (parent, *parent.children(recursive=True)))

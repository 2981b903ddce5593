"""The post room in a running engine: a mail server that hangs holds up no speech."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

from steward.broadcasts.queries import broadcasts
from steward.broadcasts.queries.changes import CHANNEL
from steward.clock import SystemClock
from steward.domain.broadcasts import Priority
from steward.domain.offices import Matter
from steward.domain.weeks import Week
from steward.operations.announce import announce
from steward.operations.furnish import furnish
from steward.operations.resend import send_now
from steward.scheduler.engine import Engine
from steward.scheduler.post_room import PostRoom
from steward.storage.commits import watch
from steward.storage.engine import Database
from tests.support import offices, studios
from tests.support.accounts import DUTY
from tests.support.mail_server import mail_server


def test_a_hanging_mail_server_holds_up_no_speech(
    sqlite_database: Database, tmp_path: Path
) -> None:
    clock = SystemClock()
    furnish(sqlite_database, at=clock.now())
    code = offices.settle(sqlite_database)["瓜沥镇"]
    offices.contact(sqlite_database, "瓜沥镇", "王", "wang@x.cn")
    made_at = clock.now() - timedelta(minutes=1)
    week = str(Week.containing(made_at))
    offices.briefing(sqlite_database, tmp_path, code, week=week, made_at=made_at)
    offices.sort(sqlite_database, now=clock.now())
    send_now(sqlite_database, Matter.BRIEFING, week, at=clock.now(), by=DUTY)
    studio = studios.studio_of(sqlite_database, tmp_path)
    with mail_server() as server:
        server.answers["wang@x.cn"] = ["hang"]
        room = PostRoom(
            sqlite_database,
            offices.post_to(tmp_path, server, limit_s=60),
            "0 10 * * 1",
            "30 9 3 * *",
        )
        engine = Engine(
            studio,
            clock,
            holidays=tmp_path / "holidays.toml",
            prepare_ahead_s=0,
            post_room=room,
        )
        running = threading.Thread(target=engine.run)
        running.start()
        try:
            assert server.hangs.wait(10)
            made, _ = announce(
                sqlite_database,
                "请注意",
                hall="main",
                priority=Priority.ROUTINE,
                at=clock.now(),
                by=DUTY,
            )
            commits = watch(sqlite_database, CHANNEL)
            for _ in range(50):
                with sqlite_database.session() as session:
                    state = broadcasts.get(session, made).state
                if state == "playing":
                    break
                commits.wait(0.5)
            commits.close()
            assert state == "playing"
            assert not server.let_go.is_set()
        finally:
            server.let_go.set()
            engine.runner.stop()
            running.join()

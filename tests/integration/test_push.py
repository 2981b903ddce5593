"""Alarms by push: merged, tried again with growing pauses, never twice, and never in the way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from steward.broadcasts.queries import alarms, broadcasts
from steward.broadcasts.queries.changes import CHANNEL
from steward.broadcasts.tables import AlarmRow
from steward.clock import SystemClock
from steward.domain.alarms import AlarmKind, Wrong
from steward.domain.broadcasts import Priority
from steward.errors import PushError
from steward.operations.announce import announce
from steward.operations.furnish import furnish
from steward.operations.push_alarms import (
    GATHER,
    MOST_LINES,
    MOST_TRIES,
    Push,
    message,
    pause,
    push_alarms,
)
from steward.operations.reach_targets import Target, reach, read_targets
from steward.storage.commits import watch
from steward.storage.engine import Database
from tests.support import studios
from tests.support.accounts import DUTY
from tests.support.push_server import PushServer, push_server
from tests.support.studios import SLOT

# The library looks for an optional part of itself when it is loaded.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

NOW = SLOT + GATHER
HOUR = timedelta(hours=1)


@pytest.fixture
def server() -> Iterator[PushServer]:
    with push_server() as server:
        yield server


def put(database: Database, *texts: str, at: datetime = SLOT) -> list[int]:
    ids = []
    with database.session(write=True) as session:
        for text in texts:
            row = alarms.raise_(session, Wrong(f"past:{text}", AlarmKind.UNHEARD, text), at=at)
            assert row is not None
            ids.append(row.id)
    return ids


def rows(database: Database) -> list[AlarmRow]:
    with database.session() as session:
        return list(alarms.every_open(session))


def to(*addresses: str) -> Push:
    targets, unknown = read_targets(" ".join(addresses))
    assert not unknown
    return Push(targets, "萧山区隐患管家")


def test_several_alarms_go_out_as_one_message_to_each_target_and_once(
    database: Database, server: PushServer
) -> None:
    push = to(server.ntfy("duty"), server.webhook("hook"))
    put(database, "指挥大厅“通知”没有人听到", "【演练】一号厅失联")
    assert push_alarms(database, push, now=SLOT) == 0  # what comes together is waited for
    assert push_alarms(database, push, now=NOW) == 2
    (ntfy,) = [document for path, document in server.taken if path == "duty"]
    assert ntfy["title"] == "萧山区隐患管家：2 个告警"
    assert ntfy["message"].splitlines() == [
        "09:00 没有人听到：【演练】一号厅失联",
        "09:00 没有人听到：指挥大厅“通知”没有人听到",
    ]
    (hook,) = [document for path, document in server.taken if path == "hook"]
    assert hook["message"] == ntfy["message"]
    assert [(row.pushed_at, row.push_tries, row.push_fault) for row in rows(database)] == [
        (NOW, 1, "")
    ] * 2
    assert push_alarms(database, push, now=NOW + HOUR) == 0
    assert len(server.asked) == 2


def test_one_that_is_refused_is_tried_again_and_the_other_has_it_once(
    sqlite_database: Database, server: PushServer
) -> None:
    server.answers["duty"] = [429, 500, 200]
    push = to(server.ntfy("duty"), server.webhook("hook"))
    put(sqlite_database, "一")
    at = NOW
    faults, waited = [], []
    for _ in range(3):
        assert push_alarms(sqlite_database, push, now=at) == 1
        (row,) = rows(sqlite_database)
        faults.append(row.push_fault)
        assert row.push_after is not None
        assert push_alarms(sqlite_database, push, now=row.push_after - GATHER) == 0
        waited.append((row.push_after - at).total_seconds())
        at = row.push_after
    assert waited == [30, 60, 120]
    assert faults == [
        "发得太多，对方限流（429）（ntfy://…）",
        "对方没有收下（500）（ntfy://…）",
        "",
    ]
    assert row.pushed_at is not None
    assert (row.push_tries, server.titles("duty")) == (3, ["萧山区隐患管家：1 个告警"])
    assert server.asked.count("hook") == 1


def test_a_target_that_does_not_answer_takes_its_time_limit_and_no_more(
    sqlite_database: Database, server: PushServer
) -> None:
    server.answers["duty"] = [0]
    push = replace(to(server.ntfy("duty"), server.webhook("hook")), limit_s=0.2)
    put(sqlite_database, "一")
    push_alarms(sqlite_database, push, now=NOW)
    (row,) = rows(sqlite_database)
    assert row.push_fault == "连不上，或 0.2 秒没有答复（ntfy://…）"
    assert row.pushed_at is None
    assert server.titles("hook") == ["萧山区隐患管家：1 个告警"]


def test_a_hanging_target_holds_up_no_speech(
    sqlite_database: Database, tmp_path: Path, server: PushServer
) -> None:
    clock = SystemClock()
    furnish(sqlite_database, at=clock.now())
    server.answers["duty"] = [0]
    push = replace(to(server.ntfy("duty")), limit_s=60)
    put(sqlite_database, "一", at=clock.now() - GATHER)
    studio = studios.studio_of(sqlite_database, tmp_path)
    engine = studios.engine_of(studio, tmp_path, prepare_ahead_s=0, push=push)
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


def test_pauses_grow_up_to_a_bound_and_then_it_is_given_up(
    sqlite_database: Database, server: PushServer
) -> None:
    seconds = [pause(tries).total_seconds() for tries in range(MOST_TRIES)]
    assert seconds[:4] == [30, 60, 120, 240]
    assert seconds == sorted(seconds)
    assert seconds[-1] == 900
    server.answers["duty"] = [500]
    put(sqlite_database, "一")
    at = NOW
    for _ in range(MOST_TRIES + 3):
        push_alarms(sqlite_database, to(server.ntfy("duty")), now=at)
        at += HOUR / 2
    assert len(server.asked) == MOST_TRIES
    assert rows(sqlite_database)[0].push_fault.startswith("对方没有收下")


def test_two_engines_at_once_send_one_message(database: Database, server: PushServer) -> None:
    put(database, "一", "二", "三")
    push = to(server.ntfy("duty"))
    start = threading.Barrier(3)
    counts: list[int] = []

    def run() -> None:
        start.wait()
        counts.append(push_alarms(database, push, now=NOW))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 3
    said = [line for _, one in server.taken for line in str(one["message"]).splitlines()]
    assert sorted(line[-1] for line in said) == sorted("一二三")


def test_what_is_seen_over_or_old_is_not_sent(
    sqlite_database: Database, server: PushServer
) -> None:
    seen, over, _ = put(sqlite_database, "看过", "好了", "旧的")
    with sqlite_database.session(write=True) as session:
        alarms.notice(session, alarms.get(session, seen), at=SLOT, by="值班员", over=False)
        alarms.clear(session, [over], at=SLOT)
    push = to(server.ntfy("duty"))
    assert push_alarms(sqlite_database, push, now=SLOT + 25 * HOUR) == 0
    assert push_alarms(sqlite_database, push, now=NOW) == 1
    assert "旧的" in server.taken[0][1]["message"]
    assert "看过" not in server.taken[0][1]["message"]


def test_a_long_list_is_cut_to_what_a_phone_shows(sqlite_database: Database) -> None:
    put(sqlite_database, *(f"第{n}个" for n in range(30)))
    title, body = message("管家", rows(sqlite_database))
    assert title == "管家：30 个告警"
    assert len(body.splitlines()) == MOST_LINES
    assert body.endswith("另有 21 个，请看告警页")


def test_addresses_are_read_and_what_is_none_is_named_without_its_secret() -> None:
    targets, unknown = read_targets(
        "ntfy://127.0.0.1/duty, ntfy://127.0.0.1/duty\nsmoke://secret@x，json://127.0.0.1/a?x=1,2"
    )
    assert [target.address for target in targets] == [
        "ntfy://127.0.0.1/duty",
        "json://127.0.0.1/a?x=1,2",
    ]
    assert unknown == ["smoke://…"]
    assert read_targets("  ") == ([], [])
    for address in (
        "dingtalk://abcdefghijklmnop1234",
        "wecombot://abcdefghijklmnop-1234",
        "feishu://abcdefghijklmnop",
    ):
        assert len(read_targets(address)[0]) == 1, address
    with pytest.raises(PushError, match="不认识的地址"):
        reach(Target("k", "smoke://…", "smoke://x"), "t", "b")


def test_without_targets_nothing_is_sent_and_nothing_complains(
    sqlite_database: Database, tmp_path: Path
) -> None:
    put(sqlite_database, "一")
    assert push_alarms(sqlite_database, Push((), "管家"), now=NOW) == 0
    assert [(row.push_tries, row.push_fault) for row in rows(sqlite_database)] == [(0, "")]
    studio = studios.studio_of(sqlite_database, tmp_path)
    assert studios.engine_of(studio, tmp_path).push is None

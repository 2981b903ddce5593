"""Issues by push: what shares a group goes as one message, not too many, and once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from steward.domain.offices import ContactKind
from steward.errors import TooManyPushes
from steward.offices.queries import deliveries
from steward.operations.end_delivery import not_taken
from steward.operations.send_pushes import send_pushes
from steward.operations.tell_towns import told_of
from steward.storage.engine import Database
from tests.support import offices
from tests.support.offices import DUE, MADE, post_to, rows, sort
from tests.support.push_server import PushServer, push_server

# The library looks for an optional part of itself when it is loaded.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

MINUTE = timedelta(minutes=1)


@pytest.fixture
def server() -> Iterator[PushServer]:
    with push_server() as server:
        yield server


def towns_in(database: Database, folder: Path, address: str, count: int) -> list[str]:
    """So many towns whose briefings go to one address; their names."""
    codes = dict(list(offices.settle(database).items())[:count])
    for name, code in codes.items():
        offices.contact(database, name, "工作群", address)
        offices.briefing(database, folder, code, town=name)
    sort(database, now=MADE)
    return list(codes)


def test_towns_that_share_a_group_share_a_message(
    database: Database, tmp_path: Path, server: PushServer
) -> None:
    names = towns_in(database, tmp_path, server.ntfy("group"), 3)
    offices.contact(database, names[0], "值班", server.webhook("hook"))
    sort(database, now=MADE)
    post = post_to(tmp_path)
    assert send_pushes(database, post, now=DUE - MINUTE) == 0
    assert send_pushes(database, post, now=DUE) == 2
    assert send_pushes(database, post, now=DUE + MINUTE) == 0
    (group,) = [document for path, document in server.taken if path == "group"]
    assert group["title"] == "萧山区隐患管家：3 份材料"
    lines = group["message"].splitlines()
    assert len(lines) == 3
    assert lines[0].startswith(
        f"{names[0]}每周隐患简报（2021年第46周）可以领取：本周新增隐患 3 条，"
        "隐患到期预警企业 5 家，超期预警企业 2 家，领取：https://bobao.example.cn/town/"
    )
    assert [row.state for row in rows(database)] == ["sent"] * 4


def test_a_message_longer_than_the_group_takes_becomes_several_and_no_more_than_a_minute_bears(
    sqlite_database: Database, tmp_path: Path, server: PushServer
) -> None:
    towns_in(sqlite_database, tmp_path, server.ntfy("group"), 22)  # ntfy: 4000 bytes
    post = post_to(tmp_path, per_minute=1)
    sent = [
        send_pushes(sqlite_database, post, now=DUE + timedelta(seconds=seconds))
        for seconds in (0, 5, 59, 60, 65, 120, 180)
    ]
    assert sum(sent) == len(server.taken) == 2
    assert sent[:4] == [1, 0, 0, 1]
    messages = [str(document["message"]) for _, document in server.taken]
    assert all(len(one.encode()) <= 4000 for one in messages)
    assert sum(len(one.splitlines()) for one in messages) == 22
    assert {row.state for row in rows(sqlite_database)} == {"sent"}


def test_a_target_that_wants_to_rest_rests_and_the_others_do_not(
    sqlite_database: Database, tmp_path: Path, server: PushServer
) -> None:
    names = towns_in(sqlite_database, tmp_path, server.ntfy("group"), 2)
    offices.contact(sqlite_database, names[0], "值班", server.webhook("hook"))
    sort(sqlite_database, now=MADE)
    server.answers["group"] = [429, 200]
    post = post_to(tmp_path)
    assert send_pushes(sqlite_database, post, now=DUE) == 1
    resting = [row for row in rows(sqlite_database) if row.state == "waiting"]
    assert {(row.due_at - DUE) / MINUTE for row in resting} == {1}
    assert {row.fault for row in resting} == {"发得太多，对方限流（429）（ntfy://…）"}
    send_pushes(sqlite_database, post, now=DUE + MINUTE - timedelta(seconds=1))
    assert sorted(server.asked) == ["group", "hook"]
    assert send_pushes(sqlite_database, post, now=DUE + MINUTE) == 1
    assert server.titles("group") == ["萧山区隐患管家：2 份材料"]
    assert server.titles("hook") == ["萧山区隐患管家：1 份材料"]


def test_what_is_told_to_wait_longer_than_its_pause_waits_as_told(
    sqlite_database: Database, tmp_path: Path, server: PushServer
) -> None:
    towns_in(sqlite_database, tmp_path, server.ntfy("group"), 1)
    with sqlite_database.session(write=True) as session:
        (found,) = deliveries.due(session, ContactKind.PUSH, now=DUE, limit=9)
        held = deliveries.claim(session, found.row, now=DUE, lease_until=DUE, message_id="m")
        assert held is not None
        told = told_of(session, held, tmp_path)
    error = TooManyPushes("发得太多", wait_s=600)
    not_taken(sqlite_database, [(held, told)], error, now=DUE)
    assert rows(sqlite_database)[0].due_at == DUE + 10 * MINUTE


def test_a_target_that_is_away_is_tried_after_pauses_and_told_of(
    sqlite_database: Database, tmp_path: Path, server: PushServer
) -> None:
    towns_in(sqlite_database, tmp_path, server.webhook("hook"), 1)
    server.answers["hook"] = [500]
    at = DUE
    for _ in range(5):
        send_pushes(sqlite_database, post_to(tmp_path), now=at)
        (row,) = rows(sqlite_database)
        at = row.due_at
    assert row.tries == 5
    (alarm,) = offices.alarm_texts(sqlite_database)
    assert "试了 5 次没有送出，还会再试：对方没有收下（500）（json://…）" in alarm


def test_engines_that_push_at_once_send_one_message(
    database: Database, tmp_path: Path, server: PushServer
) -> None:
    towns_in(database, tmp_path, server.webhook("hook"), 3)
    start, counts = threading.Barrier(3), []

    def run() -> None:
        start.wait()
        counts.append(send_pushes(database, post_to(tmp_path), now=DUE))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = [line for _, one in server.taken for line in str(one["message"]).splitlines()]
    assert len(said) == len(set(said)) == 3
    assert sum(counts) == len(server.taken)

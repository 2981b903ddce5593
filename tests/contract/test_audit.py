"""The log of acts on both databases: every act is in it, and no change of it stays hidden."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update

from steward.accounts.queries import audit
from steward.accounts.tables import AuditHeadRow, AuditRow
from steward.broadcasts.queries import broadcasts
from steward.domain.accounts import Actor
from steward.domain.audit import START, Act, Entry, Head, digest_of
from steward.domain.broadcasts import BroadcastState, Priority
from steward.errors import BroadcastError, NotFound, PlanError
from steward.operations.add_plan import add_plan
from steward.operations.announce import announce
from steward.operations.audition import request_audition
from steward.operations.decide_broadcast import cancel_broadcast, release_broadcast
from steward.operations.furnish import furnish
from steward.operations.read_audit import search_audit, verify_audit
from steward.operations.remove_plan import remove_plan
from steward.storage.engine import Database
from tests.support.accounts import DUTY, ROOT

NOW = datetime(2021, 11, 16, 1, 0, tzinfo=UTC)


def write(database: Database, count: int = 5) -> None:
    for number in range(count):
        with database.session(write=True) as session:
            facts = {"编号": number, "rate": 0.9, "list": [1, None, "二"]}
            audit.record(
                session,
                Act.USER_ADDED,
                at=NOW + timedelta(seconds=number, microseconds=number),
                by=ROOT,
                about=f"帐号 {number}",
                after=facts,
            )


def test_a_whole_log_is_whole_and_ends_where_it_says(database: Database) -> None:
    assert verify_audit(database) == (Head(0, START), "")
    write(database)
    head, fault = verify_audit(database)
    assert fault == ""
    assert head.count == 5
    newest = search_audit(database)[0]
    assert head == Head(newest.number, newest.digest)
    assert json.loads(newest.after) == {"编号": 4, "rate": 0.9, "list": [1, None, "二"]}


def change(**values: object) -> Callable[[Database], None]:
    def do(database: Database) -> None:
        with database.session(write=True) as session:
            session.execute(update(AuditRow).where(AuditRow.number == 3).values(**values))

    return do


def remove(*numbers: int) -> Callable[[Database], None]:
    def do(database: Database) -> None:
        with database.session(write=True) as session:
            session.execute(delete(AuditRow).where(AuditRow.number.in_(numbers)))

    return do


def swap(database: Database) -> None:
    """Rows 3 and 4 change places."""
    with database.session(write=True) as session:
        for before, after in ((3, 99), (4, 3), (99, 4)):
            session.execute(update(AuditRow).where(AuditRow.number == before).values(number=after))


def close_ranks(database: Database) -> None:
    """Row 3 is removed and those after it are numbered anew."""
    remove(3)(database)
    with database.session(write=True) as session:
        for number in (4, 5):
            session.execute(
                update(AuditRow).where(AuditRow.number == number).values(number=number - 1)
            )


def append_by_hand(database: Database) -> None:
    """A sixth row, correctly chained, that the program did not write."""
    (last,) = search_audit(database, limit=1)
    entry = replace(last, number=6, previous=last.digest, digest="")
    _put(database, replace(entry, digest=digest_of(entry)))


def rewrite_one_digest(database: Database) -> None:
    """Row 3 is changed and its digest made to fit; the next one still names the old digest."""
    entry = replace(search_audit(database)[2], who="somebody", digest="")
    with database.session(write=True) as session:
        session.execute(
            update(AuditRow)
            .where(AuditRow.number == 3)
            .values(who="somebody", digest=digest_of(entry))
        )


def _put(database: Database, entry: Entry) -> None:
    with database.session(write=True) as session:
        session.add(AuditRow(**vars(entry)))


@pytest.mark.parametrize(
    ("tamper", "sentence"),
    [
        (change(who="somebody"), "第 3 条的内容与它的校验值不符"),
        (change(at=NOW + timedelta(hours=1)), "第 3 条的内容与它的校验值不符"),
        (change(after=""), "第 3 条的内容与它的校验值不符"),
        (change(role="admin"), "第 3 条的内容与它的校验值不符"),
        (change(where=""), "第 3 条的内容与它的校验值不符"),
        (change(what="login"), "第 3 条的内容与它的校验值不符"),
        (change(about=""), "第 3 条的内容与它的校验值不符"),
        (change(before="{}"), "第 3 条的内容与它的校验值不符"),
        (change(digest="0" * 64), "第 3 条的内容与它的校验值不符"),
        (remove(3), "第 3 条不在了"),
        (remove(1), "第 1 条不在了"),
        (remove(5), "记录到第 4 条为止，另存的末尾是第 5 条"),
        (remove(4, 5), "记录到第 3 条为止"),
        (remove(1, 2, 3, 4, 5), "记录到第 0 条为止"),
        (swap, "第 3 条的内容与它的校验值不符"),
        (close_ranks, "第 3 条的内容与它的校验值不符"),
        (rewrite_one_digest, "第 4 条接不上前一条"),
        (append_by_hand, "记录到第 6 条为止，另存的末尾是第 5 条"),
    ],
)
def test_the_first_broken_place_is_named(
    database: Database, tamper: Callable[[Database], None], sentence: str
) -> None:
    write(database)
    tamper(database)
    assert sentence in verify_audit(database)[1]


def test_a_chain_made_anew_is_shown_by_what_was_written_down(database: Database) -> None:
    write(database)
    noted, _ = verify_audit(database)
    write(database, 2)
    assert verify_audit(database, noted=noted)[1] == ""
    with database.session(write=True) as session:
        session.execute(delete(AuditRow))
        session.execute(delete(AuditHeadRow))
    write(database, 4)
    assert verify_audit(database)[1] == ""  # whole, and another one
    assert "抄下的是第 5 条" in verify_audit(database, noted=noted)[1]
    with database.session(write=True) as session:
        audit.record(session, Act.LOGGED_IN, at=NOW, by=DUTY)
    assert "第 5 条与当时抄下的校验值不符" in verify_audit(database, noted=noted)[1]


def test_writers_at_the_same_moment_make_one_chain(database: Database) -> None:
    def act(number: int) -> None:
        with database.session(write=True) as session:
            audit.record(session, Act.LOGGED_IN, at=NOW, by=Actor(f"u{number}", "viewer", "x"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(40)))
    assert verify_audit(database)[0].count == 40
    assert verify_audit(database)[1] == ""


def test_an_act_that_fails_leaves_no_entry(database: Database) -> None:
    furnish(database, at=NOW)
    with pytest.raises(NotFound):
        announce(database, "开会", hall="nowhere", priority=Priority.ROUTINE, at=NOW, by=DUTY)
    with pytest.raises(BroadcastError):
        cancel_broadcast(database, 99, at=NOW, by=DUTY)

    def never(_plan: object, _at: datetime) -> datetime:
        raise PlanError("永远不会到来")

    with pytest.raises(PlanError):
        add_plan(
            database, title="x", template="weekly", when="* * * * *", at=NOW, by=DUTY, check=never
        )
    assert search_audit(database) == []


def test_what_staff_do_with_broadcasts_stands_in_it(database: Database, tmp_path: Path) -> None:
    furnish(database, at=NOW)
    number, _ = announce(
        database, "今天下午三点开会", hall="main", priority=Priority.IMPORTANT, at=NOW, by=DUTY
    )
    with database.session(write=True) as session:
        row = broadcasts.get(session, number)
        held = BroadcastState.HELD
        broadcasts.move(session, row, BroadcastState.RENDERING, at=NOW, by="engine")
        broadcasts.move(session, row, held, at=NOW, by="engine", why="听回不符")
    release_broadcast(database, number, at=NOW, by=DUTY)
    cancel_broadcast(database, number, at=NOW, by=DUTY)
    plan, _ = add_plan(
        database,
        title="每日",
        template="weekly",
        when="0 9 * * *",
        at=NOW,
        by=ROOT,
        check=lambda _plan, at: at,
    )
    remove_plan(database, plan.id, at=NOW, by=ROOT)
    request_audition(database, "你好", (1.0,), voices=("silence",), at=NOW, by=DUTY)
    told = [(one.what, one.who, one.about) for one in search_audit(database)[::-1]]
    assert told == [
        ("announcement_sent", "值班员", "播报单 1"),
        ("broadcast_released", "值班员", f"播报 {number}"),
        ("broadcast_cancelled", "值班员", f"播报 {number}"),
        ("plan_added", "root", f"计划 {plan.id}"),
        ("plan_removed", "root", f"计划 {plan.id}"),
        ("audition_asked", "值班员", "试听 1"),
    ]
    released = search_audit(database, what="broadcast_released")[0]
    assert json.loads(released.before) == {"state": "held", "fault": "听回不符"}
    assert json.loads(released.after) == {"state": "approved"}
    announced = json.loads(search_audit(database, what="announcement_sent")[0].after)
    assert announced["text"] == "今天下午三点开会"
    assert verify_audit(database)[1] == ""


def test_it_is_searched_by_who_what_and_when(database: Database) -> None:
    write(database)
    with database.session(write=True) as session:
        audit.record(session, Act.LOGGED_IN, at=NOW + timedelta(days=1), by=DUTY)

    def numbers(**asked: object) -> list[int]:
        return [one.number for one in search_audit(database, **asked)]  # type: ignore[arg-type]

    assert numbers(who="值班员") == [6]
    assert numbers(what="login") == [6]
    assert numbers(since=NOW + timedelta(seconds=3), until=NOW + timedelta(days=1)) == [5, 4]
    assert numbers(before_number=4, limit=2) == [3, 2]
    assert numbers(who="' OR 1=1 --") == []


def test_no_character_can_break_an_entry(database: Database) -> None:
    strange = Actor("a\x00b\n\x1b[31m" + "长" * 200, "operator", "\ud800" * 3)
    with database.session(write=True) as session:
        facts = {"text": "\x00<script>\ud800\n\u2028"}
        audit.record(session, Act.AUDITION_ASKED, at=NOW, by=strange, about="x" * 500, after=facts)
    assert verify_audit(database)[1] == ""
    (entry,) = search_audit(database)
    assert entry.who.isprintable() or "�" in entry.who
    assert len(entry.who) == 60
    assert "\x00" not in entry.who + entry.after


def test_the_digest_is_of_what_is_documented(database: Database) -> None:
    """Anybody can check the chain with a JSON and a SHA-256 of his own."""
    import hashlib

    write(database, 1)
    with database.session() as session:
        row = session.execute(text("SELECT digest FROM audit_log")).one()
    document = (
        '{"about":"帐号 0","after":"{\\"list\\":[1,null,\\"二\\"],\\"rate\\":0.9,\\"编号\\":0}",'
        '"at":"2021-11-16T01:00:00.000000+00:00","before":"","number":1,"previous":"'
        + "0" * 64
        + '","role":"command","what":"user_added","where":"命令行 hall-pc","who":"root"}'
    )
    assert row.digest == hashlib.sha256(document.encode()).hexdigest()

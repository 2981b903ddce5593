"""Exercises, real emergencies and what ends them, on both databases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from steward.accounts.queries import audit
from steward.broadcasts.queries import announcements, broadcasts
from steward.broadcasts.tables import AnnouncementRow
from steward.domain.announcements import Draft, Status, approval_rules
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import Priority
from steward.domain.meaning import doubt
from steward.errors import BroadcastError
from steward.narration.lexicon import built_in
from steward.operations.compose import draft_of, save_draft
from steward.operations.decide_announcement import submit
from steward.operations.end_emergency import write_all_clear
from steward.operations.furnish import furnish
from steward.operations.keep_halls import add_hall
from steward.scheduler.engine import Engine
from steward.storage.engine import Database
from tests.support import studios
from tests.support.accounts import DUTY
from tests.support.said import after, play
from tests.support.studios import BEFORE

URGENT = Draft(
    "化工园区撤离",
    "请立即撤离。",
    Priority.EMERGENCY,
    ("main", "east"),
    repeats=3,
    interval_minutes=10,
)


@pytest.fixture
def engine(database: Database, tmp_path: Path) -> Engine:
    furnish(database, at=BEFORE)
    add_hall(database, "east", "东厅", at=BEFORE, by=DUTY)
    studio = studios.studio_of(database, tmp_path)
    return studios.engine_of(studio, tmp_path, prepare_ahead_s=0)


def saved(database: Database, draft: Draft, **seen: int) -> tuple[int, int]:
    return save_draft(database, draft, lexicon=built_in(), at=after(0), by=DUTY, **seen)


def send(
    database: Database, number: int, version: int, minutes: float = 0, *, confirmed: bool = False
) -> tuple[int, ...]:
    return submit(
        database,
        number,
        version=version,
        rules=approval_rules(""),
        at=after(minutes),
        by=DUTY,
        confirmed=confirmed,
    ).broadcasts


def end(database: Database, broadcast_id: int, minutes: float) -> tuple[int, int]:
    return write_all_clear(database, broadcast_id, lexicon=built_in(), at=after(minutes), by=DUTY)


def row_of(database: Database, number: int) -> AnnouncementRow:
    with database.session() as session:
        return announcements.get(session, number)


def states(database: Database, number: int) -> list[str]:
    with database.session() as session:
        return [row.state for row in announcements.broadcasts_of(session, number)]


def test_an_all_clear_ends_the_repeats_that_are_still_to_come(
    database: Database, engine: Engine
) -> None:
    number, version = saved(database, URGENT)
    made = send(database, number, version)
    with pytest.raises(BroadcastError, match="还没有播出"):
        end(database, made[0], 0)
    play(engine, 1)
    asked, seen = end(database, made[1], 5)  # on the page of another hall's
    row = row_of(database, asked)
    assert row.text == "11月16日上午9时01分播报的“化工园区撤离”现已解除，请恢复正常秩序。"
    assert (row.kind, row.relation, row.refers_to) == ("all_clear", "all_clear", made[0])
    assert (row.title, row.priority) == ("解除：化工园区撤离", "important")
    assert row.targets == ["main", "east"]
    assert states(database, number).count("superseded") == 0  # a draft ends nothing
    with pytest.raises(BroadcastError, match=f"播报单 {asked}"):
        end(database, made[0], 5)
    clear = send(database, asked, seen, 6)
    assert states(database, number) == ["played"] * 2 + ["superseded"] * 4
    with database.session() as session:
        assert len(clear) == 2
        over = announcements.broadcasts_of(session, number)[-1]
        why = session.get_one(type(over), over.id)
        assert why.ended_at == after(6)
    with pytest.raises(BroadcastError, match=f"已经解除，见播报 {clear[0]}"):
        end(database, made[0], 7)
    play(engine, 30)
    assert states(database, number) == ["played"] * 2 + ["superseded"] * 4
    assert states(database, asked) == ["played"] * 2


def test_what_is_on_the_air_is_said_to_its_end(database: Database, engine: Engine) -> None:
    number, version = saved(database, URGENT)
    (first, *_) = send(database, number, version)
    play(engine, 1, to=S.PLAYING)
    asked, seen = end(database, first, 2)
    send(database, asked, seen, 2)
    assert states(database, number) == ["playing"] * 2 + ["superseded"] * 4


def test_only_an_emergency_is_ended(database: Database, engine: Engine) -> None:
    number, version = saved(database, replace(URGENT, priority=Priority.ROUTINE))
    (first, *_) = send(database, number, version)
    play(engine, 1)
    with pytest.raises(BroadcastError, match="只有紧急播报"):
        end(database, first, 2)


def test_an_exercise_stays_one_to_its_all_clear(database: Database, engine: Engine) -> None:
    number, version = saved(database, replace(URGENT, status=Status.EXERCISE))
    (first, *_) = send(database, number, version)
    play(engine, 1)
    asked, seen = end(database, first, 5)
    row = row_of(database, asked)
    assert (row.status, row.title) == ("exercise", "【演练】解除：化工园区撤离")
    made = send(database, asked, seen, 6)
    with database.session() as session:
        said = broadcasts.get(session, made[0])
    assert said.status == "exercise"
    assert said.clauses[0]["written"] == "演练，演练。"


@pytest.mark.parametrize(
    ("was", "is_", "sentence"),
    [
        (Status.EXERCISE, Status.ACTUAL, "这张播报单是“演练”，不能改成“正式”"),
        (Status.ACTUAL, Status.EXERCISE, "这张播报单是“正式”，不能改成“演练”"),
        (Status.TEST, Status.EXERCISE, "这张播报单是“测试”，不能改成“演练”"),
    ],
)
def test_what_it_is_meant_as_is_settled_when_it_is_first_saved(
    database: Database, engine: Engine, was: Status, is_: Status, sentence: str
) -> None:
    number, version = saved(database, replace(URGENT, status=was))
    draft = draft_of(row_of(database, number))
    with pytest.raises(BroadcastError, match=sentence) as refused:
        saved(database, replace(draft, status=is_), number=number, version=version)
    assert refused.value.place == "status"
    saved(database, draft, number=number, version=version)


def test_words_at_odds_with_what_it_is_meant_as_are_confirmed(
    database: Database, engine: Engine
) -> None:
    real = replace(URGENT, text="今天下午举行消防演练。", repeats=1)
    number, version = saved(database, real)
    with pytest.raises(BroadcastError, match="这是“正式”播报，文字里却有“演练”") as refused:
        send(database, number, version)
    assert refused.value.place == "confirm"
    assert states(database, number) == []
    assert send(database, number, version, confirmed=True)
    with database.session() as session:
        last = list(audit.walk(session))[-1]
    assert '"confirmed":true' in last.after
    drill = replace(URGENT, text="这不是演练，请立即撤离。", status=Status.EXERCISE)
    number, version = saved(database, drill)
    with pytest.raises(BroadcastError, match="这是“演练”，文字里却说“不是演练”"):
        send(database, number, version)
    assert send(database, number, version, confirmed=True)


@pytest.mark.parametrize(
    ("status", "text", "doubted"),
    [
        (Status.ACTUAL, "请立即撤离。", False),
        (Status.ACTUAL, "仪器测试完毕。", False),
        (Status.ACTUAL, "这不是演习。", True),
        (Status.EXERCISE, "请立即撤离。", False),
        (Status.EXERCISE, "本次演练由应急局组织。", False),
        (Status.EXERCISE, "这并非一次演练。", True),
        (Status.EXERCISE, "发生真实火灾。", True),
        (Status.TEST, "这不是测试。", True),
    ],
)
def test_what_is_doubted(status: Status, text: str, doubted: bool) -> None:
    assert bool(doubt(status, "通知", text)) is doubted

"""Hearing back on both databases: what is aired, what is held, what staff let pass."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from steward.broadcasts.queries import broadcasts, changes, conditions
from steward.broadcasts.tables import BroadcastRow
from steward.domain.broadcasts import Priority
from steward.errors import NarrationError, NotFound
from steward.operations.announce import announce
from steward.operations.decide_broadcast import release_broadcast
from steward.operations.furnish import furnish
from steward.scheduler.engine import Engine
from steward.speech.readback.listener import Listener
from steward.storage.engine import Database
from tests.support import studios
from tests.support.accounts import DUTY
from tests.support.studios import BEFORE, SLOT, BrokenEars, Ears

SECOND = timedelta(seconds=1)
TEXT = "临浦镇一家化工企业起火，已有3人受困。请附近居民立即撤离。"
FIRST, SECOND_CLAUSE = "临浦镇一家化工企业起火，", "已有3人受困。"


def engine_with(database: Database, folder: Path, listener: Listener) -> Engine:
    furnish(database, at=BEFORE)
    studio = studios.attentive(studios.studio_of(database, folder), folder, listener)
    return studios.engine_of(studio, folder, prepare_ahead_s=0)


def told(database: Database, priority: Priority, text: str = TEXT) -> int:
    number, _ = announce(database, text, hall="main", priority=priority, at=SLOT, by=DUTY)
    return number


def row_of(database: Database, broadcast_id: int) -> BroadcastRow:
    with database.session() as session:
        return broadcasts.get(session, broadcast_id)


def run(engine: Engine, seconds: int = 0) -> None:
    """Look and work until nothing is left to do."""
    now = SLOT + seconds * SECOND
    engine.tick(now)
    while engine.work_urgently(now) or engine.work(now):
        engine.tick(now)
    engine.tick(now)


def test_what_is_heard_right_is_aired_and_what_was_heard_is_kept(
    database: Database, tmp_path: Path
) -> None:
    engine = engine_with(database, tmp_path, Ears({}))
    number = told(database, Priority.ROUTINE)
    run(engine)
    assert row_of(database, number).state == "playing"
    with database.session() as session:
        clips = broadcasts.clips(session, number)
    assert [clip.hearing["ok"] for clip in clips.values() if clip.hearing] == [True] * 3
    assert clips[1].hearing is not None
    assert clips[1].hearing["heard"] == "已有三人受困。"


def test_nothing_is_aired_before_its_last_clause_is_heard(
    database: Database, tmp_path: Path
) -> None:
    engine = engine_with(database, tmp_path, Ears({}))
    number = told(database, Priority.ROUTINE)
    engine.tick(SLOT)
    for _ in range(2):
        assert engine.work(SLOT)
        engine.tick(SLOT)
        assert row_of(database, number).state == "rendering"
    assert engine.work(SLOT)
    engine.tick(SLOT)
    assert row_of(database, number).state == "playing"


def test_what_is_misheard_once_is_said_slower(database: Database, tmp_path: Path) -> None:
    engine = engine_with(database, tmp_path, Ears({SECOND_CLAUSE: "已有四人受困"}, times=1))
    number = told(database, Priority.ROUTINE)
    run(engine)
    assert row_of(database, number).state == "playing"
    with database.session() as session:
        clips = broadcasts.clips(session, number)
    assert [(clip.voice_id, clip.speed) for clip in clips.values()] == [
        ("silence", 1.0),
        ("silence", 0.94),
        ("silence", 1.0),
    ]


def test_what_is_misheard_at_every_pace_is_given_to_another_voice(
    database: Database, tmp_path: Path
) -> None:
    engine = engine_with(database, tmp_path, Ears({SECOND_CLAUSE: "已有四人受困"}, times=3))
    number = told(database, Priority.ROUTINE)
    run(engine)
    with database.session() as session:
        clips = broadcasts.clips(session, number)
    assert [clip.voice_id for clip in clips.values()] == ["silence", "second", "silence"]


def test_what_is_never_understood_is_held_with_both_texts(
    database: Database, tmp_path: Path
) -> None:
    engine = engine_with(database, tmp_path, Ears({SECOND_CLAUSE: "已有四人受困"}))
    number = told(database, Priority.ROUTINE)
    run(engine)
    row = row_of(database, number)
    assert row.state == "held"
    assert "第 2 句听回不符：应为“已有3人受困。”，听到“已有四人受困”" in row.fault
    assert row.misheard is not None
    assert (row.misheard["ordinal"], row.misheard["heard"]) == (1, "已有四人受困")
    assert engine.studio.voice.cache.sound(row.misheard["clip"]["key"]).is_file()
    assert studios.all_slots(database)[0].outcome == "held"
    run(engine, 60)
    assert row_of(database, number).state == "held"


@pytest.mark.parametrize("clause", [FIRST, SECOND_CLAUSE, "请附近居民立即撤离。"])
def test_what_staff_let_pass_is_said_as_they_heard_it(
    database: Database, tmp_path: Path, clause: str
) -> None:
    engine = engine_with(database, tmp_path, Ears({clause: "听不懂的一句话"}))
    number = told(database, Priority.ROUTINE)
    run(engine)
    held = row_of(database, number)
    assert held.misheard is not None
    release_broadcast(database, number, at=SLOT + SECOND, by=DUTY)
    run(engine, 1)
    row = row_of(database, number)
    assert (row.state, row.misheard) == ("playing", None)
    with database.session() as session:
        clips = broadcasts.clips(session, number)
    assert len(clips) == 3
    assert clips[held.misheard["ordinal"]].clip_key == held.misheard["clip"]["key"]


def test_an_emergency_is_on_the_air_before_its_first_word_is_made(
    database: Database, tmp_path: Path
) -> None:
    engine = engine_with(database, tmp_path, Ears({}))
    number = told(database, Priority.EMERGENCY)
    engine.tick(SLOT)
    assert row_of(database, number).state == "playing"
    with database.session() as session:
        assert broadcasts.clips(session, number) == {}
    assert not engine.work(SLOT)  # not behind what may wait
    assert engine.work_urgently(SLOT)
    with database.session() as session:
        assert broadcasts.clips(session, number)[0].hearing is None  # its word waits for nobody
    run(engine)
    with database.session() as session:
        clips = broadcasts.clips(session, number)
    assert [bool(clip.hearing and clip.hearing["ok"]) for clip in clips.values()] == [True] * 3


@pytest.mark.parametrize("clause", [FIRST, SECOND_CLAUSE])
def test_an_emergency_is_never_held_but_what_was_misheard_is_on_record(
    database: Database, tmp_path: Path, clause: str
) -> None:
    engine = engine_with(database, tmp_path, Ears({clause: "一家企业有四人"}))
    number = told(database, Priority.EMERGENCY)
    run(engine)
    row = row_of(database, number)
    assert row.state == "playing"
    assert f"应为“{clause}”，听到“一家企业有四人”" in row.fault
    with database.session() as session:
        assert len(broadcasts.clips(session, number)) == 3
        told_of = [
            one.to for one in changes.of_broadcast(session, number) if one.what == "misheard"
        ]
    assert told_of == [str([FIRST, SECOND_CLAUSE].index(clause))]


def test_without_ears_broadcasts_are_aired_and_the_pages_are_told(
    database: Database, tmp_path: Path
) -> None:
    engine = engine_with(database, tmp_path, BrokenEars())
    number = told(database, Priority.ROUTINE)
    run(engine)
    assert row_of(database, number).state == "playing"
    engine.work(SLOT)
    with database.session() as session:
        told_of = conditions.of(session, conditions.READBACK)
        clips = broadcasts.clips(session, number)
    assert told_of is not None
    assert (told_of.state, "缺少听回模型" in told_of.detail) == ("off", True)
    assert {clip.hearing for clip in clips.values()} == {None}


def test_what_was_asked_for_while_no_engine_ran_is_not_said_an_hour_late(
    database: Database, tmp_path: Path
) -> None:
    engine = engine_with(database, tmp_path, Ears({}))
    number = told(database, Priority.ROUTINE)
    run(engine, 3600)
    assert row_of(database, number).state == "expired"


def test_what_cannot_be_announced_is_refused(database: Database, tmp_path: Path) -> None:
    furnish(database, at=BEFORE)
    with pytest.raises(NotFound, match="没有名为“nowhere”的大厅"):
        announce(database, TEXT, hall="nowhere", priority=Priority.ROUTINE, at=SLOT, by=DUTY)
    with pytest.raises(NarrationError, match="没有可播报的内容"):
        told(database, Priority.ROUTINE, "……")
    assert studios.states(database) == []


def test_a_slow_machine_hands_an_emergency_over_and_hears_it_afterwards(
    database: Database, tmp_path: Path
) -> None:
    ears = Ears({})
    engine = engine_with(database, tmp_path, ears)
    number = told(database, Priority.EMERGENCY)
    engine.tick(SLOT)
    for late in range(1, 4):  # its turn has come before each of them is made
        assert engine.work_urgently(SLOT + 10 * late * SECOND)
    with database.session() as session:
        assert len(broadcasts.clips(session, number)) == 3
    assert ears.asked == []
    while engine.work_urgently(SLOT + 60 * SECOND):
        pass
    assert len(ears.asked) == 3

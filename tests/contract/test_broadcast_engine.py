"""The engine's steps on both databases: from a plan to what was played."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import soundfile

from steward.broadcasts.queries import broadcasts, changes, plans, players, receipts, slots
from steward.domain.broadcasts import Priority, ReceiptEvent
from steward.domain.plans import MissedRule
from steward.errors import BroadcastError
from steward.operations.decide_broadcast import cancel_broadcast, release_broadcast
from steward.operations.furnish import furnish, plan_demonstration
from steward.operations.take_slot import take_slot
from steward.storage.engine import Database
from tests.support import studios
from tests.support.accounts import DUTY
from tests.support.studios import BEFORE, SLOT

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _ledger(database: Database) -> None:
    studios.ledger(database)


def test_a_plan_becomes_a_broadcast_that_is_played(database: Database, tmp_path: Path) -> None:
    plan = studios.plan_for(database)
    studio = studios.studio_of(database, tmp_path)
    engine = studios.engine_of(studio, tmp_path)

    engine.tick(SLOT - MINUTE)
    rehearsed = studios.work_off(engine, SLOT - MINUTE)
    assert rehearsed > 3  # every clause's clip is in the cache now
    assert studios.states(database) == []
    assert [slot.slot_at for slot in engine.coming] == [SLOT]

    engine.tick(SLOT)
    assert studios.states(database) == ["rendering"]
    assert engine.work(SLOT)
    engine.tick(SLOT)
    assert studios.states(database) == ["playing"]  # its first clip was enough
    studios.work_off(engine, SLOT)

    row = studios.only_broadcast(database)
    assert row.as_of == row.slot_at == row.started_at == SLOT
    assert row.figures is not None
    assert row.figures["new_hazards"] == 2
    assert row.evidence is not None
    assert row.evidence["new_hazards"] == [1, 2]
    assert "隐患2条" in "".join(clause["written"] for clause in row.clauses)
    assert row.voice_id == "silence"
    assert row.duration_ms
    for kind in ("mp3", "ogg", "wav"):
        sound = soundfile.info(tmp_path / "broadcasts" / f"{row.id}.{kind}")
        assert sound.duration == pytest.approx(row.duration_ms / 1000, abs=0.1)

    engine.tick(SLOT + timedelta(milliseconds=row.duration_ms))
    assert studios.states(database) == ["playing"]  # a receipt may still come
    engine.tick(SLOT + timedelta(milliseconds=row.duration_ms) + timedelta(seconds=30))
    assert studios.states(database) == ["played"]

    with database.session() as session:
        log = changes.of_broadcast(session, row.id)
        (slot,) = slots.recent(session)
        assert list(broadcasts.clips(session, row.id)) == list(range(len(row.clauses)))
    assert [(c.from_, c.to) for c in log if c.what == "state"] == [
        (None, "approved"),
        ("approved", "rendering"),
        ("rendering", "ready"),
        ("ready", "playing"),
        ("playing", "played"),
    ]
    assert [c.to for c in log if c.what == "clip"] == [str(n) for n in range(len(row.clauses))]
    assert "没有收到" in log[-1].why
    assert (slot.plan_id, slot.slot_at, slot.outcome) == (plan.id, SLOT, "played")


def test_a_receipt_ends_it(database: Database, tmp_path: Path) -> None:
    studios.plan_for(database)
    engine = studios.engine_of(studios.studio_of(database, tmp_path), tmp_path)
    engine.tick(SLOT)
    studios.work_off(engine, SLOT)
    engine.tick(SLOT)
    row = studios.only_broadcast(database)
    with database.session(write=True) as session:
        player = players.seen(session, key="hallscreen1", hall_id=row.hall_id, at=SLOT)
        receipts.add(
            session,
            broadcast_id=row.id,
            player_id=player.id,
            event=ReceiptEvent.ENDED,
            at=SLOT + 5 * SECOND,
        )
    engine.tick(SLOT + 6 * SECOND)
    assert studios.states(database) == ["played"]
    assert studios.all_slots(database)[0].outcome == "played"


def test_without_any_voice_the_hall_still_gets_chime_and_text(
    database: Database, tmp_path: Path
) -> None:
    studios.plan_for(database)
    studio = studios.mute(studios.studio_of(database, tmp_path), tmp_path)
    engine = studios.engine_of(studio, tmp_path)
    engine.tick(SLOT)
    studios.work_off(engine, SLOT)
    engine.tick(SLOT)
    row = studios.only_broadcast(database)
    assert row.state == "playing"
    assert "所有语音都失败了" in row.fault
    with database.session() as session:
        assert changes.muted(session, row.id) == set(range(len(row.clauses)))
        ready = [c for c in changes.of_broadcast(session, row.id) if c.to == "ready"]
    assert "没有声音" in ready[0].why
    engine.tick(SLOT + 30 * MINUTE)
    assert studios.states(database) == ["played"]
    assert studios.all_slots(database)[0].outcome == "played"


def test_figures_are_as_of_the_slot_however_late_it_runs(
    database: Database, tmp_path: Path
) -> None:
    studios.plan_for(database)
    engine = studios.engine_of(studios.studio_of(database, tmp_path), tmp_path)
    engine.tick(SLOT + 20 * MINUTE)
    row = studios.only_broadcast(database)
    assert row.as_of == SLOT
    assert row.state == "rendering"
    assert "错过 20 分钟，按计划补播" in studios.all_slots(database)[0].reason


@pytest.mark.parametrize(
    ("rule", "late", "outcome", "reason"),
    [
        (MissedRule.PLAY_LATE, 30, "claimed", "按计划补播"),
        (MissedRule.PLAY_LATE, 31, "skipped", "超过补播时限 30 分钟"),
        (MissedRule.SKIP, 1, "claimed", "到点"),
        (MissedRule.SKIP, 2, "skipped", "按计划跳过"),
        (MissedRule.ASK, 2, "held", "等待确认"),
    ],
)
def test_a_missed_slot_follows_its_rule(
    database: Database, tmp_path: Path, rule: MissedRule, late: int, outcome: str, reason: str
) -> None:
    studios.plan_for(database, missed=rule)
    engine = studios.engine_of(studios.studio_of(database, tmp_path), tmp_path)
    engine.tick(SLOT + late * MINUTE)
    (slot,) = studios.all_slots(database)
    assert slot.outcome == outcome
    assert reason in slot.reason
    assert (slot.broadcast_id is None) is (outcome == "skipped")


def test_of_many_missed_slots_only_the_last_may_be_heard(
    database: Database, tmp_path: Path
) -> None:
    studios.plan_for(database, "*/10 * * * *", at=SLOT - 25 * MINUTE)
    engine = studios.engine_of(studios.studio_of(database, tmp_path), tmp_path)
    engine.tick(SLOT + 5 * MINUTE)
    assert [slot.outcome for slot in reversed(studios.all_slots(database))] == [
        "skipped",
        "skipped",
        "claimed",
    ]
    assert studios.states(database) == ["rendering"]


def test_a_held_broadcast_is_released_by_staff(database: Database, tmp_path: Path) -> None:
    studios.plan_for(database, missed=MissedRule.ASK)
    engine = studios.engine_of(studios.studio_of(database, tmp_path), tmp_path)
    now = SLOT + 40 * MINUTE
    engine.tick(now)
    row = studios.only_broadcast(database)
    assert row.state == "held"
    assert "等待确认" in row.fault
    another = studios.studio_of(database, tmp_path, "hall-pc:data:2")
    release_broadcast(database, row.id, at=now + MINUTE, by=DUTY)
    engine = studios.engine_of(another, tmp_path)
    engine.tick(now + MINUTE)
    studios.work_off(engine, now + MINUTE)
    engine.tick(now + MINUTE)
    assert studios.states(database) == ["playing"]
    assert studios.only_broadcast(database).as_of == SLOT


def test_the_same_engine_takes_up_what_was_released(database: Database, tmp_path: Path) -> None:
    studios.plan_for(database, missed=MissedRule.ASK)
    engine = studios.engine_of(studios.studio_of(database, tmp_path), tmp_path)
    engine.tick(SLOT + 40 * MINUTE)
    release_broadcast(database, studios.only_broadcast(database).id, at=SLOT + 41 * MINUTE, by=DUTY)
    engine.tick(SLOT + 41 * MINUTE)
    assert studios.states(database) == ["rendering"]


def test_what_is_cancelled_is_not_spoken(database: Database, tmp_path: Path) -> None:
    studios.plan_for(database)
    engine = studios.engine_of(studios.studio_of(database, tmp_path), tmp_path, prepare_ahead_s=0)
    engine.tick(SLOT)
    row = studios.only_broadcast(database)
    cancel_broadcast(database, row.id, at=SLOT, by=DUTY)
    studios.work_off(engine, SLOT)  # the towns get their week all the same
    with database.session() as session:
        assert broadcasts.clips(session, row.id) == {}
    engine.tick(SLOT)
    assert studios.states(database) == ["cancelled"]
    with pytest.raises(BroadcastError, match="不能变为"):
        cancel_broadcast(database, row.id, at=SLOT, by=DUTY)


def test_a_template_at_fault_holds_the_broadcast_with_the_reason(
    database: Database, tmp_path: Path
) -> None:
    studios.plan_for(database, template="no_such")
    engine = studios.engine_of(studios.studio_of(database, tmp_path), tmp_path)
    engine.tick(SLOT)
    row = studios.only_broadcast(database)
    assert row.state == "held"
    assert "no_such" in row.fault
    assert studios.all_slots(database)[0].outcome == "held"


def test_one_at_a_time_and_the_more_important_first(database: Database, tmp_path: Path) -> None:
    studios.plan_for(database)
    studios.plan_for(database, priority=Priority.IMPORTANT)
    engine = studios.engine_of(studios.studio_of(database, tmp_path), tmp_path)
    engine.tick(SLOT)
    studios.work_off(engine, SLOT)
    engine.tick(SLOT)
    assert studios.states(database) == ["ready", "playing"]
    engine.tick(SLOT + 10 * MINUTE)
    engine.tick(SLOT + 10 * MINUTE)
    assert studios.states(database) == ["playing", "played"]


def test_a_notice_that_waited_too_long_expires_on_record(
    database: Database, tmp_path: Path
) -> None:
    plan = studios.plan_for(database, priority=Priority.NOTICE, late_minutes=5)
    studio = studios.studio_of(database, tmp_path)
    assert take_slot(studio, plan, SLOT, now=SLOT) is not None
    studios.engine_of(studio, tmp_path).tick(SLOT + 5 * MINUTE)
    assert studios.states(database) == ["expired"]
    assert studios.all_slots(database)[0].outcome == "expired"


def test_two_claimers_at_once_make_one_broadcast(database: Database, tmp_path: Path) -> None:
    plan = studios.plan_for(database)
    crowd = 6
    start = threading.Barrier(crowd)
    made: list[int | None] = []

    def claim(number: int) -> None:
        studio = studios.studio_of(database, tmp_path, f"pc{number}:data:1")
        start.wait()
        made.append(take_slot(studio, plan, SLOT, now=SLOT))

    threads = [threading.Thread(target=claim, args=(number,)) for number in range(crowd)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == crowd
    assert len([one for one in made if one is not None]) == 1
    assert studios.states(database) == ["approved"]


def test_a_dead_owners_slot_is_taken_over_when_its_lease_has_passed(
    database: Database, tmp_path: Path
) -> None:
    plan = studios.plan_for(database)
    take_slot(studios.studio_of(database, tmp_path, "pc1:data:1"), plan, SLOT, now=SLOT)
    engine = studios.engine_of(studios.studio_of(database, tmp_path, "pc2:data:1"), tmp_path)
    engine.tick(SLOT + 59 * SECOND)
    assert studios.all_slots(database)[0].owner == "pc1:data:1"
    engine.tick(SLOT + 60 * SECOND)
    assert studios.all_slots(database)[0].owner == "pc2:data:1"
    assert studios.states(database) == ["rendering"]


def test_a_living_owner_keeps_its_slot(database: Database, tmp_path: Path) -> None:
    studios.plan_for(database)
    first = studios.engine_of(studios.studio_of(database, tmp_path, "pc1:data:1"), tmp_path)
    other = studios.engine_of(studios.studio_of(database, tmp_path, "pc2:data:1"), tmp_path)
    for seconds in range(0, 300, 20):
        first.tick(SLOT + seconds * SECOND)
        other.tick(SLOT + seconds * SECOND)
    assert studios.all_slots(database)[0].owner == "pc1:data:1"


def test_an_earlier_process_on_this_data_folder_is_known_to_be_dead(
    database: Database, tmp_path: Path
) -> None:
    studios.plan_for(database)
    studios.engine_of(studios.studio_of(database, tmp_path, "pc:data:1"), tmp_path).tick(SLOT)
    engine = studios.engine_of(studios.studio_of(database, tmp_path, "pc:data:2"), tmp_path)
    engine.tick(SLOT + SECOND)
    studios.work_off(engine, SLOT + SECOND)
    engine.tick(SLOT + SECOND)
    assert studios.states(database) == ["playing"]
    slot = studios.all_slots(database)[0]
    assert slot.owner == "pc:data:2"
    assert "接管" in slot.reason


@pytest.mark.parametrize(
    ("rule", "state"),
    [
        (MissedRule.PLAY_LATE, "expired"),
        (MissedRule.SKIP, "expired"),
        (MissedRule.ASK, "held"),
    ],
)
def test_what_an_engine_died_over_too_long_ago_is_not_spoken(
    database: Database, tmp_path: Path, rule: MissedRule, state: str
) -> None:
    studios.plan_for(database, missed=rule)
    studios.engine_of(studios.studio_of(database, tmp_path, "pc:data:1"), tmp_path).tick(SLOT)
    assert studios.states(database) == ["rendering"]
    engine = studios.engine_of(studios.studio_of(database, tmp_path, "pc:data:2"), tmp_path)
    engine.tick(SLOT + 3 * 60 * MINUTE)
    assert studios.states(database) == [state]
    with database.session() as session:
        log = changes.of_broadcast(session, studios.only_broadcast(database).id)
    assert "引擎中断" in log[-1].why


@pytest.mark.parametrize("now", [BEFORE, SLOT - 2 * SECOND])
def test_a_clock_set_back_voids_what_came_from_the_future(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    studios.plan_for(database)
    first = studios.engine_of(studios.studio_of(database, tmp_path, "pc:data:1"), tmp_path)
    first.tick(SLOT)
    studios.work_off(first, SLOT)
    first.tick(SLOT)
    second = studios.engine_of(studios.studio_of(database, tmp_path, "pc:data:2"), tmp_path)
    second.tick(now)
    assert studios.states(database) == ["cancelled"]


def test_a_plan_that_cannot_be_read_stops_no_other(database: Database, tmp_path: Path) -> None:
    studios.plan_for(database, "0 9 * * 9")
    studios.plan_for(database)
    engine = studios.engine_of(studios.studio_of(database, tmp_path), tmp_path)
    engine.tick(SLOT)
    assert studios.states(database) == ["rendering"]


def test_a_removed_plan_comes_due_no_more(database: Database, tmp_path: Path) -> None:
    plan = studios.plan_for(database)
    with database.session(write=True) as session:
        plans.remove(session, plan.id, at=BEFORE)
    studios.engine_of(studios.studio_of(database, tmp_path), tmp_path).tick(SLOT)
    assert studios.all_slots(database) == []


def test_files_that_cannot_be_written_are_put_on_record(database: Database, tmp_path: Path) -> None:
    studios.plan_for(database)
    (tmp_path / "broadcasts" / "1.mp3" / "in the way").mkdir(parents=True)
    engine = studios.engine_of(studios.studio_of(database, tmp_path), tmp_path)
    engine.tick(SLOT)
    studios.work_off(engine, SLOT)
    engine.tick(SLOT)
    row = studios.only_broadcast(database)
    assert row.state == "playing"
    assert "声音文件没有保存" in row.fault
    engine.tick(SLOT + 30 * MINUTE)
    assert studios.all_slots(database)[0].outcome == "played"


def test_what_could_not_be_written_in_time_is_dropped_on_record(
    database: Database, tmp_path: Path
) -> None:
    plan = studios.plan_for(database)
    studio = studios.studio_of(database, tmp_path, "pc:data:1")
    take_slot(studio, plan, SLOT, now=SLOT)
    studios.engine_of(studio, tmp_path).tick(SLOT + 31 * MINUTE)
    assert studios.states(database) == ["expired"]
    assert studios.all_slots(database)[0].outcome == "expired"


def test_the_voice_is_free_when_the_slot_comes(database: Database, tmp_path: Path) -> None:
    studios.plan_for(database)
    engine = studios.engine_of(studios.studio_of(database, tmp_path), tmp_path)
    engine.tick(SLOT - 6 * SECOND)
    assert engine.work(SLOT - 6 * SECOND)  # a rehearsal has begun and is not through
    assert not engine.work(SLOT - 3 * SECOND)
    engine.tick(SLOT)
    assert engine.work(SLOT)
    engine.tick(SLOT)
    assert studios.states(database) == ["playing"]


def test_a_new_demonstration_cancels_what_the_last_one_left(
    database: Database, tmp_path: Path
) -> None:
    furnish(database, at=BEFORE)
    plan_demonstration(database, slot_at=SLOT, at=BEFORE)
    engine = studios.engine_of(studios.studio_of(database, tmp_path), tmp_path)
    engine.tick(SLOT)
    engine.work(SLOT)
    engine.tick(SLOT)
    assert studios.states(database) == ["playing"]
    again = plan_demonstration(database, slot_at=SLOT, at=SLOT)
    assert studios.states(database) == ["cancelled"]
    engine.tick(SLOT + SECOND)
    assert studios.states(database) == ["cancelled", "rendering"]
    assert [slot.outcome for slot in studios.all_slots(database)] == ["claimed", "cancelled"]
    with database.session() as session:
        demos = [plan for plan in plans.active(session) if plan.title == "演示播报"]
    assert demos == [again]

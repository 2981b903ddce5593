"""What staff do with a hall, on both databases: on record, and nothing is lost."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from steward.broadcasts.states import FINAL
from steward.domain.broadcasts import Priority as P
from steward.domain.broadcasts import ReceiptEvent as R
from steward.domain.plans import MissedRule
from steward.domain.weeks import district_instant
from steward.errors import BroadcastError, NotFound, StorageBusy
from steward.operations.decide_broadcast import release_broadcast
from steward.operations.hold_hall import pause_hall, resume_hall, set_quiet_hours
from steward.operations.set_volume import set_volume
from steward.operations.show_controls import controls_of
from steward.operations.show_hall import find_hall
from steward.operations.stop_broadcasts import skip_broadcast, stop_all
from steward.storage.engine import Database
from tests.support import studios
from tests.support.accounts import DUTY
from tests.support.desk import SECOND, Desk
from tests.support.studios import SLOT

MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    studios.ledger(database)
    return Desk.open(database, tmp_path)


def test_a_pause_stops_at_once_and_goes_on_with_the_clause(desk: Desk) -> None:
    routine = desk.say(P.ROUTINE, SLOT)
    at = SLOT + 4 * SECOND
    title = desk.row(routine).title
    assert pause_hall(desk.database, "main", at=at, by=DUTY) == title
    assert desk.state(routine) == "ready"
    desk.report(routine, R.INTERRUPTED, at, ordinal=1)
    waiting = desk.say(P.IMPORTANT, at + SECOND)
    desk.look(at + MINUTE)
    assert (desk.state(routine), desk.state(waiting)) == ("ready", "ready")
    hall = find_hall(desk.database, "main")
    controls = controls_of(desk.database, hall.id, at=at + MINUTE)
    assert (controls.paused_at, controls.paused_by) == (at, DUTY.name)
    assert controls.resuming is not None
    assert (controls.resuming.id, controls.resuming.ordinal) == (routine, 1)
    resume_hall(desk.database, "main", at=at + 2 * MINUTE, by=replace(DUTY, name="另一位"))
    desk.look(at + 2 * MINUTE)
    assert (desk.state(routine), desk.state(waiting)) == ("playing", "ready")
    assert desk.row(routine).from_ordinal == 1
    assert controls_of(desk.database, hall.id, at=at + 2 * MINUTE).resuming is None
    assert [(act.at, act.to, act.by) for act in desk.acts()] == [
        (at, "paused", DUTY.name),
        (at + 2 * MINUTE, "resumed", "另一位"),
    ]
    off = [change for change in desk.log(routine) if change.from_ == "playing"]
    assert [(change.by, change.why) for change in off] == [(DUTY.name, "值班员暂停")]


def test_an_emergency_passes_a_pause_and_is_not_paused(desk: Desk) -> None:
    pause_hall(desk.database, "main", at=SLOT, by=DUTY)
    urgent = desk.say(P.EMERGENCY, SLOT + SECOND)
    assert desk.state(urgent) == "playing"
    resume_hall(desk.database, "main", at=SLOT + 2 * SECOND, by=DUTY)
    assert pause_hall(desk.database, "main", at=SLOT + 3 * SECOND, by=DUTY) is None
    desk.look(SLOT + 4 * SECOND)
    assert desk.state(urgent) == "playing"


def test_pausing_twice_and_resuming_what_is_not_paused_are_refused(desk: Desk) -> None:
    with pytest.raises(BroadcastError, match="没有暂停"):
        resume_hall(desk.database, "main", at=SLOT, by=DUTY)
    pause_hall(desk.database, "main", at=SLOT, by=DUTY)
    with pytest.raises(BroadcastError, match="已经暂停"):
        pause_hall(desk.database, "main", at=SLOT, by=DUTY)
    with pytest.raises(NotFound, match="没有名为“nowhere”的大厅"):
        pause_hall(desk.database, "nowhere", at=SLOT, by=DUTY)
    assert [act.to for act in desk.acts()] == ["paused"]


def test_what_waited_in_a_pause_too_long_expires_on_record(desk: Desk) -> None:
    begun = desk.say(P.ROUTINE, SLOT)
    pause_hall(desk.database, "main", at=SLOT + SECOND, by=DUTY)
    waiting = desk.say(P.ROUTINE, SLOT + 10 * MINUTE)
    desk.look(SLOT + 31 * MINUTE)
    assert (desk.state(begun), desk.state(waiting)) == ("expired", "ready")
    desk.look(SLOT + 41 * MINUTE)
    assert desk.state(waiting) == "expired"
    assert "错过 31 分钟" in desk.log(waiting)[-1].why


def test_skipping_cancels_what_plays_and_the_next_goes_on(desk: Desk) -> None:
    plays = desk.say(P.ROUTINE, SLOT)
    following = desk.say(P.ROUTINE, SLOT + SECOND)
    number, _ = skip_broadcast(desk.database, "main", at=SLOT + 2 * SECOND, by=DUTY)
    assert number == plays
    desk.look(SLOT + 2 * SECOND)
    assert (desk.state(plays), desk.state(following)) == ("cancelled", "playing")
    last = desk.log(plays)[-1]
    assert (last.by, last.why) == (DUTY.name, "值班员跳过")
    assert "cancelled" in [slot.outcome for slot in studios.all_slots(desk.database)]
    desk.ended(following, SLOT + 20 * SECOND)
    with pytest.raises(BroadcastError, match="没有在播报"):
        skip_broadcast(desk.database, "main", at=SLOT + MINUTE, by=DUTY)


def test_an_emergency_is_skipped_only_when_that_is_said(desk: Desk) -> None:
    urgent = desk.say(P.EMERGENCY, SLOT)
    with pytest.raises(BroadcastError, match="是紧急播报"):
        skip_broadcast(desk.database, "main", at=SLOT, by=DUTY)
    assert desk.state(urgent) == "playing"
    skip_broadcast(desk.database, "main", at=SLOT, by=DUTY, emergencies=True)
    assert desk.state(urgent) == "cancelled"


@pytest.mark.parametrize("emergencies", [False, True])
def test_stopping_all_cancels_whatever_plays_or_waits(desk: Desk, emergencies: bool) -> None:
    begun = desk.say(P.ROUTINE, SLOT)
    urgent = desk.say(P.EMERGENCY, SLOT + SECOND)
    second = desk.say(P.EMERGENCY, SLOT + 2 * SECOND)
    waiting = desk.say(P.NOTICE, SLOT + 3 * SECOND)
    stopped = stop_all(
        desk.database, "main", at=SLOT + 4 * SECOND, by=DUTY, emergencies=emergencies
    )
    spared = () if emergencies else (urgent, second)
    assert tuple(number for number, _ in stopped.spared) == spared
    assert {number for number, _ in stopped.cancelled} == {begun, urgent, second, waiting} - {
        *spared
    }
    desk.look(SLOT + 4 * SECOND)
    assert (desk.state(begun), desk.state(waiting)) == ("cancelled", "cancelled")
    assert desk.state(urgent) == ("cancelled" if emergencies else "playing")
    assert desk.log(begun)[-1].why == "值班员全部停止"
    assert desk.acts()[-1].why == (
        "全部停止：取消 4 个，保留紧急播报 0 个"
        if emergencies
        else "全部停止：取消 2 个，保留紧急播报 2 个"
    )
    assert not stop_all(desk.database, "main", at=SLOT + MINUTE, by=DUTY).cancelled


def test_what_comes_due_in_quiet_hours_plays_at_their_end(desk: Desk) -> None:
    set_quiet_hours(desk.database, "main", "08:50-09:20", at=studios.BEFORE, by=DUTY)
    studios.plan_for(desk.database)
    desk.look(SLOT)
    assert studios.states(desk.database) == ["ready"]
    desk.look(SLOT + 20 * MINUTE - SECOND)
    assert studios.states(desk.database) == ["ready"]
    desk.look(SLOT + 20 * MINUTE)
    assert studios.states(desk.database) == ["playing"]
    assert studios.only_broadcast(desk.database).as_of == SLOT


@pytest.mark.parametrize(
    ("rule", "state", "why"),
    [
        (MissedRule.PLAY_LATE, "expired", "错过 31 分钟，超过补播时限 30 分钟"),
        (MissedRule.SKIP, "expired", "按计划跳过"),
        (MissedRule.ASK, "held", "按计划等待确认"),
    ],
)
def test_what_quiet_hours_made_too_late_follows_its_rule(
    desk: Desk, rule: MissedRule, state: str, why: str
) -> None:
    set_quiet_hours(desk.database, "main", "08:50-10:00", at=studios.BEFORE, by=DUTY)
    studios.plan_for(desk.database, missed=rule)
    desk.look(SLOT)
    assert studios.states(desk.database) == ["ready"]
    desk.look(SLOT + 31 * MINUTE)
    assert studios.states(desk.database) == [state]
    row = studios.only_broadcast(desk.database)
    assert why in desk.log(row.id)[-1].why
    assert studios.all_slots(desk.database)[0].outcome == state
    if state == "held":
        release_broadcast(desk.database, row.id, at=SLOT + 60 * MINUTE, by=DUTY)
        desk.look(SLOT + 60 * MINUTE)
        assert studios.states(desk.database) == ["playing"]


def test_quiet_hours_over_midnight_let_only_an_emergency_pass(desk: Desk) -> None:
    set_quiet_hours(desk.database, "main", "12:00-14:00,22:00-07:00", at=studios.BEFORE, by=DUTY)
    before, after = district_instant("2021-11-16T23:50"), district_instant("2021-11-17T06:59")
    routine = desk.say(P.IMPORTANT, after)
    assert desk.state(routine) == "ready"
    hall = find_hall(desk.database, "main")
    for night in (before, after):
        controls = controls_of(desk.database, hall.id, at=night)
        assert controls.quiet_until == district_instant("2021-11-17T07:00")
    urgent = desk.say(P.EMERGENCY, after + SECOND)
    assert (desk.state(routine), desk.state(urgent)) == ("ready", "playing")
    desk.ended(urgent, after + 20 * SECOND)
    assert desk.state(routine) == "ready"
    desk.look(after + MINUTE)
    assert desk.state(routine) == "playing"


def test_what_plays_when_quiet_begins_is_said_to_its_end(desk: Desk) -> None:
    set_quiet_hours(desk.database, "main", "09:01-10:00", at=studios.BEFORE, by=DUTY)
    routine = desk.say(P.ROUTINE, SLOT + 59 * SECOND)
    desk.look(SLOT + 62 * SECOND)
    assert desk.state(routine) == "playing"


def test_malformed_quiet_hours_change_nothing(desk: Desk) -> None:
    set_quiet_hours(desk.database, "main", "12:00-14:00", at=SLOT, by=DUTY)
    with pytest.raises(BroadcastError, match="不是时段"):
        set_quiet_hours(desk.database, "main", "noon", at=SLOT, by=DUTY)
    hall = find_hall(desk.database, "main")
    assert controls_of(desk.database, hall.id, at=SLOT).quiet == "12:00-14:00"
    assert not set_quiet_hours(desk.database, "main", "", at=SLOT, by=DUTY).spans
    assert [act.why for act in desk.acts()] == [
        "安静时段：无 → 12:00-14:00",
        "安静时段：12:00-14:00 → 无",
    ]


def test_volumes_are_set_and_read_back(desk: Desk) -> None:
    hall = find_hall(desk.database, "main")

    def volumes() -> list[int]:
        return list(controls_of(desk.database, hall.id, at=SLOT).volumes.values())

    assert volumes() == [100, 100, 100, 100]
    set_volume(desk.database, "main", 40, at=SLOT, by=DUTY)
    assert volumes() == [60, 40, 40, 40]
    set_volume(desk.database, "main", 80, priority=P.IMPORTANT, at=SLOT, by=DUTY)
    set_volume(desk.database, "main", 90, priority=P.EMERGENCY, at=SLOT, by=DUTY)
    assert volumes() == [90, 80, 40, 40]
    set_volume(desk.database, "main", None, priority=P.IMPORTANT, at=SLOT, by=DUTY)
    assert volumes() == [90, 40, 40, 40]
    assert [act.why for act in desk.acts()] == [
        "音量：100 → 40",
        "重要播报的音量：随大厅 → 80",
        "紧急播报的音量：随大厅 → 90",
        "重要播报的音量：80 → 随大厅",
    ]


@pytest.mark.parametrize(
    ("percent", "priority", "sentence"),
    [
        (101, None, "0–100"),
        (-1, None, "0–100"),
        (59, P.EMERGENCY, "紧急播报的音量应为 60–100"),
        (None, None, "没有写明音量"),
    ],
)
def test_a_volume_out_of_range_is_refused(
    desk: Desk, percent: int | None, priority: P | None, sentence: str
) -> None:
    with pytest.raises(BroadcastError, match=sentence):
        set_volume(desk.database, "main", percent, priority=priority, at=SLOT, by=DUTY)
    assert desk.acts() == []


def test_staff_and_engine_at_once_lose_nothing(desk: Desk) -> None:
    """Everybody acts at the same time: each is refused or done, and afterwards all end."""
    ids = [desk.say(P.ROUTINE, SLOT + n * SECOND) for n in range(3)]
    at = SLOT + 5 * SECOND
    start = threading.Barrier(4)
    odd: list[Exception] = []

    def act(what: object) -> None:
        start.wait()
        for turn in range(4):
            try:
                what(at + turn * SECOND)  # type: ignore[operator]
            except BroadcastError:
                continue
            except StorageBusy as error:
                odd.append(error)

    acts = [
        lambda now: desk.engine.tick(now),
        lambda now: skip_broadcast(desk.database, "main", at=now, by=DUTY),
        lambda now: pause_hall(desk.database, "main", at=now, by=DUTY),
        lambda now: resume_hall(desk.database, "main", at=now, by=DUTY),
    ]
    threads = [threading.Thread(target=act, args=(what,)) for what in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert odd == []
    hall = find_hall(desk.database, "main")
    if controls_of(desk.database, hall.id, at=at).paused_at:
        resume_hall(desk.database, "main", at=at + MINUTE, by=DUTY)
    for step in range(1, 5):
        desk.look(at + step * 2 * MINUTE)
    assert {desk.state(one) for one in ids} <= {state.value for state in FINAL}

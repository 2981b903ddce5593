"""Alarms: what nobody heard, what waits, which player is gone; raised once, over when cured."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from steward.broadcasts.queries import alarms, broadcasts, changes, halls, players, slots
from steward.broadcasts.tables import AlarmRow
from steward.domain.alarms import RETRY, AlarmKind, AlarmRules, Retry
from steward.domain.announcements import Draft, approval_rules
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import Priority as P
from steward.domain.broadcasts import ReceiptEvent, SoundState
from steward.narration.lexicon import built_in
from steward.operations.compose import save_draft
from steward.operations.decide_announcement import submit, withdraw
from steward.operations.decide_broadcast import release_broadcast
from steward.operations.furnish import MAIN_HALL
from steward.operations.hold_hall import pause_hall
from steward.operations.notice_alarm import notice_alarm
from steward.operations.watch_alarms import watch_alarms
from steward.storage.engine import Database
from tests.support import studios
from tests.support.accounts import DUTY
from tests.support.desk import SECOND, Desk
from tests.support.studios import SLOT

MINUTE = timedelta(minutes=1)
K = AlarmKind


@pytest.fixture
def both(database: Database, tmp_path: Path) -> Desk:
    """On either database: what the statements find."""
    return Desk.open(database, tmp_path)


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path) -> Desk:
    """Where the kind of database makes no difference."""
    return Desk.open(sqlite_database, tmp_path)


def ruled(desk: Desk, rules: AlarmRules) -> None:
    desk.engine.studio = replace(desk.engine.studio, alarms=rules)


def told(desk: Desk) -> list[tuple[str, bool]]:
    """Every alarm so far, oldest first: its kind, and whether it is open."""
    with desk.database.session() as session:
        rows = [*alarms.past(session, None, 100), *alarms.every_open(session)]
        return [(row.kind, row.cleared_at is None) for row in sorted(rows, key=lambda row: row.id)]


def the_open(desk: Desk) -> list[AlarmRow]:
    with desk.database.session() as session:
        return list(alarms.every_open(session))


def enrol(desk: Desk, key: str, at: datetime, sound: SoundState = SoundState.READY) -> int:
    """A player that is to be there."""
    with desk.database.session(write=True) as session:
        hall = halls.ensure(session, *MAIN_HALL)
        row = players.seen(session, key=key, hall_id=hall.id, at=at, sound=sound)
        row.enrolled_at, row.title = row.enrolled_at or at, "大厅主屏"
        session.flush()
        return row.id


def unheard(desk: Desk, priority: P = P.ROUTINE, at: datetime = SLOT) -> int:
    """A broadcast of which no player says anything, two minutes later."""
    made = desk.say(priority, at)
    desk.look(at + 2 * MINUTE)
    assert desk.state(made) == "played"
    desk.look(at + 2 * MINUTE + 11 * SECOND)
    return made


def test_what_no_player_played_to_its_end_is_told_once(desk: Desk) -> None:
    made = unheard(desk)
    (row,) = the_open(desk)
    assert (row.kind, row.broadcast_id) == ("unheard", made)
    assert "已播出，但没有播放点报告播完" in row.text
    assert "指挥大厅" in row.text
    assert row.raised_at == SLOT + 2 * MINUTE + 11 * SECOND
    for minutes in range(3, 8):
        desk.look(SLOT + minutes * MINUTE)
    assert told(desk) == [("unheard", True)]


def test_nothing_is_told_while_all_is_well(desk: Desk) -> None:
    enrol(desk, "hallscreen1", SLOT)
    made = desk.say(P.ROUTINE, SLOT)
    desk.report(made, ReceiptEvent.STARTED, SLOT + SECOND)
    desk.ended(made, SLOT + 10 * SECOND)
    for seconds in range(10, 90, 20):
        desk.look(SLOT + seconds * SECOND)
    assert told(desk) == []


def test_a_receipt_that_comes_late_ends_the_alarm(desk: Desk) -> None:
    made = unheard(desk)
    desk.ended(made, SLOT + 5 * MINUTE)
    assert told(desk) == [("unheard", False)]


def test_where_players_are_enrolled_only_their_receipts_count(both: Desk) -> None:
    enrol(both, "enrolled01", SLOT - MINUTE)
    made = both.say(P.ROUTINE, SLOT)
    both.ended(made, SLOT + 2 * SECOND)  # by a player that nobody knows: it ends nothing
    assert both.state(made) == "playing"
    both.look(SLOT + MINUTE)
    assert both.state(made) == "played"
    both.look(SLOT + MINUTE + 11 * SECOND)
    (row,) = the_open(both)
    assert row.kind == K.UNHEARD
    assert "没有登记的播放点报告播完" in row.text
    at = SLOT + MINUTE + 12 * SECOND
    both.report(made, ReceiptEvent.ENDED, at, player="enrolled01")
    both.look(at)
    assert told(both) == [("unheard", False)]


def test_enrolling_a_player_afterwards_takes_nothing_back(desk: Desk) -> None:
    made = desk.say(P.ROUTINE, SLOT)
    desk.ended(made, SLOT + 10 * SECOND)
    enrol(desk, "enrolled01", SLOT + MINUTE)
    desk.look(SLOT + 2 * MINUTE)
    assert told(desk) == []


def test_a_player_without_sound_is_named_as_the_reason(desk: Desk) -> None:
    made = desk.say(P.ROUTINE, SLOT)
    desk.report(made, ReceiptEvent.BLOCKED, SLOT + SECOND)
    desk.look(SLOT + 2 * MINUTE)
    desk.look(SLOT + 3 * MINUTE)
    assert "有播放点没有声音" in the_open(desk)[0].text


def test_what_never_began_is_told_until_it_begins_or_ends(both: Desk) -> None:
    first = both.say(P.ROUTINE, SLOT)
    with both.database.session(write=True) as session:
        row = broadcasts.get(session, first)
        row.clauses = [*row.clauses, row.clauses[0]]  # its last clause is never made
    second = both.say(P.ROUTINE, SLOT + SECOND)
    both.engine.tick(SLOT + 5 * MINUTE)
    kinds = {row.subject: row.text for row in the_open(both)}
    assert set(kinds) == {f"stuck:{first}"}
    assert "还没有播放点开始播" in kinds[f"stuck:{first}"]
    both.engine.tick(SLOT + 5 * MINUTE + SECOND)
    assert {row.subject for row in the_open(both)} == {f"stuck:{first}", f"late:{second}"}
    both.report(first, ReceiptEvent.ENDED, SLOT + 6 * MINUTE)
    both.report(second, ReceiptEvent.STARTED, SLOT + 6 * MINUTE)
    both.engine.tick(SLOT + 6 * MINUTE)
    assert both.state(second) == "playing"
    both.engine.tick(SLOT + 6 * MINUTE)
    assert the_open(both) == []


def test_a_paused_hall_is_late_by_will_of_staff(desk: Desk) -> None:
    pause_hall(desk.database, "main", at=SLOT, by=DUTY)
    desk.say(P.ROUTINE, SLOT)
    desk.look(SLOT + 10 * MINUTE)
    assert told(desk) == []
    desk.look(SLOT + 31 * MINUTE)  # it has expired, and nobody heard it
    desk.look(SLOT + 32 * MINUTE)
    (row,) = the_open(desk)
    assert "没有播出" in row.text
    assert "超过补播时限" in row.text


def test_a_notice_that_gave_way_is_no_news(desk: Desk) -> None:
    pause_hall(desk.database, "main", at=SLOT, by=DUTY)
    made = desk.say(P.NOTICE, SLOT)
    for minutes in (31, 33):
        desk.look(SLOT + minutes * MINUTE)
    assert desk.state(made) == "expired"
    assert told(desk) == []


def test_what_is_held_is_told_until_it_is_decided_and_again_if_held_again(desk: Desk) -> None:
    with desk.database.session(write=True) as session:
        hall = halls.ensure(session, *MAIN_HALL)
        row = broadcasts.create(
            session, hall_id=hall.id, title="演练通知", priority=P.ROUTINE, as_of=SLOT,
            slot_at=SLOT, at=SLOT, by="test", state=S.HELD, why="听回不符", clauses=[],
        )  # fmt: skip
        row.status = "exercise"
        slots.open_for(session, row.id, at=SLOT, reason="test")
        made = row.id
    desk.engine.tick(SLOT + SECOND)
    (alarm,) = the_open(desk)
    assert alarm.text == "【演练】指挥大厅“演练通知”已扣留，等您决定：听回不符"
    release_broadcast(desk.database, made, at=SLOT + 2 * SECOND, by=DUTY)
    # It has neither template nor text: held once more, with another reason.
    desk.engine.tick(SLOT + 3 * SECOND)
    desk.engine.tick(SLOT + 4 * SECOND)
    with desk.database.session(write=True) as session:
        broadcasts.move(session, broadcasts.get(session, made), S.CANCELLED, at=SLOT, by="x")
    desk.engine.tick(SLOT + 5 * SECOND)
    assert {kind for kind, _ in told(desk)} == {"held"}
    assert the_open(desk) == []


def test_what_failed_is_told_with_its_fault(desk: Desk) -> None:
    made = desk.say(P.ROUTINE, SLOT)
    with desk.database.session(write=True) as session:
        row = broadcasts.get(session, made)
        broadcasts.move(session, row, S.FAILED, at=SLOT + SECOND, by="engine", why="磁盘满了")
    desk.look(SLOT + 12 * SECOND)
    (alarm,) = the_open(desk)
    assert (alarm.kind, alarm.broadcast_id) == ("failed", made)
    assert "没有播成：磁盘满了" in alarm.text


def test_what_nobody_approves_is_told_before_it_is_too_late_and_after(both: Desk) -> None:
    def asked(expires: int | None) -> int:
        until = SLOT + expires * MINUTE if expires else None
        draft = Draft("停电", "今天停电。", P.IMPORTANT, ("main",), expires_at=until)
        number, version = save_draft(both.database, draft, lexicon=built_in(), at=SLOT, by=DUTY)
        rules = approval_rules("*.important=approver")
        submit(both.database, number, version=version, rules=rules, at=SLOT, by=DUTY)
        return number

    soon, patient = asked(14), asked(None)
    both.engine.tick(SLOT + MINUTE)
    assert told(both) == []
    both.engine.tick(SLOT + 4 * MINUTE)
    assert [row.subject for row in the_open(both)] == [f"announcement:{soon}"]
    both.engine.tick(SLOT + 5 * MINUTE)
    assert len(the_open(both)) == 2
    withdraw(both.database, patient, at=SLOT + 6 * MINUTE, by=DUTY)
    both.engine.tick(SLOT + 14 * MINUTE)
    both.engine.tick(SLOT + 14 * MINUTE)
    (row,) = the_open(both)
    assert row.subject == f"past:announcement:{soon}"
    assert "没有人在时限内审批，没有播出" in row.text
    notice_alarm(both.database, row.id, at=SLOT + 15 * MINUTE, by=DUTY)
    both.engine.tick(SLOT + 15 * MINUTE)
    assert the_open(both) == []
    assert {kind for kind, _ in told(both)} == {"undecided"}


def test_an_enrolled_player_that_is_silent_or_mute_is_told_and_another_is_not(desk: Desk) -> None:
    number = enrol(desk, "enrolled01", SLOT, SoundState.BLOCKED)
    with desk.database.session(write=True) as session:
        hall = halls.ensure(session, *MAIN_HALL)
        players.seen(session, key="passer0001", hall_id=hall.id, at=SLOT, sound=SoundState.MUTED)
    desk.engine.tick(SLOT + SECOND)
    (row,) = the_open(desk)
    assert (row.kind, row.player_id) == ("blocked_player", number)
    assert "指挥大厅的播放点“大厅主屏”没有声音" in row.text
    desk.engine.tick(SLOT + 90 * SECOND)
    assert the_open(desk) == []  # it is not long enough that anybody looks
    desk.engine.tick(SLOT + 91 * SECOND)
    (row,) = the_open(desk)
    assert row.kind == K.SILENT_PLAYER
    assert "11月16日 09:00 之后没有消息" in row.text
    enrol(desk, "enrolled01", SLOT + 2 * MINUTE, SoundState.READY)
    desk.engine.tick(SLOT + 2 * MINUTE)
    assert told(desk) == [("blocked_player", False), ("silent_player", False)]
    desk.engine.tick(SLOT + 10 * MINUTE)
    assert told(desk)[-1] == ("silent_player", True)


def test_after_a_night_switched_off_no_player_is_told_silent_until_it_could_tell(
    desk: Desk,
) -> None:
    enrol(desk, "enrolled01", SLOT)
    enrol(desk, "enrolled02", SLOT)
    morning = SLOT + timedelta(hours=12)
    desk.engine.tick(morning)
    enrol(desk, "enrolled02", morning + 20 * SECOND)
    for seconds in (30, 89):
        desk.engine.tick(morning + seconds * SECOND)
    assert told(desk) == []
    desk.engine.tick(morning + 90 * SECOND)
    assert told(desk) == [("silent_player", True)]
    # Another engine takes over: what is told already stays, and is not told anew.
    again = studios.engine_of(desk.engine.studio, desk.folder)
    again.tick(morning + 95 * SECOND)
    assert told(desk) == [("silent_player", True)]


def test_two_engines_at_once_raise_one_alarm(both: Desk) -> None:
    studio = both.engine.studio
    enrol(both, "enrolled01", SLOT)
    with both.database.session() as session:
        assert not alarms.every_open(session)
    first = watch_alarms(studio, now=SLOT + 10 * MINUTE)
    with both.database.session(write=True) as session:
        assert alarms.raise_(session, first[0], at=SLOT + 10 * MINUTE) is None
    assert len(told(both)) == 1


def retries(desk: Desk, of: int) -> list[int]:
    with desk.database.session() as session:
        return [
            row.id
            for row in broadcasts.recent(session)
            if row.refers_to == of and row.relation == RETRY
        ]


@pytest.mark.parametrize("priority", [P.EMERGENCY, P.IMPORTANT])
def test_what_is_important_and_unheard_is_said_once_more_and_never_twice(
    desk: Desk, priority: P
) -> None:
    ruled(desk, AlarmRules(retry=Retry.ONCE))
    made = unheard(desk, priority)
    (again,) = retries(desk, made)
    first, second = desk.row(made), desk.row(again)
    assert (second.title, second.clauses, second.priority) == (
        first.title,
        first.clauses,
        first.priority,
    )
    assert the_open(desk)[0].text.endswith(f"；已按规则再播一次（播报 {again}）")
    with desk.database.session() as session:
        begun = changes.of_broadcast(session, again)[0]
    assert begun.why == f"播报 {made} 没有播放点播完，按规则再播一次"
    desk.look(SLOT + 3 * MINUTE)
    assert desk.state(again) == "playing"
    desk.look(SLOT + 6 * MINUTE)
    desk.look(SLOT + 7 * MINUTE)
    assert desk.state(again) == "played"
    assert retries(desk, made) == [again]
    assert retries(desk, again) == []
    assert told(desk) == [("unheard", True), ("unheard", True)]


def test_a_retry_that_is_heard_ends_the_alarm(both: Desk) -> None:
    ruled(both, AlarmRules(retry=Retry.ONCE))
    (again,) = retries(both, unheard(both, P.IMPORTANT))
    both.look(SLOT + 3 * MINUTE)
    both.ended(again, SLOT + 3 * MINUTE + 10 * SECOND)
    both.look(SLOT + 4 * MINUTE)
    assert told(both) == [("unheard", False)]


def test_nothing_is_said_again_without_the_rule_or_if_routine(desk: Desk) -> None:
    assert retries(desk, unheard(desk, P.IMPORTANT)) == []
    ruled(desk, AlarmRules(retry=Retry.ONCE))
    assert retries(desk, unheard(desk, P.ROUTINE, SLOT + 10 * MINUTE)) == []


def test_nothing_is_said_again_that_was_corrected_since(desk: Desk) -> None:
    ruled(desk, AlarmRules(retry=Retry.ONCE))
    made = desk.say(P.IMPORTANT, SLOT)
    correction = desk.say(P.IMPORTANT, SLOT + SECOND, "更正")
    with desk.database.session(write=True) as session:
        row = broadcasts.get(session, correction)
        row.refers_to, row.relation = made, "correction"
    desk.look(SLOT + 2 * MINUTE)
    desk.engine.tick(SLOT + 3 * MINUTE)
    assert told(desk)[0] == ("unheard", True)
    assert retries(desk, made) == []


def test_nothing_is_said_again_when_it_is_too_late(desk: Desk) -> None:
    ruled(desk, AlarmRules(retry=Retry.ONCE))
    made = desk.say(P.IMPORTANT, SLOT)
    desk.engine.tick(SLOT + 30 * MINUTE)
    desk.engine.tick(SLOT + 31 * MINUTE)
    assert told(desk) == [("unheard", True)]
    assert retries(desk, made) == []

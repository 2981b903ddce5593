"""Who interrupts whom and where what was interrupted goes on, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from steward.broadcasts.queries import broadcasts
from steward.domain.broadcasts import BroadcastState as S
from steward.domain.broadcasts import Priority as P
from steward.domain.broadcasts import ReceiptEvent as R
from steward.operations.air_broadcasts import air_broadcasts
from steward.operations.announce import announce
from steward.operations.recover_slots import recover_slots
from steward.operations.studio import Studio
from steward.operations.write_script import freeze_script
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


def test_an_emergency_interrupts_in_one_transaction(desk: Desk) -> None:
    routine = desk.say(P.ROUTINE, SLOT)
    assert desk.state(routine) == "playing"
    urgent = desk.say(P.EMERGENCY, SLOT + 3 * SECOND)
    assert (desk.state(routine), desk.state(urgent)) == ("ready", "playing")
    off, on = desk.log(routine)[-1], desk.log(urgent)[-1]
    assert (off.from_, off.to, off.why) == ("playing", "ready", f"被紧急播报 {urgent} 打断")
    assert on.id == off.id + 1
    assert on.at == off.at


def test_what_was_interrupted_resumes_at_its_clause_and_ends(desk: Desk) -> None:
    routine = desk.say(P.ROUTINE, SLOT)
    urgent = desk.say(P.EMERGENCY, SLOT + 3 * SECOND)
    desk.report(routine, R.INTERRUPTED, SLOT + 3 * SECOND, ordinal=2)
    waiting = desk.say(P.IMPORTANT, SLOT + 5 * SECOND)
    desk.ended(urgent, SLOT + 20 * SECOND)
    assert (desk.state(urgent), desk.state(waiting)) == ("played", "ready")
    assert desk.state(routine) == "playing"  # before the important one: half of it was heard
    assert desk.row(routine).from_ordinal == 2
    assert desk.log(routine)[-1].why == "从第 3 句继续"
    assert desk.row(routine).started_at == SLOT
    desk.ended(routine, SLOT + 30 * SECOND)
    assert (desk.state(routine), desk.state(waiting)) == ("played", "playing")


def test_of_two_players_the_earlier_clause_counts(desk: Desk) -> None:
    routine = desk.say(P.ROUTINE, SLOT)
    urgent = desk.say(P.EMERGENCY, SLOT + 3 * SECOND)
    desk.report(routine, R.INTERRUPTED, SLOT + 3 * SECOND, ordinal=2)
    desk.report(routine, R.INTERRUPTED, SLOT + 4 * SECOND, ordinal=1, player="hallscreen2")
    desk.ended(urgent, SLOT + 20 * SECOND)
    assert desk.row(routine).from_ordinal == 1


def test_a_player_that_fell_silent_is_taken_at_its_last_clause(desk: Desk) -> None:
    routine = desk.say(P.ROUTINE, SLOT)
    desk.report(routine, R.CLAUSE, SLOT + 2 * SECOND, ordinal=0)
    desk.report(routine, R.CLAUSE, SLOT + 3 * SECOND, ordinal=1)
    urgent = desk.say(P.EMERGENCY, SLOT + 9 * SECOND)
    desk.ended(urgent, SLOT + 30 * SECOND)
    assert desk.row(routine).from_ordinal == 1


@pytest.mark.parametrize(("lengths", "ordinal"), [(0, 0), (1, 0), (1.5, 1), (2.5, 2), (99, 3)])
def test_without_any_receipt_the_clause_is_reckoned(
    desk: Desk, lengths: float, ordinal: int
) -> None:
    routine = desk.say(P.ROUTINE, SLOT)
    row = desk.row(routine)
    assert len(row.clauses) == 4
    with desk.database.session() as session:
        clips = broadcasts.clips(session, routine)
    whole = [clips[n].duration_ms + row.clauses[n]["pause_ms"] for n in range(4)]
    chime_ms = 1500
    gone = chime_ms + sum(whole[: int(lengths)]) + (lengths % 1) * whole[min(int(lengths), 3)]
    at = SLOT + timedelta(milliseconds=gone if lengths != 1 else chime_ms + whole[0] - 1)
    urgent = desk.say(P.EMERGENCY, min(at, SLOT + timedelta(milliseconds=chime_ms + sum(whole))))
    desk.ended(urgent, SLOT + 60 * SECOND)
    assert desk.state(routine) == "playing"
    assert desk.row(routine).from_ordinal == ordinal


def test_interrupted_twice_it_goes_on_from_the_second_cut(desk: Desk) -> None:
    routine = desk.say(P.ROUTINE, SLOT)
    for number, ordinal in enumerate((1, 3)):
        at = SLOT + (10 + 30 * number) * SECOND
        urgent = desk.say(P.EMERGENCY, at)
        desk.report(routine, R.INTERRUPTED, at, ordinal=ordinal)
        desk.ended(urgent, at + 20 * SECOND)
        assert desk.row(routine).from_ordinal == ordinal
    # Cut in its chime, before any clause: where it began this time.
    urgent = desk.say(P.EMERGENCY, SLOT + 61 * SECOND)
    desk.report(routine, R.INTERRUPTED, SLOT + 61 * SECOND)
    desk.ended(urgent, SLOT + 80 * SECOND)
    assert desk.row(routine).from_ordinal == 3


def test_resumed_it_is_over_by_the_length_of_what_was_left(desk: Desk) -> None:
    routine = desk.say(P.ROUTINE, SLOT)
    urgent = desk.say(P.EMERGENCY, SLOT + 3 * SECOND)
    desk.report(routine, R.INTERRUPTED, SLOT + 3 * SECOND, ordinal=3)
    desk.ended(urgent, SLOT + 5 * MINUTE)
    assert desk.state(routine) == "playing"
    desk.look(SLOT + 5 * MINUTE + 14 * SECOND)
    assert desk.state(routine) == "playing"
    desk.look(SLOT + 5 * MINUTE + 25 * SECOND)
    assert desk.state(routine) == "played"


def test_two_emergencies_queue_by_time(desk: Desk) -> None:
    routine = desk.say(P.ROUTINE, SLOT)
    first = desk.say(P.EMERGENCY, SLOT + 2 * SECOND)
    second = desk.say(P.EMERGENCY, SLOT + 4 * SECOND)
    third = desk.say(P.EMERGENCY, SLOT + 5 * SECOND)
    order = []
    for step in range(1, 5):
        (plays,) = [one for one in (routine, first, second, third) if desk.state(one) == "playing"]
        order.append(plays)
        desk.ended(plays, SLOT + 20 * step * SECOND)
    assert order == [first, second, third, routine]
    assert desk.state(routine) == "played"


def test_important_goes_next_and_interrupts_nobody(desk: Desk) -> None:
    plays = desk.say(P.NOTICE, SLOT)
    routine = desk.say(P.ROUTINE, SLOT + SECOND)
    important = desk.say(P.IMPORTANT, SLOT + 2 * SECOND)
    assert desk.state(plays) == "playing"
    desk.ended(plays, SLOT + 20 * SECOND)
    assert (desk.state(important), desk.state(routine)) == ("playing", "ready")


def test_a_notice_gives_way_and_expires_on_record(desk: Desk, database: Database) -> None:
    studios.plan_for(database, priority=P.NOTICE, late_minutes=1)
    routine = desk.say(P.ROUTINE, SLOT - SECOND)
    desk.look(SLOT)
    notice = routine + 1
    assert (desk.row(notice).priority, desk.state(notice)) == ("notice", "ready")
    second = desk.say(P.ROUTINE, SLOT + 2 * SECOND)
    desk.ended(routine, SLOT + 20 * SECOND)
    assert (desk.state(second), desk.state(notice)) == ("playing", "ready")
    desk.look(SLOT + MINUTE)
    assert desk.state(notice) == "expired"
    assert desk.log(notice)[-1].why == "等待时间已过"


@pytest.mark.parametrize(("late", "state"), [(30, "playing"), (31, "expired")])
def test_an_interrupted_one_resumes_within_its_minutes_only(
    desk: Desk, late: int, state: str
) -> None:
    routine = desk.say(P.ROUTINE, SLOT)
    urgent = desk.say(P.EMERGENCY, SLOT + 3 * SECOND)
    desk.ended(urgent, SLOT + late * MINUTE)
    assert desk.state(routine) == state
    if state == "expired":
        assert "补播时限 30 分钟" in desk.log(routine)[-1].why


def test_two_engines_interrupt_once(desk: Desk, database: Database, tmp_path: Path) -> None:
    routine = desk.say(P.ROUTINE, SLOT)
    at = SLOT + 3 * SECOND
    urgent, _ = announce(database, "立即撤离。", hall="main", priority=P.EMERGENCY, at=at, by=DUTY)
    other = Desk.open(database, tmp_path, "other-pc:data:1")
    recover_slots(desk.engine.studio, now=at)
    freeze_script(desk.engine.studio, urgent, now=at)  # ready; nobody has looked at the hall
    made: list[tuple[int, S, str]] = []
    start = threading.Barrier(4)

    def look(studio: Studio) -> None:
        start.wait()
        made.extend(air_broadcasts(studio, now=at))

    threads = [
        threading.Thread(target=look, args=(one.engine.studio,)) for one in (desk, other) * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (desk.state(routine), desk.state(urgent)) == ("ready", "playing")
    assert [one.from_ for one in desk.log(routine)].count("playing") == 1
    assert [(number, state.value) for number, state, _ in made] == [
        (routine, "ready"),
        (urgent, "playing"),
    ]

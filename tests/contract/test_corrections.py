"""What was said against the ledger of now, and put right, on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from steward.broadcasts.queries import announcements, broadcasts, chains
from steward.broadcasts.tables import AnnouncementRow, BroadcastRow
from steward.domain.announcements import Draft, Status, approval_rules
from steward.domain.corrections import Compared
from steward.errors import BroadcastError, NotFound
from steward.ledger.queries import acts
from steward.narration.lexicon import built_in
from steward.operations.compare_with_ledger import Rules, compare_with_ledger
from steward.operations.compose import save_draft
from steward.operations.decide_announcement import submit
from steward.operations.stop_broadcasts import stop_all
from steward.operations.watch_figures import outdated_broadcasts
from steward.operations.weekly_figures import weekly_figures
from steward.operations.write_correction import when_said, write_correction
from steward.scheduler.engine import Engine
from steward.storage.engine import Database
from tests.support.accounts import DUTY
from tests.support.said import LATE, engine_that_said_the_week, play, take, void
from tests.support.studios import SLOT

HOUR = timedelta(hours=1)
RULES = Rules()


@pytest.fixture
def engine(database: Database, tmp_path: Path) -> Engine:
    return engine_that_said_the_week(database, tmp_path)


def said(database: Database, minutes: int) -> Compared:
    at = SLOT + timedelta(minutes=minutes)
    compared = compare_with_ledger(database, 1, rules=RULES, at=at)
    assert compared is not None
    return compared


def changes(compared: Compared) -> dict[str, tuple[str, str]]:
    return {one.now.name: (one.said.worded, one.now.worded) for one in compared.stale}


def correct(database: Database, minutes: int, broadcast_id: int = 1) -> AnnouncementRow:
    number, _ = write_correction(
        database,
        broadcast_id,
        rules=RULES,
        district="萧山区",
        lexicon=built_in(),
        at=SLOT + timedelta(minutes=minutes),
        by=DUTY,
    )
    return announcement(database, number)


def announcement(database: Database, number: int) -> AnnouncementRow:
    with database.session() as session:
        return announcements.get(session, number)


def send(database: Database, row: AnnouncementRow, minutes: int) -> tuple[int, ...]:
    at = SLOT + timedelta(minutes=minutes)
    rules = approval_rules("")
    return submit(database, row.id, version=row.version, rules=rules, at=at, by=DUTY).broadcasts


def rows(database: Database) -> list[BroadcastRow]:
    with database.session() as session:
        return list(reversed(broadcasts.recent(session)))


def test_what_the_ledger_still_tells_needs_no_correction(
    database: Database, engine: Engine
) -> None:
    assert rows(database)[0].state == "played"
    assert not said(database, 10).differences
    with pytest.raises(BroadcastError, match="一致"):
        correct(database, 10)


def test_a_row_that_came_late_is_told_with_its_number(
    database: Database, engine: Engine, tmp_path: Path
) -> None:
    take(database, tmp_path, LATE, 60)
    compared = said(database, 61)
    assert changes(compared)["本周新增隐患"] == ("3条", "4条")
    assert changes(compared)["隐患到期预警企业"] == ("1家", "2家")
    (new,) = [one for one in compared.reasons if one.name == "本周新增隐患"]
    (row,) = new.rows
    assert (row.added, row.what, row.enterprise, row.why) == (
        True,
        "L1",
        "企业1",
        "播报以后才录入",
    )
    figures = weekly_figures(database, as_of=SLOT, known_at=SLOT + 2 * HOUR)
    now = {one.now.key: one.now.value for one in compared.differences}
    assert now["new_hazards"] == figures.counts.new_hazards
    assert now["due_soon_enterprises"] == figures.counts.due_soon_enterprises
    assert now["monitored"] == figures.counts.monitored
    assert now["by_town.330109105"] == figures.by_town[0].counts.new_hazards


def test_a_void_and_a_merge_after_it_was_said_are_told(database: Database, engine: Engine) -> None:
    void(database, 1, 30)
    with database.session(write=True) as session:
        acts.merge(session, 3, 2, at=SLOT + timedelta(minutes=31))
    assert not said(database, 29).stale  # nobody knew yet
    compared = said(database, 40)
    assert changes(compared)["本周新增隐患"] == ("3条", "1条")
    assert changes(compared)["超期预警企业"] == ("1家", "无")
    assert changes(compared)["未闭环重大隐患"] == ("1条", "无")
    assert "没有整改期限的隐患" not in changes(compared)
    why = {row.what: row.why for one in compared.reasons for row in one.rows}
    assert why == {"A1": "已作废", "A3": "重复，已并入 A2"}


def test_what_ended_since_is_no_mistake(database: Database, engine: Engine) -> None:
    with database.session(write=True) as session:
        acts.extend(session, 1, date(2021, 12, 30), at=SLOT + HOUR, reason="停产")
    assert not said(database, 70).differences


def test_what_moved_between_towns_is_told_by_its_hazards(
    database: Database, engine: Engine, tmp_path: Path
) -> None:
    take(database, tmp_path, LATE, 20)
    void(database, 2, 30)
    compared = said(database, 40)
    assert "本周新增隐患" not in changes(compared)
    assert changes(compared)["镇1新增隐患"] == ("1条", "2条")
    (moved,) = [one for one in compared.reasons if one.name == "新增隐患"]
    assert [(row.what, row.added) for row in moved.rows] == [("A2", False), ("L1", True)]


def test_a_correction_says_what_changed_and_nothing_else(
    database: Database, engine: Engine
) -> None:
    void(database, 1, 30)
    draft = correct(database, 40)
    assert draft.text.startswith(
        "更正：11月16日上午9时播报的本周新增隐患应为2条，原播报为3条；"
        "超期预警企业应为无，原播报为1家；"
    )
    assert draft.text.endswith("请以更正后的数字为准。")
    assert "到期预警" not in draft.text
    assert (draft.kind, draft.relation, draft.refers_to) == ("correction", "correction", 1)
    assert draft.targets == ["main"]
    assert draft.as_of == SLOT
    assert draft.figures is not None
    assert draft.figures["new_hazards"] == 2
    assert draft.evidence is not None
    assert draft.evidence["new_hazards"] == [2, 3]
    spoken = "".join(clause["spoken"] for clause in draft.clauses)
    assert "十一月十六日上午九时" in spoken
    assert "原播报为三条" in spoken
    assert (said(database, 41).draft, said(database, 41).draft_stale) == (draft.id, False)
    with pytest.raises(BroadcastError, match=f"播报单 {draft.id}"):
        correct(database, 42)
    (made,) = send(database, draft, 43)
    play(engine, 43)
    after = said(database, 50)
    assert (after.correction, after.correction_state, after.stale) == (made, "played", [])
    assert len(after.differences) > 1  # what was put right is still told
    with database.session() as session:
        assert chains.corrected(session, broadcasts.recent(session)) == {1: made}


def test_a_draft_that_is_outdated_itself_says_so(database: Database, engine: Engine) -> None:
    void(database, 1, 30)
    draft = correct(database, 31)
    void(database, 2, 32)
    assert said(database, 33).draft == draft.id
    assert said(database, 33).draft_stale


def test_a_second_correction_goes_back_to_the_first_words(
    database: Database, engine: Engine
) -> None:
    void(database, 1, 30)
    (first,) = send(database, correct(database, 31), 31)
    play(engine, 31)
    void(database, 2, 50)
    assert changes(said(database, 51))["本周新增隐患"] == ("3条", "1条")
    again = correct(database, 51, broadcast_id=first)  # asked for on the correction's own page
    assert again.refers_to == 1
    assert again.text.startswith(
        "再次更正：11月16日上午9时播报的本周新增隐患应为1条，原播报为3条，上次更正为2条；"
    )
    assert "超期" not in again.text  # it was put right already
    (second,) = send(database, again, 52)
    play(engine, 52)
    assert not said(database, 60).stale
    with database.session() as session:
        assert chains.corrected(session, broadcasts.recent(session)) == {1: second, first: second}


def test_a_correction_that_was_called_off_corrects_nothing(
    database: Database, engine: Engine
) -> None:
    void(database, 1, 30)
    send(database, correct(database, 31), 31)
    assert not said(database, 31).stale
    stop_all(database, "main", at=SLOT + timedelta(minutes=31), by=DUTY)
    assert said(database, 32).stale


def test_the_engine_notes_seldom_what_is_outdated(database: Database, engine: Engine) -> None:
    at = SLOT + timedelta(minutes=10)
    assert engine.figures.look(at) == []
    assert not engine.figures.due(at + timedelta(minutes=9))
    assert engine.figures.due(at + timedelta(minutes=10))
    void(database, 1, 15)
    ((number, count),) = engine.figures.look(at + timedelta(minutes=10))
    assert (number, count) == (1, len(said(database, 20).stale))
    (noted,) = outdated_broadcasts(database)
    assert (noted.listed.id, noted.figures) == (1, count)
    send(database, correct(database, 21), 21)
    assert not outdated_broadcasts(database)  # as soon as it is sent
    play(engine, 21)
    assert engine.figures.look(at + timedelta(minutes=30)) == []
    assert engine.figures.look(at + timedelta(days=30)) == []


def test_a_correction_of_an_exercise_is_an_exercise_in_the_same_halls(
    database: Database, engine: Engine
) -> None:
    figures = rows(database)[0]
    draft = Draft("本周情况", "本周新增隐患3条。", targets=("main",), status=Status.EXERCISE)
    number, version = save_draft(
        database,
        draft,
        lexicon=built_in(),
        at=SLOT,
        by=DUTY,
        figures=figures.figures,
        evidence=figures.evidence,
        as_of=SLOT,
    )
    assert version == 1
    (made,) = send(database, announcement(database, number), 20)
    play(engine, 20)
    void(database, 1, 30)
    right = correct(database, 31, broadcast_id=made)
    assert right.status == "exercise"
    assert right.title == "【演练】更正：本周情况"
    assert right.text.startswith("更正：11月16日上午9时播报的本周新增隐患应为2条，原播报为3条；")


def test_without_figures_there_is_nothing_to_correct(database: Database, engine: Engine) -> None:
    number, version = save_draft(
        database,
        Draft("通知", "今天开会。", targets=("main",)),
        lexicon=built_in(),
        at=SLOT,
        by=DUTY,
    )
    assert version == 1
    (made,) = send(database, announcement(database, number), 20)
    assert compare_with_ledger(database, made, rules=RULES, at=SLOT + HOUR) is None
    with pytest.raises(BroadcastError, match="没有说台账里的数字"):
        correct(database, 30, broadcast_id=made)
    with pytest.raises(NotFound):
        compare_with_ledger(database, 999, rules=RULES, at=SLOT)


def test_times_are_said_as_people_say_them() -> None:
    assert when_said(SLOT, SLOT) == "11月16日上午9时"
    assert when_said(SLOT + timedelta(hours=6, minutes=5), SLOT) == "11月16日下午3时05分"
    assert when_said(SLOT + 4 * HOUR, SLOT) == "11月16日下午1时"
    assert when_said(SLOT + 3 * HOUR, SLOT) == "11月16日中午12时"
    assert when_said(SLOT, SLOT + timedelta(days=60)) == "2021年11月16日上午9时"

"""The report of an exercise: from the log and the receipts, the same each time; both databases."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from steward.broadcasts.queries import broadcasts, halls, players, receipts
from steward.domain.announcements import Draft, Status, approval_rules
from steward.domain.broadcasts import Priority
from steward.domain.broadcasts import ReceiptEvent as E
from steward.errors import NotFound
from steward.narration.lexicon import built_in
from steward.operations.compose import save_draft
from steward.operations.decide_announcement import submit
from steward.operations.end_emergency import write_all_clear
from steward.operations.export_drill import report_name, write_report
from steward.operations.furnish import furnish
from steward.operations.keep_halls import add_hall
from steward.operations.report_drill import report_drill
from steward.scheduler.engine import Engine
from steward.storage.engine import Database
from tests.support import studios
from tests.support.accounts import DUTY
from tests.support.said import after, play
from tests.support.studios import BEFORE

DRILL = Draft(
    "=化工园区撤离",
    "请立即撤离。",
    Priority.EMERGENCY,
    ("main", "east"),
    status=Status.EXERCISE,
    repeats=2,
    interval_minutes=10,
)


@pytest.fixture
def engine(database: Database, tmp_path: Path) -> Engine:
    furnish(database, at=BEFORE)
    add_hall(database, "east", "东厅", at=BEFORE, by=DUTY)
    studio = studios.studio_of(database, tmp_path)
    return studios.engine_of(studio, tmp_path, prepare_ahead_s=0)


def send(engine: Engine, draft: Draft = DRILL) -> tuple[int, ...]:
    """Sent at the slot, said a minute later."""
    database, at = engine.studio.database, after(0)
    number, version = save_draft(database, draft, lexicon=built_in(), at=at, by=DUTY)
    rules = approval_rules("*.emergency=duty")
    made = submit(
        database, number, version=version, rules=rules, at=at, by=DUTY, reason="季度演练"
    ).broadcasts
    play(engine, 1)
    return made


def told(database: Database, broadcast_id: int, key: str, *events: tuple[E, float]) -> None:
    """What a player reports, each so many seconds after the slot."""
    with database.session(write=True) as session:
        row = broadcasts.get(session, broadcast_id)
        hall = halls.get(session, row.hall_id)
        player = players.seen(session, key=key, hall_id=hall.id, at=after(0))
        for event, seconds in events:
            at: datetime = after(0) + timedelta(seconds=seconds)
            ordinal = 0 if event is E.CLAUSE else None
            receipts.add(
                session,
                broadcast_id=row.id,
                player_id=player.id,
                event=event,
                at=at,
                ordinal=ordinal,
                proven=False,
            )


def test_it_tells_hall_by_hall_who_heard_it_and_how_soon(
    database: Database, engine: Engine
) -> None:
    here, there, later, _ = send(engine)
    told(database, here, "screen000001", (E.STARTED, 1.2), (E.CLAUSE, 2.5), (E.ENDED, 9.0))
    told(database, here, "screen000002", (E.BLOCKED, 1.0))
    told(database, there, "screen000003", (E.STARTED, 3.0), (E.INTERRUPTED, 4.0))
    report = report_drill(database, later)  # of any of its broadcasts
    assert report == report_drill(database, here)
    assert (report.first, report.title) == (here, "【演练】=化工园区撤离")
    assert (report.sent_by, report.sent_at, report.reason) == (DUTY.name, after(0), "季度演练")
    assert report.deaf == ["东厅"]
    assert report.slowest_s == 3.0
    first, second = report.said[0], report.said[1]
    assert (first.heard, first.chime_s, first.word_s) == (True, 1.2, 2.5)
    assert [one.soundless for one in first.players] == ["", "浏览器不许出声"]
    assert (second.heard, second.players[0].interrupted) == (False, 1)
    assert [one.part for one in report.said] == [0, 0, 1, 1]
    assert report.ended_by is None


def test_what_was_not_said_any_more_tells_why(database: Database, engine: Engine) -> None:
    made = send(engine)
    number, version = write_all_clear(database, made[0], lexicon=built_in(), at=after(5), by=DUTY)
    (clear, _) = submit(
        database, number, version=version, rules={}, at=after(5), by=DUTY
    ).broadcasts
    report = report_drill(database, made[0])
    assert report.ended_by == clear
    assert [one.why for one in report.said] == ["", "", *[f"已解除，见播报 {clear}"] * 2]


def test_the_workbook_has_the_same_bytes_at_every_writing_and_no_formula(
    database: Database, engine: Engine
) -> None:
    here, *_ = send(engine)
    told(database, here, "screen000001", (E.STARTED, 1.2), (E.CLAUSE, 2.5), (E.ENDED, 9.0))
    report = report_drill(database, here)
    written = []
    for _ in range(2):
        stream = io.BytesIO()
        write_report(report, stream)
        written.append(stream.getvalue())
    assert written[0] == written[1]
    assert report_name(report) == "演练总结_2021-11-16_化工园区撤离.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(written[0]))
    facts = dict(book["总结"].iter_rows(values_only=True))
    assert facts["性质"] == "演练"
    assert facts["没有听到的大厅"] == "东厅"
    rows = list(book["各大厅各播放点"].iter_rows(values_only=True))
    heading = dict(zip(rows[0], rows[1], strict=True))
    assert heading["大厅"] == "指挥大厅"
    assert heading["有人听到"] == "是"
    assert heading["下达到出声（秒）"] == 1.2
    assert isinstance(heading["提示音"], datetime)


def test_a_routine_one_has_no_report(database: Database, engine: Engine) -> None:
    plain = replace(DRILL, status=Status.ACTUAL, priority=Priority.ROUTINE)
    made = send(engine, plain)
    with pytest.raises(NotFound, match="只有演练"):
        report_drill(database, made[0])
    with pytest.raises(NotFound, match="999"):
        report_drill(database, 999)

"""The month's reports are made at their instant, once, and gone on with where that broke off."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from steward.domain.months import Month
from steward.domain.offices import Matter
from steward.domain.weeks import district_instant
from steward.errors import DocumentError
from steward.offices.queries import runs
from steward.operations.furnish import furnish
from steward.operations.make_due_reports import LEASE, TRIES_TO_TELL, make_due_reports
from steward.operations.office_files import file_path
from steward.storage.engine import Database
from tests.support import offices
from tests.support.mail_server import mail_server
from tests.support.offices import TIMES, post_to, send_all, sort

NOVEMBER_3RD = district_instant("2021-11-03T09:30")
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class Makers:
    """Notes what it was asked for; fails as often as it is told to."""

    def __init__(self, faults: int = 0) -> None:
        self.asked: list[tuple[str, datetime]] = []
        self._faults = faults

    def issue(self, month: Month, at: datetime) -> Sequence[str]:
        self.asked.append((str(month), at))
        return ["瓜沥镇：没有字体"] if len(self.asked) <= self._faults else []


def born(database: Database, text: str) -> None:
    furnish(database, at=district_instant(text))


def make(database: Database, makers: Makers, now: datetime) -> Month | None:
    return make_due_reports(database, TIMES, makers.issue, now=now)


def test_at_its_instant_and_once(database: Database) -> None:
    born(database, "2021-09-01T08:00")
    makers = Makers()
    assert make(database, makers, NOVEMBER_3RD - MINUTE) == Month(2021, 9)  # 8 October was missed
    assert make(database, makers, NOVEMBER_3RD - MINUTE) is None
    assert make(database, makers, NOVEMBER_3RD) == Month(2021, 10)
    assert make(database, makers, NOVEMBER_3RD + DAY) is None
    assert [month for month, _ in makers.asked] == ["2021-09", "2021-10"]


def test_a_house_that_was_not_there_then_has_nothing_to_make_up_for(
    sqlite_database: Database,
) -> None:
    makers = Makers()
    assert make(sqlite_database, makers, NOVEMBER_3RD) is None  # not furnished yet
    born(sqlite_database, "2021-11-16T08:59")
    assert make(sqlite_database, makers, district_instant("2021-11-16T09:00")) is None
    assert make(sqlite_database, makers, district_instant("2021-12-03T09:30")) == Month(2021, 11)


def test_what_failed_is_tried_again_after_growing_pauses_and_told(
    sqlite_database: Database,
) -> None:
    born(sqlite_database, "2021-10-20T08:00")
    makers, at = Makers(faults=4), NOVEMBER_3RD
    waited = []
    for tries in range(1, 5):
        with pytest.raises(DocumentError, match="2021年10月的隐患月报没有做成：瓜沥镇"):
            make(sqlite_database, makers, at)
        with sqlite_database.session() as session:
            run = runs.get(session, "2021-10")
        assert run is not None
        assert (run.done_at, "没有字体" in run.fault) == (None, True)
        assert bool(offices.alarm_texts(sqlite_database)) == (tries >= TRIES_TO_TELL)
        assert make(sqlite_database, makers, run.due_at - MINUTE) is None
        waited.append((run.due_at - at) / MINUTE)
        at = run.due_at
    assert waited == [2, 4, 8, 16]
    assert make(sqlite_database, makers, at) == Month(2021, 10)
    with sqlite_database.session() as session:
        run = runs.get(session, "2021-10")
    assert run is not None
    assert (run.done_at, run.fault, run.tries) == (at, "", 5)


def test_of_engines_at_once_one_makes_them_and_a_dead_one_is_followed(
    database: Database,
) -> None:
    born(database, "2021-10-20T08:00")
    makers, start = Makers(), threading.Barrier(3)
    made: list[Month | None] = []

    def run() -> None:
        start.wait()
        made.append(make(database, makers, NOVEMBER_3RD))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(makers.asked) == 1
    assert made.count(None) == 2
    december = district_instant("2021-12-03T09:30")
    with database.session(write=True) as session:  # it begins, and dies
        assert runs.claim(session, "2021-11", at=december, lease_until=december + LEASE) == 1
    assert make(database, makers, december + LEASE - MINUTE) is None
    assert make(database, makers, december + LEASE) == Month(2021, 11)


def test_a_report_goes_out_when_its_files_are_there(
    sqlite_database: Database, tmp_path: Path
) -> None:
    code = offices.settle(sqlite_database)["瓜沥镇"]
    offices.contact(sqlite_database, "瓜沥镇", "王", "wang@x.cn")
    made = offices.report(sqlite_database, tmp_path, code, at=NOVEMBER_3RD)
    pdf = file_path(tmp_path, Matter.REPORT, made, "pdf")
    content = pdf.read_bytes()
    pdf.unlink()
    sort(sqlite_database, now=NOVEMBER_3RD)
    with mail_server() as server:
        post = post_to(tmp_path, server)
        send_all(sqlite_database, post, now=NOVEMBER_3RD)
        send_all(sqlite_database, post, now=NOVEMBER_3RD + MINUTE)
        assert server.taken == []
        pdf.write_bytes(content)
        send_all(sqlite_database, post, now=NOVEMBER_3RD + 2 * MINUTE)
        (letter,) = server.letters()
    assert letter["Subject"] == "萧山区隐患管家：瓜沥镇2021年10月隐患报告和趋势分析"
    body = letter.get_body(("plain",))
    assert body is not None
    lines = body.get_content().splitlines()
    assert "本月新增隐患：12 条" in lines
    assert "月底未闭环重大隐患：1 处" in lines
    assert not [line for line in lines if "声音" in line or "还没有做好" in line]
    assert [str(one.get_filename())[:14] for one in letter.iter_attachments()] == [
        "瓜沥镇_2021-10_隐患"
    ] * 3

"""Monthly reports as they are issued: once, again with a reason, with their files."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from steward.accounts.tables import AuditRow
from steward.domain.accounts import Actor
from steward.domain.offices import Matter
from steward.domain.reports import Issued, Outcome
from steward.errors import FiguresError
from steward.ledger.queries import acts
from steward.offices.queries import issues
from steward.offices.tables import ReportRow
from steward.operations.freeze_reports import frozen, thawed
from steward.operations.make_reports import compute_reports, issue_reports
from steward.storage.engine import Database
from tests.support.reports import AT, BUSY, MONTH, PRESS, QUIET, UNPRINTABLE, file_of, write

ENDINGS = ("docx", "pdf", "xlsx", "json")


@pytest.fixture
def ready(database: Database) -> Database:
    write(database)
    return database


def issue(
    database: Database, folder: Path, *towns: str, reason: str = "", **more: object
) -> tuple[Issued, ...]:
    return issue_reports(
        database, folder, MONTH, press=PRESS, at=AT, towns=towns, reason=reason, **more
    )  # type: ignore[arg-type]


def test_a_report_is_issued_once_and_again_only_with_a_reason(
    ready: Database, tmp_path: Path
) -> None:
    staff = Actor("王五", "operator", "10.0.0.5")
    (first,) = issue(ready, tmp_path, QUIET, by=staff)
    assert (first.outcome, first.issue.number, first.fault) == (Outcome.ISSUED, 1, "")
    assert all(file_of(tmp_path, first.issue.id, ending).is_file() for ending in ENDINGS)
    before = {ending: file_of(tmp_path, 1, ending).read_bytes() for ending in ENDINGS}
    (again,) = issue(ready, tmp_path, "空镇", by=staff)
    assert (again.outcome, again.issue) == (Outcome.UNCHANGED, first.issue)
    file_of(tmp_path, 1, "pdf").unlink()
    (again,) = issue(ready, tmp_path, QUIET)
    assert again.outcome is Outcome.UNCHANGED
    assert {ending: file_of(tmp_path, 1, ending).read_bytes() for ending in ENDINGS} == before
    (second,) = issue(ready, tmp_path, QUIET, reason="补录检查记录", by=staff)
    assert (second.outcome, second.issue.number) == (Outcome.ISSUED, 2)
    assert second.issue.reason == "补录检查记录"
    assert file_of(tmp_path, 1, "pdf").read_bytes() == before["pdf"]
    with ready.session() as session:
        kept = issues.of_town(session, Matter.REPORT, QUIET)
        assert [one.number for one in kept] == [2, 1]
        told = session.scalars(select(AuditRow).order_by(AuditRow.number)).all()
    assert [(one.what, one.who) for one in told] == [("report_issued", "王五")] * 2
    assert "补录检查记录" in told[1].after


def test_figures_that_changed_are_not_issued_without_a_reason(
    ready: Database, tmp_path: Path
) -> None:
    (first,) = compute_reports(ready, MONTH, press=PRESS, towns=[BUSY])
    assert thawed(frozen(first)) == first
    with ready.session(write=True) as session:
        session.add(
            ReportRow(
                month="2021-10",
                town_code=BUSY,
                number=1,
                title=first.title,
                as_of=first.figures.as_of,
                made_at=AT,
                figures=frozen(first),
            )
        )
    unmade = replace(PRESS, fonts=tmp_path / "none")  # without fonts no file is made
    (same,) = issue_reports(ready, tmp_path, MONTH, press=unmade, at=AT, towns=[BUSY])
    assert same.outcome is Outcome.FAILED
    assert "字体" in same.fault
    with ready.session(write=True) as session:
        acts.void(session, 30, at=MONTH.start + timedelta(days=20), reason="重复登记")
    (now,) = compute_reports(ready, MONTH, press=PRESS, towns=[BUSY])
    assert now.figures.counts.monitored == first.figures.counts.monitored - 1
    for ending in ENDINGS:
        file_of(tmp_path, 1, ending).parent.mkdir(parents=True, exist_ok=True)
        file_of(tmp_path, 1, ending).write_bytes(b"issued")
    (changed,) = issue_reports(ready, tmp_path, MONTH, press=PRESS, at=AT, towns=[BUSY])
    assert (changed.outcome, changed.issue.number) == (Outcome.CHANGED, 1)
    assert file_of(tmp_path, 1, "pdf").read_bytes() == b"issued"


def test_what_cannot_be_a_report_is_refused(ready: Database, tmp_path: Path) -> None:
    with pytest.raises(FiguresError, match="2021年10月还没有结束"):
        issue_reports(
            ready, tmp_path, MONTH, press=PRESS, at=MONTH.end - timedelta(seconds=1), towns=None
        )
    with pytest.raises(FiguresError, match="台账自2021年7月起，没有2021年6月的数据"):
        issue_reports(ready, tmp_path, MONTH.back(4), press=PRESS, at=AT)
    with pytest.raises(FiguresError, match="没有这个镇街"):
        issue(ready, tmp_path, "无此镇")
    with pytest.raises(FiguresError, match="理由太长"):
        issue(ready, tmp_path, QUIET, reason="改" * 201)
    with ready.session() as session:
        assert session.scalars(select(ReportRow)).all() == []


def test_a_town_that_fails_does_not_stop_the_others(
    sqlite_database: Database, tmp_path: Path
) -> None:
    write(sqlite_database)
    told: list[tuple[Issued, int]] = []
    press = replace(PRESS, workers=2)
    quiet, bad = sorted(
        issue_reports(
            sqlite_database,
            tmp_path,
            MONTH,
            press=press,
            at=AT,
            towns=[UNPRINTABLE, QUIET],
            progress=lambda one, total: told.append((one, total)),
        ),
        key=lambda one: one.outcome is Outcome.FAILED,
    )
    assert {(one.town.code, total) for one, total in told} == {(UNPRINTABLE, 2), (QUIET, 2)}
    assert (quiet.town.name, quiet.outcome) == ("空镇", Outcome.ISSUED)
    assert (bad.town.code, bad.outcome) == (UNPRINTABLE, Outcome.FAILED)
    assert "U+1F3ED" in bad.fault
    assert all(file_of(tmp_path, quiet.issue.id, ending).is_file() for ending in ENDINGS)
    assert not file_of(tmp_path, bad.issue.id, "pdf").exists()

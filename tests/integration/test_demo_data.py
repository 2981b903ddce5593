"""The demonstration ledger: the same every time, and exactly the published figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from stdnum.cn import uscc

from steward.cli import steward
from steward.domain.hazards import Source
from steward.domain.weeks import DISTRICT_ZONE, Week
from steward.errors import LedgerError
from steward.ledger.demonstration import hazards as demo
from steward.ledger.demonstration.files import write_files
from steward.ledger.towns import ensure_towns, known_towns
from steward.operations.make_demo_data import make_demo_data
from steward.operations.take_file import take_file
from steward.operations.weekly_figures import weekly_figures
from steward.storage import migrate
from steward.storage.engine import Database
from tests.support.ledgers import Case, read_plainly


@pytest.fixture(scope="module")
def made() -> demo.Demonstration:
    return demo.make_demonstration(known_towns())


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("demo")
    database = Database(f"sqlite:///{folder / 'steward.db'}")
    migrate.upgrade(database)
    make_demo_data(database, folder / "files", error_folder=folder / "errors")
    assert not (folder / "errors").exists()
    yield database
    database.dispose()


def test_it_is_the_same_every_time(made: demo.Demonstration, tmp_path: Path) -> None:
    assert demo.make_demonstration(known_towns()) == made
    first = write_files(made, tmp_path / "a")
    second = write_files(made, tmp_path / "b")
    assert [f.path.read_bytes() for f in first] == [f.path.read_bytes() for f in second]
    assert len(first) == 8


def test_the_enterprises_are_invented_and_their_codes_valid(made: demo.Demonstration) -> None:
    assert len(made.enterprises) == 3_000
    assert len({e.name for e in made.enterprises}) == 3_000
    assert all(e.name.endswith("（演示）") for e in made.enterprises)
    assert all(uscc.is_valid(e.credit_code) for e in made.enterprises)
    assert {e.town.code for e in made.enterprises} == {town.code for town in known_towns()}


def test_a_plain_reading_of_the_rows_gives_the_published_figures(made: demo.Demonstration) -> None:
    towns = {town.code: n for n, town in enumerate(known_towns())}
    enterprises = {e.credit_code: n for n, e in enumerate(made.enterprises)}
    cases = [
        Case(
            enterprises[h.enterprise.credit_code],
            towns[h.enterprise.town.code],
            h.source,
            h.enterprise.industry,
            h.category,
            h.level,
            h.found_at,
            h.closed_at,
            demo.VOIDED_AT if h.voided else None,
            ((h.found_at, h.first_deadline), (demo.SECOND_FILES_AT, h.deadline))
            if h.found_at < demo.FIRST_FILES_AT
            else ((h.found_at, h.deadline),),
        )
        for h in made.hazards
    ]
    read = read_plainly(cases, Week(2021, 46), demo.AS_OF)
    assert read.new_hazards == 28
    assert read.due_soon_enterprises == 51
    assert read.overdue_enterprises == 64
    assert (read.monitored, read.closed_total) == (10_145, 6_969)


def test_the_ledger_gives_the_published_figures(filled: Database) -> None:
    figures = weekly_figures(filled, as_of=demo.AS_OF, evidence=True)
    counts = figures.counts
    assert counts.new_hazards == 28
    assert counts.due_soon_enterprises == 51
    assert counts.overdue_enterprises == 64
    assert (counts.monitored, counts.closed_total) == (10_145, 6_969)
    assert str(counts.closure_rate) == "68.7"
    assert counts.open_major == 9
    assert counts.without_deadline == 40
    assert figures.evidence is not None
    assert len(figures.evidence.new_hazards) == 28
    assert sum(share.counts.new_hazards for share in figures.by_town) == 28
    top = sorted((share.counts.new_hazards for share in figures.by_town), reverse=True)
    assert top[:4] == [6, 5, 4, 2]


@pytest.mark.parametrize(
    "at",
    [
        datetime(2021, 11, 15, 9, 0, tzinfo=DISTRICT_ZONE),
        datetime(2021, 11, 14, 23, 59, tzinfo=DISTRICT_ZONE),
        datetime(2020, 6, 30, 12, 0, tzinfo=DISTRICT_ZONE),
    ],
)
def test_other_instants_are_sane(filled: Database, at: datetime) -> None:
    counts = weekly_figures(filled, as_of=at).counts
    assert 0 < counts.new_hazards < 150
    assert counts.closed_total < counts.monitored <= 10_145
    assert counts.due_soon_enterprises < 1_000


def test_a_second_time_nothing_is_taken(filled: Database, tmp_path: Path) -> None:
    report = make_demo_data(filled, tmp_path / "files", error_folder=tmp_path / "errors")
    assert report.reports == ()
    assert report.figures.counts.monitored == 10_145


def test_it_does_not_mix_with_a_real_ledger(tmp_path: Path, made: demo.Demonstration) -> None:
    database = Database(f"sqlite:///{tmp_path / 'real.db'}")
    migrate.upgrade(database)
    real = replace(made.hazards[0], external_id="ZC-1", source=Source.SELF_INSPECTION)
    only = replace(made, hazards=(real,))
    with database.session(write=True) as session:
        ensure_towns(session)
    file = next(f for f in write_files(only, tmp_path / "f") if f.source == real.source)
    take_file(database, file.path, file.source, at=file.at, error_folder=tmp_path / "e")
    with pytest.raises(LedgerError, match=r"ZC-1.*不能混入演示数据"):
        make_demo_data(database, tmp_path / "demo", error_folder=tmp_path / "e")
    database.dispose()


def test_the_command_says_the_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_DATA_DIR", str(tmp_path))
    runner = CliRunner()
    assert runner.invoke(steward, ["database", "upgrade"]).exit_code == 0
    result = runner.invoke(steward, ["demo-data"])
    assert result.exit_code == 0, result.output
    assert "本周新增 28 条，到期预警企业 51 家，超期预警企业 64 家" in result.output
    assert "累计监控 10145 处，闭环 6969 处（68.7%）" in result.output

"""A watched folder: files that nobody writes to any more, each taken once, none lost."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from steward.domain.sources import Pulled
from steward.ledger.tables import HazardRow
from steward.operations.pull_source import pull_source
from steward.operations.read_folder import read_folder
from steward.operations.watch_folder import SETTLED, Watched
from steward.sources.queries import rejections, sources
from steward.sources.queries.freshness import freshness
from steward.sources.shapes import FolderSource
from steward.storage.engine import Database
from tests.support.upstream import NOW, declare, means

HEAD = "编号,企业名称,所属镇街,隐患类别,隐患等级,发现时间\n"
ROW = "{0},企业甲,{1},消防,一般,2021-11-15 09:30\n"


def folder_source(folder: Path) -> FolderSource:
    return FolderSource.model_validate(
        {
            "name": "自查文件夹",
            "kind": "folder",
            "source": "self_inspection",
            "when": "* * * * *",
            "stale_after_hours": 24,
            "folder": str(folder),
            "columns": {"编号": "external_id"},
        }
    )


@pytest.fixture
def source(sqlite_database: Database, tmp_path: Path) -> FolderSource:
    own = folder_source(tmp_path / "in")
    declare(sqlite_database, own)
    (tmp_path / "in").mkdir()
    return own


def put(source: FolderSource, name: str, *rows: str, ago_s: float = 60, head: str = HEAD) -> Path:
    """A file that was written so long before NOW."""
    path = Path(source.folder) / name
    path.write_text(head + "".join(rows), encoding="utf-8")
    at = NOW.timestamp() - ago_s
    os.utime(path, (at, at))
    return path


def pulled(
    database: Database, source: FolderSource, watched: dict[str, Watched], after: timedelta
) -> Pulled:
    found = pull_source(database, source, means(NOW + after, watched=watched))
    assert found is not None
    return found


def names(source: FolderSource, where: str) -> list[str]:
    return sorted(path.name for path in (Path(source.folder) / where).iterdir())


def test_a_file_is_taken_once_and_moved(sqlite_database: Database, source: FolderSource) -> None:
    put(source, "自查.csv", ROW.format("A1", "临浦镇"), "\n", ROW.format("A2", "临浦镇"))
    watched: dict[str, Watched] = {}
    run = pulled(sqlite_database, source, watched, timedelta())
    assert (run.error, run.rows_read, run.rows_new) == ("", 2, 2)
    assert names(source, "done") == ["自查.csv"]
    assert names(source, "taking") == []
    with sqlite_database.session() as session:
        (one,) = freshness(session, NOW + timedelta(hours=1))
    assert one.as_of == NOW - timedelta(seconds=60)  # as old as the file
    again = pulled(sqlite_database, source, watched, timedelta(minutes=1))
    assert again.rows_read == 0
    with sqlite_database.session() as session:  # an empty look makes nothing fresh
        assert freshness(session, NOW + timedelta(hours=1)) == (one,)


def test_a_file_that_is_being_written_waits(
    sqlite_database: Database, source: FolderSource
) -> None:
    put(source, "自查.csv", ROW.format("A1", "临浦镇"), ago_s=1)
    put(source, "半个.csv.part", ROW.format("A9", "临浦镇"))
    watched: dict[str, Watched] = {}
    assert pulled(sqlite_database, source, watched, timedelta()).rows_read == 0
    put(source, "自查.csv", ROW.format("A1", "临浦镇"), ROW.format("A2", "临浦镇"), ago_s=0)
    assert pulled(sqlite_database, source, watched, SETTLED / 2).rows_read == 0
    assert pulled(sqlite_database, source, watched, 2 * SETTLED).rows_new == 2


def test_a_file_that_cannot_be_read_goes_aside_with_the_reason(
    sqlite_database: Database, source: FolderSource
) -> None:
    put(source, "坏.csv", "1,2\n", head="编号,企业名称\n")
    put(source, "好.csv", ROW.format("A1", "临浦镇"))
    run = pulled(sqlite_database, source, {}, timedelta())
    assert run.rows_new == 1
    assert len(run.warnings) == 1
    assert run.warnings[0].startswith("坏.csv 没有接收：缺少必需的列：所属镇街")
    assert names(source, "refused") == ["坏.csv", "坏.csv.原因.txt"]


def test_rows_are_refused_with_their_number_in_the_file(
    sqlite_database: Database, source: FolderSource
) -> None:
    put(
        source,
        "自查.csv",
        ROW.format("A1", "临浦镇"),
        ROW.format("A2", "义乔镇"),
        ROW.format("A1", "临浦镇"),
    )
    run = pulled(sqlite_database, source, {}, timedelta())
    assert (run.rows_new, run.rows_rejected) == (1, 2)
    with sqlite_database.session() as session:
        row = sources.declared(session)[0]
        assert [one.reason for one in rejections.waiting(session, row.id)] == [
            "自查.csv 第 3 行：所属镇街“义乔镇”不认识，是不是“义桥镇”？",
            "自查.csv 第 4 行：隐患编号“A1”与第 2 行重复",
        ]


def test_a_file_left_in_the_middle_is_taken_up_again(
    sqlite_database: Database, source: FolderSource
) -> None:
    put(source, "自查.csv", ROW.format("A1", "临浦镇"))
    # A process that died: it had moved the file, and read it.
    next(read_folder(source, {}, now=NOW))
    assert names(source, "taking") == ["自查.csv"]
    assert pulled(sqlite_database, source, {}, timedelta()).rows_new == 1
    # Or it died after its rows were kept.
    Path(source.folder, "done", "自查.csv").rename(Path(source.folder, "taking", "自查.csv"))
    again = pulled(sqlite_database, source, {}, timedelta(minutes=1))
    assert (again.rows_new, again.rows_unchanged) == (0, 1)
    with sqlite_database.session() as session:
        assert session.scalars(select(HazardRow.external_id)).all() == ["A1"]


def test_a_folder_that_cannot_be_read_is_a_fault(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    source = folder_source(tmp_path / "file")
    declare(sqlite_database, source)
    assert pulled(sqlite_database, source, {}, timedelta()).error.startswith("文件夹不能读写：")

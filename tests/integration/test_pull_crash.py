"""Killed or broken anywhere: nothing is lost, nothing is there twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from steward.errors import StorageBusy
from steward.ledger import tally
from steward.ledger.tables import HazardRow, HazardTallyRow
from steward.operations.pull_source import pull_source
from steward.sources.queries import sources
from steward.sources.tables import SourceRunRow
from steward.storage.engine import Database, Session
from tests.support.upstream import NOW, case, cases, declare, declared, means, sqlite_upstream

HOUR = timedelta(hours=1)

# Kills itself while the second batch is being stored: its rows are in, its transaction is open.
KILLED = """
import os, signal, sys
from steward.operations import pull_source
from steward.storage.engine import Database
from sqlalchemy import event
from tests.support.upstream import declared, means

database = Database(sys.argv[1])
batches = 0

def written(connection, cursor, statement, *_):
    global batches
    batches += statement.startswith("INSERT INTO hazard_tallies")
    if batches == 2:
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(database.engine, "before_cursor_execute", written)
pull_source.pull_source(database, declared(sys.argv[2]), means())
"""


def held(database: Database) -> list[str]:
    with database.session() as session:
        return list(session.scalars(select(HazardRow.external_id).order_by(HazardRow.external_id)))


def counted(database: Database) -> set[Any]:
    with database.session() as session:
        return {
            (r.dimension, r.span, r.day, r.town_id, r.key, r.found)
            for r in session.scalars(select(HazardTallyRow))
            if r.found
        }


def check_whole(database: Database, number: int) -> None:
    """All cases are there, once, and the tally is theirs."""
    assert held(database) == [case(n)["case_no"] for n in range(number)]
    before = counted(database)
    with database.session(write=True) as session:
        tally.rebuild(session)
    assert counted(database) == before


def test_killed_in_the_middle_of_a_batch(database: Database, tmp_path: Path) -> None:
    with sqlite_upstream(tmp_path) as own:
        own.put(*cases(range(25)))
        source = declared(own.url)
        declare(database, source)
        url = database.engine.url.render_as_string(hide_password=False)
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, url, own.url],
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
        assert len(held(database)) == 10  # the first batch, whole
        with database.session() as session:
            mark = sources.watermark_of(sources.declared(session)[0].watermark)
            assert mark is not None
            assert mark.value == "2021-11-15 08:09:00"
        # Its claim runs out; then whoever comes next goes on, and the run is told of as broken off.
        assert pull_source(database, source, means()) is None
        run = pull_source(database, source, means(NOW + HOUR))
        assert run is not None
        assert run.error == ""
        check_whole(database, 25)
        with database.session() as session:
            first = session.scalars(select(SourceRunRow).order_by(SourceRunRow.id)).first()
            assert first is not None
            assert first.error.startswith("没有做完")
            assert first.rows_new == 10


class Broken(Database):
    """Fails once: before the commit with this number, or right after it, as a line that is cut."""

    def __init__(self, url: str, number: int, *, after: bool) -> None:
        super().__init__(url)
        self._left = number
        self._after = after

    @contextmanager
    def session(self, *, write: bool = False, snapshot: bool = False) -> Iterator[Session]:
        with super().session(write=write, snapshot=snapshot) as session:
            yield session
            self._left -= write
            if write and self._left == 0 and not self._after:
                raise StorageBusy("断开了")
        if write and self._left == 0 and self._after:
            raise StorageBusy("断开了")


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", range(1, 8))
def test_a_fault_at_any_commit_loses_and_doubles_nothing(
    sqlite_url: str, sqlite_database: Database, tmp_path: Path, number: int, after: bool
) -> None:
    with sqlite_upstream(tmp_path) as own:
        own.put(*cases(range(25)), case(30, place="火星镇"))
        source = declared(own.url)
        declare(sqlite_database, source)
        broken = Broken(sqlite_url, number, after=after)
        try:
            run = pull_source(broken, source, means())
            # Six commits: the claim, what waits, three batches, the end. What fails in between is
            # put down.
            assert run is not None
            assert bool(run.error) == (number < 6)
        except StorageBusy:
            assert number in (1, 6)
        finally:
            broken.dispose()
        # After an hour: a claim that the fault left behind has run out.
        run = pull_source(sqlite_database, source, means(NOW + HOUR))
        assert run is not None
        assert run.error == ""
        check_whole(sqlite_database, 25)

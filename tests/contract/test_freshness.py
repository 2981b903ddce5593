"""Figures tell how fresh their sources were at their instant, and the broadcast says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from steward.domain.figures import Freshness
from steward.domain.hazards import Source
from steward.domain.weeks import district_instant
from steward.operations.narrate import narrated
from steward.operations.weekly_figures import figures_document, weekly_figures
from steward.sources.tables import SourceRow, SourceRunRow
from steward.storage.engine import Database
from tests.support.ledgers import fill

NOW = district_instant("2021-11-16T19:00")
HOUR = timedelta(hours=1)


def declare(
    database: Database,
    name: str,
    feeds: Source = Source.ENFORCEMENT,
    *,
    hours: int = 24,
    runs: tuple[datetime, ...] = (),
    since: datetime = NOW - 100 * HOUR,
) -> None:
    with database.session(write=True) as session:
        row = SourceRow(
            name=name,
            kind="http",
            feeds=feeds.value,
            cron="0 * * * *",
            stale_after_hours=hours,
            declared_at=since,
        )
        session.add(row)
        session.flush()
        for at in runs:
            session.add(
                SourceRunRow(source_id=row.id, started_at=at, finished_at=at + HOUR / 60, as_of=at)
            )
        # A run that broke off says nothing of freshness.
        session.add(
            SourceRunRow(source_id=row.id, started_at=NOW, finished_at=NOW, error="对方没有答")
        )


@pytest.fixture
def ledger(database: Database) -> Database:
    with database.session(write=True) as session:
        fill(session, [])
    return database


def told(database: Database, at: datetime = NOW, template: str = "weekly") -> str:
    town = "镇1" if template == "weekly_town" else None
    figures = weekly_figures(database, as_of=at, town=town)
    return narrated(template, figures, district="萧山区")[1].replace("\n", "")


def test_nothing_is_said_where_nothing_is_declared(ledger: Database) -> None:
    figures = weekly_figures(ledger, as_of=NOW)
    assert figures.sources == ()
    assert figures_document(figures)["sources"] == []
    assert "未更新" not in told(ledger)


def test_nothing_is_said_when_all_is_fresh(ledger: Database) -> None:
    declare(ledger, "执法平台", runs=(NOW - HOUR,))
    (one,) = weekly_figures(ledger, as_of=NOW).sources
    assert one == Freshness(Source.ENFORCEMENT, "区镇执法检查", NOW - HOUR, False, 24)
    assert "未更新" not in told(ledger)


@pytest.mark.parametrize("template", ["weekly", "weekly_town", "daily"])
def test_a_stale_source_is_said_in_one_clause_at_the_end(ledger: Database, template: str) -> None:
    declare(ledger, "执法平台", runs=(NOW - 50 * HOUR, NOW - 25 * HOUR))
    text = told(ledger, template=template)
    assert text.endswith("区镇执法检查数据截至11月15日18时，已超过24小时未更新。")
    document = figures_document(weekly_figures(ledger, as_of=NOW))
    assert document["sources"] == [
        {
            "source": "enforcement",
            "name": "区镇执法检查",
            "as_of": "2021-11-15T18:00:00+08:00",
            "stale": True,
            "hours": 24,
        }
    ]


def test_minutes_are_said_and_several_are_joined(ledger: Database) -> None:
    declare(ledger, "执法平台", runs=(NOW - 25 * HOUR - HOUR / 2,))
    declare(ledger, "网格", Source.GRID_PATROL, hours=48)
    assert told(ledger).endswith(
        "区镇执法检查数据截至11月15日17时30分，已超过24小时未更新，网格巡查数据已超过48小时未更新。"
    )


def test_the_exact_limit_is_still_fresh(ledger: Database) -> None:
    declare(ledger, "执法平台", runs=(NOW - 24 * HOUR,))
    assert not weekly_figures(ledger, as_of=NOW).sources[0].stale
    assert weekly_figures(ledger, as_of=NOW + timedelta(seconds=1)).sources[0].stale


def test_of_two_that_feed_one_the_worse_counts(ledger: Database) -> None:
    declare(ledger, "甲", runs=(NOW - HOUR,))
    declare(ledger, "乙", runs=(NOW - 30 * HOUR,))
    (one,) = weekly_figures(ledger, as_of=NOW).sources
    assert one.stale
    assert one.as_of == NOW - 30 * HOUR


def test_figures_of_an_earlier_instant_know_nothing_of_later_runs(ledger: Database) -> None:
    declare(ledger, "执法平台", runs=(NOW - 30 * HOUR, NOW - HOUR))
    early = NOW - 3 * HOUR
    (one,) = weekly_figures(ledger, as_of=early).sources
    assert one.as_of == NOW - 30 * HOUR
    assert one.stale
    # Before it was declared there was no such source.
    assert weekly_figures(ledger, as_of=datetime(2021, 11, 1, tzinfo=UTC)).sources == ()

"""Two sources report one hazard: suggested as rows arrive, merged by staff, counted once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from steward.analysis.weekly import weekly
from steward.domain.audit import Act
from steward.domain.hazards import Level, Source, Status
from steward.domain.intake import Entry
from steward.domain.merges import Decision
from steward.domain.weeks import Week, district_instant
from steward.errors import LedgerError
from steward.ledger import tally
from steward.ledger.queries import acts, intake
from steward.ledger.tables import HazardChangeRow, HazardRow, HazardTallyRow, MergeSuggestionRow
from steward.ledger.towns import ensure_towns
from steward.operations.decide_merge import decide_merge, take_back
from steward.operations.read_audit import search_audit
from steward.operations.show_merges import decided_merges, waiting_merges
from steward.storage.engine import Database
from tests.support.accounts import DUTY

FOUND = district_instant("2021-11-15T09:00")
NOW = district_instant("2021-11-16T09:00")
DAY = timedelta(days=1)
OURS, THEIRS = "配电箱未设置漏电保护装置", "车间配电箱无漏电保护装置，线路老化"


def entry(external_id: str, text: str | None, **other: Any) -> Entry:
    values: dict[str, Any] = {
        "row_number": 1,
        "external_id": external_id,
        "enterprise_name": "企业甲",
        "credit_code": None,
        "town_id": 1,
        "industry": None,
        "category": "用电",
        "level": Level.GENERAL,
        "description": text,
        "found_at": FOUND,
        "deadline": None,
        "rectified_at": None,
        "closed_at": None,
        "status": Status.REGISTERED,
        "extra": None,
    }
    return Entry(**(values | other))


def bring(database: Database, source: Source, *entries: Entry) -> None:
    with database.session(write=True) as session:
        ensure_towns(session)
        run = intake.begin_run(session, source, "x", "", NOW)
        intake.store_entries(session, run.id, source, entries, NOW)


def suggested(database: Database) -> list[tuple[str, str]]:
    pairs, count = waiting_merges(database)
    assert count == len(pairs)
    return [(one.first.external_id, one.second.external_id) for one in pairs]


def new_hazards(database: Database) -> dict[str, int]:
    with database.session() as session:
        found = weekly(session, week=Week.containing(NOW), as_of=NOW + DAY)
    counted = {one.key: one.counts.new_hazards for one in found.by_source}
    return {"all": found.counts.new_hazards} | {k: n for k, n in counted.items() if n}


@pytest.fixture
def pair(database: Database) -> int:
    """Two hazards that may be one; the suggestion's number."""
    bring(database, Source.ENFORCEMENT, entry("ZF1", OURS, found_at=FOUND + timedelta(hours=5)))
    bring(database, Source.SELF_INSPECTION, entry("ZC1", THEIRS))
    with database.session() as session:
        return session.scalars(select(MergeSuggestionRow.id)).one()


def test_a_pair_is_suggested_as_its_second_arrives(database: Database, pair: int) -> None:
    assert suggested(database) == [("ZC1", "ZF1")]  # the first found stays
    assert new_hazards(database)["all"] == 2  # nothing is merged silently


@pytest.mark.parametrize(
    "other",
    [
        {"enterprise_name": "企业乙"},
        {"category": "消防"},
        {"found_at": FOUND - 4 * DAY},
        {"description": "叉车司机无证上岗"},
        {"description": None},
    ],
)
def test_what_differs_in_what_counts_is_not_suggested(
    sqlite_database: Database, other: dict[str, Any]
) -> None:
    bring(sqlite_database, Source.ENFORCEMENT, entry("ZF1", OURS))
    bring(sqlite_database, Source.SELF_INSPECTION, entry("ZC1", THEIRS, **other))
    assert suggested(sqlite_database) == []


def test_three_days_are_near_and_one_source_never_repeats_itself(database: Database) -> None:
    bring(database, Source.ENFORCEMENT, entry("ZF1", OURS), entry("ZF2", THEIRS))
    assert suggested(database) == []
    late = district_instant("2021-11-12T00:00")
    bring(database, Source.GRID_PATROL, entry("WG1", THEIRS, found_at=late))
    assert suggested(database) == [("WG1", "ZF2"), ("WG1", "ZF1")]  # the likest first


def test_a_hazard_that_is_corrected_is_looked_at_again(database: Database) -> None:
    bring(database, Source.ENFORCEMENT, entry("ZF1", OURS))
    bring(database, Source.SELF_INSPECTION, entry("ZC1", "叉车司机无证上岗"))
    assert suggested(database) == []
    bring(database, Source.SELF_INSPECTION, entry("ZC1", THEIRS))
    assert suggested(database) == [("ZF1", "ZC1")]


def test_after_a_merge_it_counts_once_under_the_first(database: Database, pair: int) -> None:
    decide_merge(database, pair, Decision.MERGED, at=NOW, by=DUTY)
    assert new_hazards(database) == {"all": 1, "self_inspection": 1}
    assert suggested(database) == []
    (done,) = decided_merges(database)
    assert (done.decision, done.decided_by) == ("合并", "值班员")
    with database.session() as session:
        merged = session.scalars(select(HazardRow).where(HazardRow.external_id == "ZF1")).one()
        assert merged.merged_into_id is not None
    # The source sends it again as it was: no news, and nothing comes back.
    bring(database, Source.ENFORCEMENT, entry("ZF1", OURS, found_at=FOUND + timedelta(hours=5)))
    assert new_hazards(database)["all"] == 1
    with pytest.raises(LedgerError, match="值班员已经决定过"):
        decide_merge(database, pair, Decision.DIFFERENT, at=NOW, by=DUTY)


def test_not_the_same_is_remembered(database: Database, pair: int) -> None:
    decide_merge(database, pair, Decision.DIFFERENT, at=NOW, by=DUTY)
    assert suggested(database) == []
    bring(database, Source.SELF_INSPECTION, entry("ZC1", f"{THEIRS}，已断电"))
    assert suggested(database) == []
    assert new_hazards(database)["all"] == 2
    take_back(database, pair, at=NOW, by=DUTY)
    assert suggested(database) == [("ZC1", "ZF1")]


def test_a_merge_is_taken_back_with_its_history(database: Database, pair: int) -> None:
    decide_merge(database, pair, Decision.MERGED, at=NOW, by=DUTY)
    take_back(database, pair, at=NOW + timedelta(minutes=1), by=DUTY)
    assert new_hazards(database) == {"all": 2, "self_inspection": 1, "enforcement": 1}
    assert suggested(database) == [("ZC1", "ZF1")]
    with database.session() as session:
        changes = session.scalars(select(HazardChangeRow).order_by(HazardChangeRow.id)).all()
        assert [(one.before, one.after) for one in changes] == [
            ("registered", "voided"),
            ("voided", "registered"),
        ]
    with database.session(write=True) as session:
        before = _counted(session)
        tally.rebuild(session)
        assert _counted(session) == before
    with pytest.raises(LedgerError, match="还没有决定过"):
        take_back(database, pair, at=NOW, by=DUTY)


def _counted(session: Any) -> set[Any]:
    return {
        (r.dimension, r.span, r.day, r.town_id, r.key, r.found, r.voided)
        for r in session.scalars(select(HazardTallyRow))
        if r.found or r.voided
    }


def test_only_a_merge_can_be_taken_back(sqlite_database: Database) -> None:
    bring(sqlite_database, Source.ENFORCEMENT, entry("ZF1", OURS))
    with sqlite_database.session(write=True) as session:
        acts.void(session, 1, at=NOW, reason="录入有误")
        with pytest.raises(LedgerError, match="作废不能撤销"):
            acts.take_back_merge(session, 1, at=NOW)


def test_one_that_is_voided_since_is_suggested_no_more(
    sqlite_database: Database,
) -> None:
    bring(sqlite_database, Source.ENFORCEMENT, entry("ZF1", OURS))
    bring(sqlite_database, Source.SELF_INSPECTION, entry("ZC1", THEIRS))
    with sqlite_database.session(write=True) as session:
        acts.void(session, 1, at=NOW, reason="录入有误")
    assert suggested(sqlite_database) == []
    with pytest.raises(LedgerError):
        decide_merge(sqlite_database, 1, Decision.MERGED, at=NOW, by=DUTY)


def test_each_decision_is_in_the_log_of_acts(sqlite_database: Database) -> None:
    bring(sqlite_database, Source.ENFORCEMENT, entry("ZF1", OURS))
    bring(sqlite_database, Source.SELF_INSPECTION, entry("ZC1", THEIRS))
    decide_merge(sqlite_database, 1, Decision.MERGED, at=NOW, by=DUTY)
    take_back(sqlite_database, 1, at=NOW, by=DUTY)
    decide_merge(sqlite_database, 1, Decision.DIFFERENT, at=NOW, by=DUTY)
    logged = search_audit(sqlite_database, who="", what="", limit=10)
    assert [one.what for one in logged] == [
        Act.HAZARDS_KEPT_APART,
        Act.MERGE_TAKEN_BACK,
        Act.HAZARDS_MERGED,
    ]
    assert "ZF1" in logged[0].after
    assert "ZC1" in logged[0].after


def test_pairs_are_found_by_the_enterprises_index(sqlite_database: Database) -> None:
    with sqlite_database.session() as session:
        plan = session.connection().exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT * FROM hazards here JOIN hazards there"
            " ON there.enterprise_id = here.enterprise_id AND there.category = here.category"
            " AND there.source != 'x' AND there.voided_at IS NULL WHERE here.id IN (1, 2, 3)"
        )
        steps = " ".join(str(row[-1]) for row in plan)
    assert "SEARCH here USING INTEGER PRIMARY KEY" in steps
    assert "ix_hazards_enterprise_id" in steps

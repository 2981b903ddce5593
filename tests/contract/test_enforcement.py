"""Ranking, rounds, exclusions and penalties over a ledger."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from steward.domain.enforcement import PenaltyKind
from steward.errors import LedgerError
from steward.operations.keep_penalties import (
    NewPenalty,
    note_step,
    record_penalty,
    show_board,
    void_penalty,
)
from steward.operations.rank_for_inspection import (
    end_exclusion,
    exclude_enterprise,
    make_round,
    rank_for_inspection,
    show_ranking,
)
from steward.operations.show_rounds import show_round
from steward.storage.engine import Database
from tests.contract.test_foresight import CASES, DAY, NOW
from tests.support.accounts import DUTY
from tests.support.ledgers import fill

TODAY = date(2021, 11, 16)


@pytest.fixture
def ledger(database: Database) -> Database:
    with database.session(write=True) as session:
        fill(session, CASES)
    return database


def names(database: Database, round_id: int) -> list[str]:
    return [one.enterprise.name for one in show_round(database, round_id, rules=None)[1]]


def test_the_ranking_says_why_and_a_round_takes_it_along(ledger: Database) -> None:
    with pytest.raises(LedgerError, match="还没有排过先后"):
        make_round(ledger, rules=None, at=NOW, by=DUTY)
    assert rank_for_inspection(ledger, rules=None, now=NOW) == 2
    ranking = show_ranking(ledger, now=NOW)
    first, second = (one.candidate for one in ranking.ranked)
    assert (first.enterprise.name, second.enterprise.name) == ("企业1", "企业2")
    assert [reason.words for reason in first.reasons] == [
        "未闭环重大隐患 1 处",
        "超期未改隐患 1 处",
        "三年内没有检查记录",
        "近一年同类隐患重复出现 2 次",
    ]
    assert first.categories == ("电气线路",)
    round_id = make_round(ledger, rules=None, at=NOW, by=DUTY, title="周三")
    assert names(ledger, round_id) == ["企业1", "企业2"]
    head, items, law = show_round(ledger, round_id, rules=None)
    assert head.title == "周三"
    assert law.basis_of(items[0].categories[0]).basis.startswith("消防法第二十七条")
    # Every night's ranking takes the last one's place; a round stays as it was made.
    rank_for_inspection(ledger, rules=None, now=NOW + 60 * DAY)
    assert len(show_ranking(ledger, now=NOW).ranked) == 2
    assert names(ledger, round_id) == ["企业1", "企业2"]


def test_an_exclusion_holds_until_its_day_and_can_be_ended(ledger: Database) -> None:
    rank_for_inspection(ledger, rules=None, now=NOW)

    def exclude(until: date) -> None:
        exclude_enterprise(ledger, "企业1", town=None, reason="停产", until=until, at=NOW, by=DUTY)

    exclude(TODAY + timedelta(days=3))
    assert names(ledger, make_round(ledger, rules=None, at=NOW, by=DUTY)) == ["企业2"]
    later = make_round(ledger, rules=None, at=NOW + 4 * DAY, by=DUTY)
    assert names(ledger, later) == ["企业1", "企业2"]
    (one,) = show_ranking(ledger, now=NOW).exclusions
    end_exclusion(ledger, one.id, at=NOW, by=DUTY)
    with pytest.raises(LedgerError, match="已经结束"):
        end_exclusion(ledger, one.id, at=NOW, by=DUTY)
    for wrong in (TODAY - timedelta(days=1), TODAY + timedelta(days=400)):
        with pytest.raises(LedgerError, match="一年以内"):
            exclude(wrong)


def fine(name: str, **more: object) -> NewPenalty:
    facts: dict[str, object] = {
        "number": name, "enterprise": "企业1", "decided_on": TODAY - timedelta(days=20),
        "kind": PenaltyKind.FINE, "fine": 500, "on_the_spot": True, "cash": False,
        "officers": ["张三", "李四"], "grounds": "未设漏电保护装置，安全生产法第九十九条",
    }  # fmt: skip
    return NewPenalty(**(facts | more))  # type: ignore[arg-type]


def test_a_decision_runs_its_clocks_until_it_is_done(ledger: Database) -> None:
    def board() -> list[tuple[str, int, int]]:
        found = show_board(ledger, rules=None, is_workday=lambda day: day.weekday() < 5, now=NOW)
        return [(clock.kind.value, clock.days, clock.surcharge) for clock in found.clocks]

    id_ = record_penalty(ledger, fine("罚1"), rules=None, at=NOW, by=DUTY)
    assert board() == [("publish", -11, 0), ("pay", -5, 75)]
    note_step(ledger, id_, "published_on", TODAY, at=NOW, by=DUTY)
    note_step(ledger, id_, "paid_on", TODAY, at=NOW, by=DUTY)
    assert board() == []
    with pytest.raises(LedgerError, match="已经登记过"):
        note_step(ledger, id_, "paid_on", TODAY, at=NOW, by=DUTY)
    other = record_penalty(ledger, fine("罚2"), rules=None, at=NOW, by=DUTY)
    void_penalty(ledger, other, reason="误登", at=NOW, by=DUTY)
    assert board() == []


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"fine": 3001}, "罚款"),
        ({"fine": 0}, "罚款"),
        ({"kind": PenaltyKind.WARNING}, "罚款"),
        ({"officers": ["张三", " 张三 "]}, "执法人员"),
        ({"on_the_spot": False, "cash": True}, "当场收缴"),
        ({"decided_on": TODAY + timedelta(days=1)}, "决定日期"),
        ({"grounds": " "}, "事实和依据"),
        ({"number": ""}, "文书编号"),
        ({"enterprise": "没有"}, "“没有”"),
    ],
)
def test_what_the_law_does_not_allow_is_not_put_down(
    ledger: Database, wrong: dict[str, object], place: str
) -> None:
    with pytest.raises(LedgerError) as caught:
        record_penalty(ledger, fine("罚3", **wrong), rules=None, at=NOW, by=DUTY)
    assert caught.value.place == place
    found = show_board(ledger, rules=None, is_workday=lambda day: True, now=NOW)
    assert found.penalties == ()


def test_three_in_a_half_year_with_a_major_hazard_are_on_the_board(ledger: Database) -> None:
    for number in range(3):
        day = TODAY - timedelta(days=20 * number)
        record_penalty(ledger, fine(f"罚{number}", decided_on=day), rules=None, at=NOW, by=DUTY)
    found = show_board(ledger, rules=None, is_workday=lambda day: True, now=NOW)
    assert [(one.counter.days, one.penalties, one.reached) for one in found.repeated] == [
        (180, 3, True),
        (365, 3, False),
    ]

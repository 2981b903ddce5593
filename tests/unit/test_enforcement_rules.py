"""Whom a round takes, the law's clocks and counters, and the files they are read from."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from steward.analysis import enforcement_rules, legal_basis
from steward.analysis.enforcement_rules import read_enforcement
from steward.analysis.legal_basis import law_of, read_law
from steward.domain.accidents import Enterprise, Record
from steward.domain.enforcement import (
    Candidate,
    ClockKind,
    Left,
    Penalty,
    PenaltyKind,
    clocks,
    fill_round,
    repeated,
    workdays_after,
)
from steward.errors import RulesError
from steward.ledger.demonstration.words import CATEGORIES

NOW = datetime(2021, 11, 16, 1, 0, tzinfo=UTC)
TODAY = date(2021, 11, 16)
LAW = read_law()[0]


def weekday(day: date) -> bool:
    return day.weekday() < 5


def candidate(number: int, town: str, points: int, inspected_days: int | None = None) -> Candidate:
    last = None if inspected_days is None else NOW - timedelta(days=inspected_days)
    return Candidate(Enterprise(number, f"企业{number}", town, town), points, (), (), last)


def test_a_round_keeps_its_quotas_and_says_whom_it_left_out() -> None:
    ranked = [
        candidate(1, "甲", 90),
        candidate(2, "甲", 80, inspected_days=3),
        candidate(3, "甲", 70, inspected_days=20),
        candidate(4, "甲", 60),
        candidate(5, "乙", 50),
        candidate(6, "乙", 40),
        candidate(7, "丙", 30),
        candidate(8, "丙", 0),
    ]
    chosen, left = fill_round(
        ranked, total=4, per_town=2, rested_since=NOW - timedelta(days=14), excluded=frozenset({5})
    )
    assert [one.enterprise.id for one in chosen] == [1, 3, 6, 7]
    assert left == [Left("近期检查过", 1), Left("本镇街名额已满", 1), Left("已排除", 1)]


def penalty(number: int, decided_on: date, **more: object) -> Penalty:
    facts: dict[str, object] = {
        "id": number, "number": f"罚{number}", "enterprise_id": 1, "enterprise": "企业1",
        "town": "甲", "decided_on": decided_on, "kind": PenaltyKind.FINE, "fine": 500,
        "on_the_spot": True, "cash": False, "officers": ("张三", "李四"), "grounds": "事实",
    }  # fmt: skip
    return Penalty(**(facts | more))  # type: ignore[arg-type]


def test_the_clocks_of_a_decision() -> None:
    # 11 November 2021 was a Thursday.
    one = penalty(1, date(2021, 11, 11))
    running = {clock.kind: clock for clock in clocks(one, LAW, TODAY, weekday)}
    assert running[ClockKind.PAY].last_day == date(2021, 11, 26)
    assert running[ClockKind.PUBLISH].last_day == date(2021, 11, 22)
    assert (running[ClockKind.PAY].days, running[ClockKind.PAY].surcharge) == (10, 0)
    cash = penalty(2, date(2021, 11, 11), cash=True)
    kinds = {clock.kind: clock.last_day for clock in clocks(cash, LAW, TODAY, weekday)}
    assert kinds == {
        ClockKind.HAND_IN: date(2021, 11, 15),
        ClockKind.PUBLISH: date(2021, 11, 22),
    }
    done = penalty(3, date(2021, 11, 11), paid_on=TODAY, published_on=TODAY)
    assert clocks(done, LAW, TODAY, weekday) == []
    assert clocks(penalty(4, TODAY, voided_at=NOW), LAW, TODAY, weekday) == []


@pytest.mark.parametrize(("late", "surcharge"), [(0, 0), (1, 15), (10, 150), (33, 495), (400, 500)])
def test_the_surcharge_grows_by_the_day_and_never_over_the_fine(late: int, surcharge: int) -> None:
    one = penalty(1, TODAY - timedelta(days=15 + late), published_on=TODAY)
    (clock,) = clocks(one, LAW, TODAY, weekday)
    assert (clock.days, clock.surcharge) == (-late, surcharge)


def test_counters_of_a_half_year_and_a_year() -> None:
    three = [penalty(n, TODAY - timedelta(days=50 * n)) for n in range(1, 4)]
    with_major = repeated(three, LAW, TODAY, {1: 1})
    assert [(one.counter.days, one.penalties, one.reached) for one in with_major] == [
        (180, 3, True),
        (365, 3, False),
    ]
    assert not any(one.reached for one in repeated(three, LAW, TODAY, {}))
    old = [penalty(n, TODAY - timedelta(days=100 * n)) for n in range(1, 4)]
    assert [(one.counter.days, one.penalties) for one in repeated(old, LAW, TODAY, {1: 1})] == [
        (365, 3)
    ]


def test_workdays_do_not_count_their_own_day() -> None:
    assert workdays_after(date(2021, 11, 12), 2, weekday) == date(2021, 11, 16)


def test_every_category_of_the_demonstration_has_a_basis_of_its_own() -> None:
    assert set(CATEGORIES) <= set(LAW.categories)
    assert LAW.basis_of("没有写到的") == LAW.categories["其他"]


def test_the_ranking_weighs_what_its_file_says() -> None:
    rules = read_enforcement(NOW)
    record = Record(overdue_major=1, open_major=1, overdue=1, sources=2, uninspected_days=1)
    assert rules.points(record) == 40 + 20 + 15 + 6


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("per_town = 3", "per_town = 30", "per_town ≤ total"),
        ("rest_days = 14", "rest = 14", "不认识“rest”"),
    ],
)
def test_faults_of_the_ranking_rules(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "enforcement.toml"
    text = enforcement_rules.BUILT_IN.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(RulesError, match=said):
        read_enforcement(NOW, path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "其他"', 'name = "别的"', "要有一类“其他”"),
        ('name = "消防设施"', 'name = "消防通道"', "写了两次"),
        ("pay_days = 15", "pay_days = -15", "0 至 10000 的数"),
        ("penalties = 4", "penalty = 4", "不认识“penalty”"),
    ],
)
def test_faults_of_the_law_file(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "law.toml"
    text = legal_basis.BUILT_IN.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(RulesError, match=said):
        read_law(path)


def test_the_law_holds_from_its_day_on() -> None:
    assert law_of(date(2021, 9, 1), (LAW,)) is LAW
    with pytest.raises(RulesError, match="2021-09-01 起"):
        law_of(date(2021, 8, 31), (LAW,))

"""Scores and colours by hand, and what would better them by trying."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.analysis.bettering import changed, steps
from steward.analysis.colour_rules import read_rules
from steward.analysis.scoring import nearly, score
from steward.domain.colours import Colour, Input
from steward.domain.monthly import MonthCounts

(RULES,) = read_rules()
TOWN = MonthCounts(
    monitored=300,
    closed_total=200,
    open_hazards=100,
    closed_hazards=25,
    overdue_hazards=5,
    open_major=2,
    overdue_major=1,
    inspected_enterprises=12,
    enterprises=100,
)


def test_a_score_is_the_weighted_sum_of_points_between_thresholds() -> None:
    # 户均 1.00 → 55；检查率 12% → 60 + 4/7×25；整改率 25/125 = 20% → 80；超期 5% → 50；重大 2 → 25
    result = score(RULES, TOWN, inspections_known=True)
    assert [one.value for one in result.inputs] == [
        Decimal("1.00"), Decimal("12.0"), Decimal("20.0"), Decimal("5.0"), Decimal(2)
    ]  # fmt: skip
    assert [one.points for one in result.inputs] == [
        Decimal("55.0"), Decimal("74.3"), Decimal("80.0"), Decimal("50.0"), Decimal("25.0")
    ]  # fmt: skip
    assert result.score == Decimal("59.6")  # 11 + 14.857 + 20 + 10 + 3.75
    assert RULES.band(result.score).colour is Colour.ORANGE


def test_the_weight_of_what_is_missing_is_shared_out() -> None:
    idle = MonthCounts(enterprises=40)
    result = score(RULES, idle, inspections_known=False)
    assert result.score == Decimal("100.0")
    weights = {one.input: one.weight for one in result.inputs}
    assert weights[Input.HAZARDS_PER_ENTERPRISE] == Decimal("57.1")  # 20 of 35
    assert weights[Input.OPEN_MAJOR] == Decimal("42.9")
    missing = {one.input for one in result.inputs if one.missing}
    assert missing == {Input.INSPECTION_RATE, Input.RECTIFICATION_RATE, Input.OVERDUE_SHARE}
    seen = score(RULES, idle, inspections_known=True)  # others were inspected, none here
    assert seen.score == Decimal("63.6")


def test_nothing_at_all_has_no_score() -> None:
    result = score(RULES, MonthCounts(), inspections_known=True)
    assert result.score is None
    assert all(one.value is None and one.missing for one in result.inputs)


def test_hazards_without_an_enterprise_are_scored_by_the_rest() -> None:
    town = replace(TOWN, enterprises=0, inspected_enterprises=0)
    result = score(RULES, town, inspections_known=True)
    # 整改率 80×25 + 超期 50×20 + 重大 25×15, of 60
    assert result.score == Decimal("56.3")


counts = st.builds(
    lambda closed, general, major, overdue_general, overdue_major, seen, unseen: MonthCounts(
        monitored=closed + general + major,
        closed_total=closed,
        closed_hazards=closed,
        open_hazards=general + major,
        open_major=major,
        overdue_hazards=min(overdue_general, general) + min(overdue_major, major),
        overdue_major=min(overdue_major, major),
        inspected_enterprises=seen,
        enterprises=seen + unseen,
    ),
    *[st.integers(0, 60)] * 2,
    st.integers(0, 3),
    *[st.integers(0, 8)] * 2,
    *[st.integers(0, 40)] * 2,
)


@settings(max_examples=60)
@given(town=counts, known=st.booleans())
def test_a_step_is_the_smallest_that_does(town: MonthCounts, known: bool) -> None:
    now = score(RULES, town, inspections_known=known)
    assert (now.score is None) == (nearly(RULES, town, inspections_known=known) is None)
    if now.score is None or RULES.band(now.score).colour is Colour.BLUE:
        return
    better = list(Colour)[list(Colour).index(RULES.band(now.score).colour) + 1]
    aim = next(band.score_from for band in RULES.bands if band.colour is better)
    limits = {
        Input.OVERDUE_SHARE: town.overdue_hazards,
        Input.OPEN_MAJOR: town.open_major,
        Input.RECTIFICATION_RATE: town.open_hazards
        - town.overdue_hazards
        - town.open_major
        + town.overdue_major,
        Input.INSPECTION_RATE: town.enterprises - town.inspected_enterprises,
    }
    for step in steps(RULES, town, better, inspections_known=known):
        numbers = range(1, limits[step.input] + 1)
        scores = [
            score(RULES, changed(town, step.input, n), inspections_known=known).score
            for n in numbers
        ]
        enough = [n for n, s in zip(numbers, scores, strict=True) if s is not None and s >= aim]
        assert step.number == (enough[0] if enough else None)
        if limit := limits[step.input]:
            assert str(step.number or limit) in step.words


@pytest.mark.parametrize("number", range(6))
def test_closing_overdue_hazards_takes_the_general_ones_first(number: int) -> None:
    after = changed(TOWN, Input.OVERDUE_SHARE, number)
    assert after.overdue_hazards == 5 - number
    assert after.open_hazards == 100 - number
    assert after.open_major == (1 if number == 5 else 2)

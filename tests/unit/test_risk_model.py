"""The model on a world whose law is known: it finds it, and says how sure it may be."""

from __future__ import annotations

import math
import random

import pytest

from steward.analysis.risk_model import Example, brier, calibration, examples_of, judged, learn
from steward.domain.accidents import NEVER_DAYS, Record


def world(number: int, seed: int) -> list[Example]:
    """Enterprises whose log-odds are −4.5 + 1.5·ln(1+overdue) + 1·chemistry, and nothing else."""
    chance = random.Random(seed)
    made = []
    for _ in range(number):
        record = Record(
            found=chance.randrange(8),
            open=chance.randrange(5),
            overdue=chance.choice((0, 0, 0, 1, 2, 6)),
            inspections=chance.randrange(4),
            uninspected_days=chance.randrange(700),
            industry=chance.choice(("化工", "纺织印染", "")),
        )
        odds = -4.5 + 1.5 * math.log1p(record.overdue) + (record.industry == "化工")
        made.append(Example(record, chance.random() < 1 / (1 + math.exp(-odds))))
    return made


def test_it_finds_what_raises_the_chance_and_is_calibrated() -> None:
    model = learn(world(8_000, 1))
    seen = world(8_000, 2)
    records, came = [one.record for one in seen], [one.happened for one in seen]
    chances = model.chances(records)
    own = judged("模型", [list(chances)], [came])
    plain = judged("未闭环", [[one.open for one in records]], [came])
    assert own.auc > 0.72 > 0.55 > plain.auc
    assert own.hits > 2 * plain.hits
    for group in calibration(list(chances), came):
        error = 3 * math.sqrt(group.estimated * (1 - group.estimated) / group.enterprises)
        assert abs(group.estimated - group.observed) < error + 0.005
    assert brier(list(chances), came) < brier([sum(came) / len(came)] * len(came), came)
    grave = Record(overdue=6, uninspected_days=1, industry="化工")
    (reasons,) = model.reasons([grave])
    assert [one.words for one in reasons][:2] == ["超期未改隐患 6 处", "行业：化工"]
    assert sum(one.weight for one in reasons) <= 101


def test_the_same_data_give_the_same_model() -> None:
    examples = world(2_000, 3)
    records = [one.record for one in examples]
    assert list(learn(examples).chances(records)) == list(learn(examples).chances(records))


def test_a_judgement_counts_what_stands_foremost_in_each_round() -> None:
    rounds = [[0.1] * 60 + [0.9], [0.5] * 10]
    came = [[False] * 60 + [True], [True] * 5 + [False] * 5]
    found = judged("x", rounds, came)
    assert (found.hits, found.first) == (1 + 5, 50 + 10)


def test_nobody_learns_from_whom_nobody_knew() -> None:
    records = {2: Record(found=1), 1: Record(), 3: Record(uninspected_days=NEVER_DAYS - 1)}
    assert examples_of(records, {3: 1}) == [
        Example(records[2], happened=False),
        Example(records[3], happened=True),
    ]


@pytest.mark.parametrize("industry", ["化工", "从没见过的行业"])
def test_an_industry_it_has_not_learnt_is_no_reason(industry: str) -> None:
    model = learn(world(3_000, 4))
    (reasons,) = model.reasons([Record(overdue=2, industry=industry)])
    assert any("行业" in one.words for one in reasons) is (industry == "化工")

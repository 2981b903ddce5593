"""Three thousand invented enterprises with valid credit codes."""

from __future__ import annotations

import random
from dataclasses import dataclass

from stdnum.cn import uscc

from steward.domain.figures import Town
from steward.ledger.demonstration.words import (
    FIRST,
    INDUSTRIES,
    KIND,
    OTHER_TOWN_WEIGHT,
    SECOND,
    TOWN_WEIGHTS,
)

NUMBER = 3_000


@dataclass(frozen=True)
class Enterprise:
    """An invented enterprise of a town and an industry."""

    name: str
    credit_code: str
    town: Town
    industry: str


def make_enterprises(towns: list[Town], chance: random.Random) -> list[Enterprise]:
    """3,000 of them, the first 22 one in each town; names and codes are unique."""
    weights = [TOWN_WEIGHTS.get(town.code, OTHER_TOWN_WEIGHT) for town in towns]
    spread = towns + chance.choices(towns, weights, k=NUMBER - len(towns))
    industries = chance.choices(
        list(INDUSTRIES), [weight for _, weight in INDUSTRIES.values()], k=NUMBER
    )
    names = _names(chance)
    return [
        Enterprise(
            f"{names[number]}{INDUSTRIES[industry][0]}有限公司{KIND}",
            credit_code(number),
            town,
            industry,
        )
        for number, (town, industry) in enumerate(zip(spread, industries, strict=True))
    ]


def credit_code(number: int) -> str:
    """A code whose organisation part says DEM(onstration), with its check character."""
    body = f"91330109DEM{number:06d}"
    return body + str(uscc.calc_check_digit(body))


def _names(chance: random.Random) -> list[str]:
    firsts = [FIRST[n : n + 2] for n in range(0, len(FIRST), 2)]
    seconds = [SECOND[n : n + 2] for n in range(0, len(SECOND), 2)]
    places = ["东", "南", "西", "北", "中", "上", "下", "前", "后", "里", "外", "新", "大", "小"]
    names = [f"{a}{p}{b}" for a in firsts for p in places for b in seconds]
    chance.shuffle(names)
    return names

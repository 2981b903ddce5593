"""A ledger of two years by chance, always the same, for analyses; and a plain reading of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

from steward.domain.hazards import Level, Source
from steward.domain.weeks import local_date
from tests.support.ledgers import LONG_AGO, Case

NOW = datetime(2021, 11, 16, 1, 0, tzinfo=UTC)
CATEGORIES = tuple(f"类别{n}" for n in range(13))
_MINUTES = 620 * 24 * 60


def cases(number: int = 700) -> tuple[Case, ...]:
    """Hazards of 620 days, some at the very ends of days; many closed, some voided."""
    chance = random.Random(20211116)
    return tuple(_case(chance, n) for n in range(number))


def _case(chance: random.Random, n: int) -> Case:
    enterprise = chance.randint(1, 30)
    found = NOW - timedelta(minutes=chance.randrange(_MINUTES))
    if n % 10 == 0:  # the last or first second of a local day
        found = found.replace(hour=16, minute=0, second=0) - timedelta(seconds=n % 20 // 10)
    lasted = timedelta(hours=chance.randrange(1, 90 * 24))
    closed = found + lasted if chance.random() < 0.7 and found + lasted < NOW else None
    voided = (closed or found) + timedelta(hours=3) if chance.random() < 0.06 else None
    return Case(
        enterprise=enterprise,
        town=1 + enterprise % 3,
        source=chance.choice([*Source][:4]).value,
        industry=chance.choice([None, "化工", "机械"]),
        category=CATEGORIES[min(int(chance.expovariate(0.3)), 12)],
        level=(Level.MAJOR if chance.random() < 0.1 else Level.GENERAL).value,
        found_at=min(found, NOW - timedelta(minutes=1)),
        closed_at=closed,
        voided_at=voided,
        deadlines=((LONG_AGO, None),),
    )


def found(
    every: Sequence[Case],
    first: date,
    last: date,
    wanted: Callable[[Case], bool] = lambda case: True,
) -> list[Case]:
    """What was found on these local days and is not voided."""
    return [
        case
        for case in every
        if first <= local_date(case.found_at) <= last and case.voided_at is None and wanted(case)
    ]

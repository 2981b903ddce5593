"""The demonstration's incidents: simulated, by a process that is stated here.

In each of the eight quarters of 90 days before 16 November 2021, an enterprise has an incident with
a chance whose log-odds are

    −6.3 + 0.9·ln(1 + findings of the year before) + 0.7·ln(1 + open hazards)
         + 1.2·(open major hazards) + 0.7·(a category found again) + industry + own

with the industries' parts below, and an enterprise's own part, N(0, 0.5), always the same. It is
no finding about the world: it gives the model something to find, so that it can be tried, and
screens say that it is simulated.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from steward.domain.hazards import Level
from steward.domain.incidents import IncidentKind
from steward.ledger.demonstration.enterprises import Enterprise
from steward.ledger.demonstration.hazards import AS_OF, PREFIX, Demonstration, Hazard

SEED = 20211117
QUARTERS = 8
QUARTER = timedelta(days=90)
YEAR = timedelta(days=365)
BASE = -6.3
INDUSTRIES: dict[str, float] = {
    "危化品经营": 1.2,
    "化工": 1.1,
    "建筑施工": 1.0,
    "机械制造": 0.5,
    "金属制品": 0.5,
    "木材家具": 0.2,
}
_KINDS: dict[str, tuple[IncidentKind, ...]] = {
    "危化品经营": (IncidentKind.POISONING, IncidentKind.FIRE),
    "化工": (IncidentKind.POISONING, IncidentKind.FIRE, IncidentKind.BURN),
    "建筑施工": (IncidentKind.FALL, IncidentKind.STRUCK_BY_OBJECT, IncidentKind.COLLAPSE),
    "仓储物流": (IncidentKind.VEHICLE, IncidentKind.FIRE),
}
_OTHERS = (IncidentKind.MACHINERY, IncidentKind.ELECTRIC_SHOCK, IncidentKind.FIRE)


@dataclass(frozen=True)
class DemoIncident:
    """One that never happened."""

    external_id: str
    enterprise: Enterprise
    kind: IncidentKind
    occurred_at: datetime
    injured: int


def make_incidents(demonstration: Demonstration) -> tuple[DemoIncident, ...]:
    """The same every time, in the order of time."""
    chance = random.Random(SEED)
    by_code: dict[str, list[Hazard]] = defaultdict(list)
    for hazard in demonstration.hazards:
        if not hazard.voided:
            by_code[hazard.enterprise.credit_code].append(hazard)
    own = {one.credit_code: chance.gauss(0, 0.5) for one in demonstration.enterprises}
    happened = []
    for quarter in range(QUARTERS, 0, -1):
        start = AS_OF - QUARTER * quarter
        for enterprise in demonstration.enterprises:
            odds = _log_odds(enterprise, by_code[enterprise.credit_code], start)
            odds += own[enterprise.credit_code]
            day, minute = chance.randrange(QUARTER.days), chance.randrange(8 * 60, 18 * 60)
            if chance.random() < 1 / (1 + math.exp(-odds)):
                at = start.replace(hour=0) + timedelta(days=day, minutes=minute)
                kinds = _KINDS.get(enterprise.industry, _OTHERS)
                happened.append((at, enterprise, chance.choice(kinds), chance.choice((1, 1, 1, 2))))
    happened.sort(key=lambda one: (one[0], one[1].credit_code))
    return tuple(
        DemoIncident(f"{PREFIX}SG-{number:04d}", enterprise, kind, at, injured)
        for number, (at, enterprise, kind, injured) in enumerate(happened, start=1)
    )


def _log_odds(enterprise: Enterprise, hazards: Sequence[Hazard], at: datetime) -> float:
    found = [one for one in hazards if one.found_at <= at]
    year = [one for one in found if one.found_at > at - YEAR]
    still_open = [one for one in found if one.closed_at is None or one.closed_at > at]
    again = any(times > 1 for times in Counter(one.category for one in year).values())
    major = sum(one.level is Level.MAJOR for one in still_open)
    return (
        BASE
        + 0.9 * math.log1p(len(year))
        + 0.7 * math.log1p(len(still_open))
        + 1.2 * major
        + 0.7 * again
        + INDUSTRIES.get(enterprise.industry, 0.0)
    )

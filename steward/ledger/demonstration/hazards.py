"""The demonstration's hazards, by construction: its figures are the published ones.

As of Tuesday 16 November 2021 09:00: 28 new this week, 51 enterprises due soon, 64 overdue,
10,145 monitored, 6,969 closed (Xiaoshan district, 16 November 2021).
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from steward.domain.figures import Town
from steward.domain.hazards import Level, Source
from steward.domain.weeks import DISTRICT_ZONE
from steward.ledger.demonstration.enterprises import Enterprise, make_enterprises
from steward.ledger.demonstration.words import CATEGORIES, WEEK_TOWNS

SEED = 20211116
TODAY = date(2021, 11, 16)
MONDAY = date(2021, 11, 15)
AS_OF = datetime(2021, 11, 16, 9, 0, tzinfo=DISTRICT_ZONE)
FIRST_FILES_AT = datetime(2021, 11, 1, 8, 0, tzinfo=DISTRICT_ZONE)
SECOND_FILES_AT = datetime(2021, 11, 16, 8, 55, tzinfo=DISTRICT_ZONE)
VOIDED_AT = datetime(2021, 11, 2, 10, 0, tzinfo=DISTRICT_ZONE)
PREFIX = "DEMO-"

NEW, DUE_SOON, OVERDUE, MONITORED, CLOSED = 28, 51, 64, 10_145, 6_969
IN_BOTH_LISTS = 8
LAST_WEEK = 36
WEEKS_BEFORE = 155
CLOSED_THIS_WEEK, CLOSED_LAST_WEEK = 12, 45
VOIDED, WITHOUT_DEADLINE, EXTENDED = 25, 40, 200
OPEN_MAJOR_BEFORE, NEW_MAJOR = 7, 2
SOURCE_WEIGHTS = {
    Source.SELF_INSPECTION: 42,
    Source.THIRD_PARTY: 30,
    Source.MUTUAL_AID: 8,
    Source.ENFORCEMENT: 20,
}
SOURCE_CODES = {
    Source.SELF_INSPECTION: "ZC",
    Source.THIRD_PARTY: "SH",
    Source.MUTUAL_AID: "HZ",
    Source.ENFORCEMENT: "ZF",
}


@dataclass(frozen=True)
class Hazard:
    """One hazard as it stands at the end; `first_deadline` is what it was in the first files."""

    external_id: str
    source: Source
    enterprise: Enterprise
    category: str
    description: str
    level: Level
    found_at: datetime
    first_deadline: date | None
    deadline: date | None
    rectified_at: datetime | None = None
    closed_at: datetime | None = None
    voided: bool = False


@dataclass(frozen=True)
class Demonstration:
    """Everything: enterprises, hazards in the order of finding, visits that found nothing."""

    enterprises: tuple[Enterprise, ...]
    hazards: tuple[Hazard, ...]
    visits: tuple[tuple[Enterprise, Source, datetime], ...]


def make_demonstration(towns: list[Town]) -> Demonstration:
    """The same every time."""
    chance = random.Random(SEED)
    enterprises = make_enterprises(towns, chance)
    before = [_found(day, chance) for day, number in _days_before() for _ in range(number)]
    last_week = [_found(MONDAY - timedelta(days=7 - n % 6), chance) for n in range(LAST_WEEK)]
    found = sorted(before) + sorted(last_week)
    found += sorted(_this_week(chance, n) for n in range(NEW))
    hazards = _fates(_cast(found, enterprises, chance), enterprises, chance)
    hazards += _voided(enterprises, chance, len(hazards))
    return Demonstration(tuple(enterprises), tuple(hazards), _visits(enterprises, chance))


def _days_before() -> list[tuple[date, int]]:
    """So many a week before last week, busier in summer, calmer in the last months."""
    total = MONITORED - NEW - LAST_WEEK
    shape = [
        (1.0 + 0.25 * math.sin(week / 52 * 2 * math.pi)) * (0.62 if week > WEEKS_BEFORE - 9 else 1)
        for week in range(WEEKS_BEFORE)
    ]
    scale = total / sum(shape)
    numbers = [int(part * scale) for part in shape]
    for n in range(total - sum(numbers)):
        numbers[n] += 1
    start = MONDAY - timedelta(weeks=WEEKS_BEFORE + 1)
    return [
        (start + timedelta(weeks=week, days=day), number // 6 + (day < number % 6))
        for week, number in enumerate(numbers)
        for day in range(6)
    ]


def _found(day: date, chance: random.Random) -> datetime:
    minute = chance.randrange(8 * 60 + 30, 17 * 60 + 30)
    return datetime.combine(day, time(minute // 60, minute % 60), DISTRICT_ZONE)


def _this_week(chance: random.Random, number: int) -> datetime:
    if number < 21:
        return _found(MONDAY, chance)
    return datetime.combine(TODAY, time(7, chance.randrange(60)), DISTRICT_ZONE)


def _cast(
    found: list[datetime], enterprises: list[Enterprise], chance: random.Random
) -> list[Hazard]:
    """Who, where, what: every hazard still open, with a far deadline."""
    by_town: dict[str, list[Enterprise]] = {}
    for enterprise in enterprises:
        by_town.setdefault(enterprise.town.code, []).append(enterprise)
    week_towns = [code for code, number in WEEK_TOWNS for _ in range(number)]
    chance.shuffle(week_towns)
    categories = list(CATEGORIES)
    weights = [weight for weight, _ in CATEGORIES.values()]
    sources, source_weights = list(SOURCE_WEIGHTS), list(SOURCE_WEIGHTS.values())
    numbers = dict.fromkeys(sources, 0)
    hazards = []
    for number, instant in enumerate(found):
        this_week = number - (len(found) - NEW)
        pool = by_town[week_towns[this_week]] if this_week >= 0 else enterprises
        source = chance.choices(sources, source_weights)[0]
        category = chance.choices(categories, weights)[0]
        numbers[source] += 1
        deadline = max(instant.date(), TODAY) + timedelta(days=chance.randrange(9, 200))
        hazards.append(
            Hazard(
                external_id=f"{PREFIX}{SOURCE_CODES[source]}-{numbers[source]:06d}",
                source=source,
                enterprise=chance.choice(pool),
                category=category,
                description=chance.choice(CATEGORIES[category][1]),
                level=Level.GENERAL,
                found_at=instant,
                first_deadline=deadline,
                deadline=deadline,
            )
        )
    return hazards


def _fates(
    hazards: list[Hazard], enterprises: list[Enterprise], chance: random.Random
) -> list[Hazard]:
    """Close 6,969; of the open ones put some into the warning lists; extend some."""
    first_of_week = len(hazards) - NEW
    first_of_last_week = first_of_week - LAST_WEEK
    # The older, the likelier closed; the newest weeks are mostly open still.
    order = sorted(
        range(first_of_last_week), key=lambda n: chance.random() * (1.6 - n / first_of_last_week)
    )
    closed_recent = [*range(first_of_last_week, first_of_last_week + 6)]
    closed_recent += range(first_of_week, first_of_week + 3)
    closed = sorted([*order[-(CLOSED - len(closed_recent)) :], *closed_recent])
    for place, index in enumerate(closed):
        hazards[index] = _closed(hazards[index], len(closed) - place, chance)
    open_ = [n for n in range(len(hazards)) if hazards[n].closed_at is None]
    old_open = [n for n in open_ if n < first_of_last_week]
    _warn(hazards, old_open, enterprises, chance)
    for index in chance.sample([n for n in open_ if n >= first_of_week], NEW_MAJOR):
        hazards[index] = replace(hazards[index], level=Level.MAJOR)
    for index in chance.sample(old_open, OPEN_MAJOR_BEFORE):
        hazards[index] = replace(hazards[index], level=Level.MAJOR)
    for index in chance.sample(closed, 60):
        hazards[index] = replace(hazards[index], level=Level.MAJOR)
    return hazards


def _closed(hazard: Hazard, from_the_end: int, chance: random.Random) -> Hazard:
    """Closed; the last ones found are those closed this week and last week."""
    if from_the_end <= CLOSED_THIS_WEEK:
        day = MONDAY
        closed_at = datetime.combine(day, time(17, 31 + from_the_end), DISTRICT_ZONE)
    elif from_the_end <= CLOSED_THIS_WEEK + CLOSED_LAST_WEEK:
        day = MONDAY - timedelta(days=2 + from_the_end % 4)
        closed_at = datetime.combine(day, time(18, from_the_end % 60), DISTRICT_ZONE)
    else:
        latest = datetime.combine(MONDAY - timedelta(days=8), time(18), DISTRICT_ZONE)
        closed_at = hazard.found_at + timedelta(days=chance.randrange(2, 45), hours=1)
        closed_at = min(closed_at, latest)
    closed_at = max(closed_at, hazard.found_at + timedelta(minutes=5))
    rectified_at = hazard.found_at + (closed_at - hazard.found_at) / 2
    deadline = hazard.found_at.date() + timedelta(days=chance.randrange(10, 60))
    return replace(
        hazard,
        closed_at=closed_at,
        rectified_at=rectified_at.replace(second=0, microsecond=0),
        first_deadline=deadline,
        deadline=deadline,
    )


def _warn(
    hazards: list[Hazard],
    open_: list[int],
    enterprises: list[Enterprise],
    chance: random.Random,
) -> None:
    """Open hazards with a deadline in the window for 51 enterprises, past for 64; the rest far."""
    warned = chance.sample(enterprises, DUE_SOON + OVERDUE - IN_BOTH_LISTS)
    due_soon, overdue = warned[:DUE_SOON], warned[DUE_SOON - IN_BOTH_LISTS :]
    waiting = open_[-1200:]  # warnings concern what was found in the last year or so
    chance.shuffle(waiting)

    def give(enterprise: Enterprise, deadline: date) -> None:
        index = waiting.pop()
        hazards[index] = replace(
            hazards[index],
            enterprise=enterprise,
            first_deadline=deadline,
            deadline=deadline,
        )

    for number, enterprise in enumerate(due_soon):
        give(enterprise, TODAY + timedelta(days=number % 8))
        if number % 3 == 0:
            give(enterprise, TODAY + timedelta(days=(number + 2) % 8))
    for number, enterprise in enumerate(overdue):
        late = 1 + number % 7 if number < 20 else 3 + number % 50
        for extra in range(1 + number % 3):
            index = waiting[-1]
            earliest = hazards[index].found_at.date()
            give(enterprise, max(earliest, TODAY - timedelta(days=late + extra)))
    for index in [waiting.pop() for _ in range(WITHOUT_DEADLINE)]:
        hazards[index] = replace(hazards[index], first_deadline=None, deadline=None)
    for index in [waiting.pop() for _ in range(EXTENDED)]:
        later = hazards[index].deadline
        assert later is not None
        hazards[index] = replace(hazards[index], deadline=later + timedelta(days=30))


def _voided(enterprises: list[Enterprise], chance: random.Random, number: int) -> list[Hazard]:
    """Entries by mistake, found in October and voided in November: they count for nothing."""
    made = []
    for n in range(VOIDED):
        category = chance.choice(list(CATEGORIES))
        made.append(
            Hazard(
                external_id=f"{PREFIX}ZC-{900_000 + n:06d}",
                source=Source.SELF_INSPECTION,
                enterprise=chance.choice(enterprises),
                category=category,
                description=CATEGORIES[category][1][0],
                level=Level.GENERAL,
                found_at=_found(date(2021, 10, 11) + timedelta(days=n % 5), chance),
                first_deadline=date(2021, 11, 30),
                deadline=date(2021, 11, 30),
                voided=True,
            )
        )
    return made


def _visits(
    enterprises: list[Enterprise], chance: random.Random
) -> tuple[tuple[Enterprise, Source, datetime], ...]:
    """Visits that found nothing: three years thinly, the last two weeks as they are worked."""
    days = [MONDAY - timedelta(days=chance.randrange(14, 1_000)) for _ in range(4_000)]
    days += [MONDAY - timedelta(days=3 + n % 5) for n in range(420)]
    days += [MONDAY] * 190
    sources = list(SOURCE_WEIGHTS)
    return tuple(
        (chance.choice(enterprises), chance.choice(sources), _found(day, chance)) for day in days
    )

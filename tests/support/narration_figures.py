"""Hand-made figures for the tests of narration: the published week, and an empty one."""

from __future__ import annotations

from datetime import date

from steward.domain.figures import Counts, Figures, Share, Town
from steward.domain.hazards import SOURCE_NAMES
from steward.domain.weeks import Week, district_instant

GUALI = Town("330109113", "瓜沥镇", 6, 1)
TOWNS = {
    "瓜沥镇": 9,
    "临浦镇": 6,
    "益农镇": 4,
    "党湾镇": 4,
    "河上镇": 3,
    "北干街道": 2,
    "义桥镇": 0,
}


def shares(counted: dict[str, int]) -> tuple[Share, ...]:
    """Rows of a breakdown with these new hazards."""
    return tuple(Share(name, name, Counts(new_hazards=n)) for name, n in counted.items())


def sources(*counts: int) -> tuple[Share, ...]:
    return shares(dict(zip(SOURCE_NAMES.values(), counts, strict=False)))


def figures(
    counts: Counts | None = None,
    last_week: Counts | None = None,
    *,
    town: Town | None = None,
    by_town: dict[str, int] | None = None,
    by_source: tuple[Share, ...] = (),
    enterprises: int = 0,
    inspected: int = 0,
) -> Figures:
    """Figures as of Tuesday 16 November 2021, 09:00; empty where nothing is said."""
    return Figures(
        week=Week(2021, 46),
        as_of=district_instant("2021-11-16T09:00"),
        today=date(2021, 11, 16),
        town=town,
        counts=counts or Counts(),
        last_week=last_week or Counts(),
        inspected_enterprises=inspected,
        enterprises=enterprises,
        by_town=shares(by_town or {}),
        by_source=by_source,
    )


def published(town: Town | None = None) -> Figures:
    """The published week."""
    counts = Counts(
        new_hazards=28,
        due_soon_enterprises=51,
        overdue_enterprises=64,
        closed_hazards=31,
        monitored=10145,
        closed_total=6969,
        open_hazards=3176,
        open_major=5,
        new_major=2,
        without_deadline=4,
    )
    return figures(
        counts,
        Counts(new_hazards=40),
        town=town,
        by_town=TOWNS,
        by_source=sources(12, 8, 3, 5, 0),
        enterprises=3000,
        inspected=120,
    )

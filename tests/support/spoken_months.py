"""Hand-made months for the tests of narration."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from steward.domain.colours import Colour, ColourMap, TownColour
from steward.domain.figures import Town
from steward.domain.monthly import MonthCounts, MonthlyFigures, MonthShare
from steward.domain.months import Month
from steward.domain.spoken_month import SpokenMonth

OCTOBER = Month(2021, 10)
BUSY = MonthCounts(
    new_hazards=177,
    closed_hazards=80,
    monitored=10068,
    closed_total=6890,
    open_hazards=3178,
    open_major=6,
    overdue_hazards=69,
    overdue_enterprises=39,
)
BEFORE = MonthCounts(new_hazards=168, closed_hazards=97)


def shares(counted: dict[str, int]) -> tuple[MonthShare, ...]:
    return tuple(MonthShare(name, name, MonthCounts(new_hazards=n)) for name, n in counted.items())


def colours(
    moves: dict[str, tuple[Colour | None, Colour | None]], *, month: Month = OCTOBER, note: str = ""
) -> ColourMap:
    """Each town's colour of the month before and of the month."""
    towns = tuple(
        TownColour(Town(str(n), name, n, 0), now, "", "", None, (), last=last)
        for n, (name, (last, now)) in enumerate(moves.items())
    )
    return ColourMap(month, None, towns, note)


def month_of(
    counts: MonthCounts = BUSY,
    last: MonthCounts | None = BEFORE,
    *,
    month: Month = OCTOBER,
    towns: dict[str, int] | None = None,
    categories: dict[str, int] | None = None,
    of: ColourMap | None = None,
) -> SpokenMonth:
    """A month of the district as the ledger would have it."""
    figures = MonthlyFigures(
        month=month,
        as_of=month.last_instant,
        today=date(month.year, month.number, month.last_day.day),
        town=None,
        due_soon_days=7,
        begun=Month(2018, 11),
        counts=counts,
        last_month=last,
        last_year=None,
        district=None,
        by_category=shares(categories or {}),
    )
    return SpokenMonth(month, of or colours({}), figures, shares(towns or {}))


def without_ledger(note: str) -> SpokenMonth:
    """A month before the ledger began."""
    return replace(month_of(of=colours({}, note=note)), figures=None, by_town=(), note=note)

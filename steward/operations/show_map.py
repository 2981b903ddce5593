"""镇街隐患四色图 of a month as the pages and files show it."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from steward.analysis.colour_rules import read_rules, rules_of
from steward.analysis.colours import town_colours
from steward.analysis.month_queries import begun
from steward.domain.colours import Colour, ColourMap, ColourRules, Input, TownColour
from steward.domain.grounds import Ground
from steward.domain.months import Month
from steward.domain.weeks import local_date
from steward.errors import FiguresError, NotFound
from steward.operations.own_map import own_map
from steward.storage.engine import Database

MOST_MONTHS = 60
"""So many months can be chosen, the newest."""

SORTED_BY = ("score", "change", *(one.value for one in Input))
"""What towns can be sorted by, besides their codes."""


@dataclass(frozen=True)
class ShownMap:
    """The colours of a month as of an instant; `running`: it is not over yet. `months` can be
    chosen, the newest first. `ground`: the bureau's own outlines; `faults`: why they are not used.
    """

    colours: ColourMap
    as_of: datetime
    running: bool
    months: Sequence[Month]
    ground: Ground | None = None
    faults: Sequence[str] = ()

    @property
    def as_of_day(self) -> date:
        return local_date(self.as_of)

    @property
    def month(self) -> Month:
        return self.colours.month


def show_map(
    database: Database,
    month: Month | None,
    *,
    now: datetime,
    rules: Path | None = None,
    due_soon_days: int = 7,
    outlines: Path | None = None,
    steps_of: Container[str] | None = None,
) -> ShownMap:
    """The map of a month (default: the last whole one). `rules` is `Settings.colour_rules`,
    `outlines` is `Settings.map_file`; `steps_of` as `colour_towns` takes it.

    Raises FiguresError for a month that has not begun; RulesError, StorageError.
    """
    this = Month.containing(now)
    month = month or this.previous()
    if month > this:
        raise FiguresError("这个月还没有开始", place=month.name)
    as_of = min(now, month.last_instant)
    versions = read_rules(rules)
    with database.session(snapshot=True) as session:
        colours = town_colours(
            session, versions, month, as_of=as_of, due_soon_days=due_soon_days, steps_of=steps_of
        )
        first = begun(session) or this
    count = (this.year - first.year) * 12 + this.number - first.number + 1
    months = [this.back(n) for n in range(min(max(count, 2), MOST_MONTHS))]
    own = own_map(outlines, tuple(one.town for one in colours.towns)) if outlines else None
    return ShownMap(
        colours,
        as_of,
        month == this,
        months,
        ground=own.ground if own else None,
        faults=own.faults if own else (),
    )


def town_of(shown: ShownMap, code: str) -> TownColour:
    """The town of that code. Raises NotFound."""
    town = shown.colours.of(code)
    if town is None:
        raise NotFound("没有这个镇街", place=code)
    return town


def sorted_by(towns: Sequence[TownColour], key: str) -> list[TownColour]:
    """The towns in another order: what needs looking at first; those without a value last.

    `key` is one of SORTED_BY; another leaves them in the order of their codes.
    """
    worth: Callable[[TownColour], Decimal | int | None]
    if key == "score":
        worth = _score
    elif key == "change":
        worth = _change
    elif key in set(Input):
        worth = _points(Input(key))
    else:
        return list(towns)
    known = [(value, one) for one in towns if (value := worth(one)) is not None]
    unknown = [one for one in towns if worth(one) is None]
    return [one for _, one in sorted(known, key=lambda pair: pair[0])] + unknown


def show_rules(
    path: Path | None, *, now: datetime
) -> tuple[Sequence[ColourRules], ColourRules | None]:
    """Every version, the newest first, and the one of the running month. Raises RulesError."""
    versions = read_rules(path)
    return versions[::-1], rules_of(Month.containing(now), versions)


def _score(town: TownColour) -> Decimal | None:
    return town.score


def _change(town: TownColour) -> int | None:
    """How many colours better than last month."""
    if town.colour is None or town.last is None:
        return None
    order = list(Colour)
    return order.index(town.colour) - order.index(town.last)


def _points(one: Input) -> Callable[[TownColour], Decimal | None]:
    return lambda town: next(each.points for each in town.inputs if each.input is one)

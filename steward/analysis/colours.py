"""镇街隐患四色图: every town's colour of a month, in one pass of questions a month."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from steward.analysis import bettering, month_queries, queries, scoring
from steward.analysis.colour_rules import rules_of
from steward.analysis.month_reading import MonthReading, read
from steward.domain.colours import (
    NO_COLOUR,
    Band,
    Colour,
    ColourMap,
    ColourRules,
    Input,
    ScoredInput,
    TownColour,
)
from steward.domain.figures import Town
from steward.domain.monthly import MonthCounts
from steward.domain.months import Month
from steward.ledger.tally import DISTRICT


def town_colours(
    session: Session,
    versions: Sequence[ColourRules],
    month: Month,
    *,
    as_of: datetime | None = None,
    due_soon_days: int = 7,
    steps_of: Container[str] | None = None,
) -> ColourMap:
    """All towns of a month as of an instant in it (default: its last), with last month's colours.

    `steps_of`: codes of the towns for which is tried what would better them (default: all); it
    takes as long as everything else together.

    `versions` as `colour_rules.read_rules` gives them. A month without rules, or before the ledger
    began, has no colours, and says why.
    """
    as_of = min(as_of or month.last_instant, month.last_instant)
    before = month.previous()
    last = read(session, before, before.last_instant, due_soon_days)
    reading = read(session, month, as_of, due_soon_days)
    towns = queries.towns(session)
    begun = month_queries.begun(session)
    return coloured(towns, versions, month, reading, last, begun, steps_of=steps_of)


def coloured(
    towns: Mapping[int, Town],
    versions: Sequence[ColourRules],
    month: Month,
    reading: MonthReading,
    last: MonthReading,
    begun: Month | None,
    *,
    steps_of: Container[str] | None = None,
) -> ColourMap:
    """The colours of what was read already: the month and the one before it."""
    note = _note(versions, month, begun)
    before = month.previous()
    rules = None if note else rules_of(month, versions)
    old_rules = None if _note(versions, before, begun) else rules_of(before, versions)
    result = []
    for town_id, town in towns.items():
        tried = steps_of is None or town.code in steps_of
        now = _coloured(town, rules, reading, town_id, note, tried=tried)
        then = _band(old_rules, last, town_id)
        result.append(replace(now, last=then.colour if then else None))
    return ColourMap(month, rules_of(month, versions), tuple(result), note)


def _note(versions: Sequence[ColourRules], month: Month, begun: Month | None) -> str:
    """Why a month has no colours; "" when it has."""
    if begun is None:
        return "台账里还没有隐患，没有四色图"
    if month < begun:
        return f"台账自{begun.name}起，没有{month.name}的四色图"
    if rules_of(month, versions) is None:
        first = versions[0].effective
        return f"四色图规则自{first.year}年{first.month}月{first.day}日起，{month.name}还没有规则"
    return ""


def _coloured(
    town: Town,
    rules: ColourRules | None,
    reading: MonthReading,
    town_id: int,
    note: str,
    *,
    tried: bool,
) -> TownColour:
    if rules is None:
        missing = tuple(ScoredInput(one, None, None, None, None, missing=note) for one in Input)
        return TownColour(town, None, NO_COLOUR, "", None, missing)
    counts, known = _facts(reading, town_id)
    result = scoring.score(rules, counts, inspections_known=known)
    if result.score is None:
        return TownColour(town, None, NO_COLOUR, "", None, result.inputs)
    band = rules.band(result.score)
    better = _better(band.colour) if tried else None
    return TownColour(
        town,
        band.colour,
        band.word,
        band.pattern,
        result.score,
        result.inputs,
        better=better,
        steps=bettering.steps(rules, counts, better, inspections_known=known) if better else (),
    )


def _band(rules: ColourRules | None, reading: MonthReading, town_id: int) -> Band | None:
    if rules is None:
        return None
    counts, known = _facts(reading, town_id)
    score = scoring.score(rules, counts, inspections_known=known).score
    return None if score is None else rules.band(score)


def _facts(reading: MonthReading, town_id: int) -> tuple[MonthCounts, bool]:
    """A town's counts, and whether anybody in the district was inspected at all."""
    known = reading.counts((DISTRICT, "all", "")).inspected_enterprises > 0
    return reading.counts((town_id, "all", "")), known


def _better(colour: Colour) -> Colour | None:
    order = list(Colour)
    place = order.index(colour) + 1
    return order[place] if place < len(order) else None

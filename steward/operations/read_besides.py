"""Read what a template says besides its figures, and nothing that it does not say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from steward.analysis import queries
from steward.analysis.colour_rules import read_rules
from steward.analysis.colours import town_colours
from steward.domain.besides import Besides, ColourCounts
from steward.domain.figures import Figures
from steward.domain.spoken_month import month_before
from steward.ledger.queries import warning_cases
from steward.narration.contexts import BESIDES
from steward.storage.engine import Database

_WEEK = timedelta(days=7)


def read_besides(
    database: Database,
    names: Collection[str],
    figures: Figures,
    *,
    due_soon_days: int = 7,
    colour_rules: Path | None = None,
) -> Figures:
    """The district's figures with what these names of a template want besides.

    Raises RulesError, StorageError.
    """
    parts = {part for name, part in BESIDES.items() if name in names}
    if not parts or figures.town is not None:
        return figures
    found = Besides()
    last, at = figures.week.previous(), figures.as_of
    versions = read_rules(colour_rules) if "colours" in parts else ()
    with database.session(snapshot=True) as session:
        if "same_days" in parts:
            ids = queries.found_ids(session, last.start, at - _WEEK, None)
            found = replace(found, same_days=len(ids))
        if "escalated" in parts:
            found = replace(found, escalated=warning_cases.escalated_then(session, at))
        if "colours" in parts:
            month = month_before(at)
            towns = town_colours(session, versions, month, due_soon_days=due_soon_days).towns
            numbers = Counter(str(one.colour) for one in towns if one.colour)
            found = replace(found, colours=ColourCounts(month, **numbers))
    return replace(figures, besides=found)

"""Give the towns their colours of a month, and write them down as a document."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from steward.analysis.colour_rules import read_rules
from steward.analysis.colours import town_colours
from steward.domain.colours import INPUT_NAMES, INPUT_UNITS, ColourMap, ColourRules, TownColour
from steward.domain.months import Month
from steward.storage.engine import Database


def colour_towns(
    database: Database,
    month: Month,
    *,
    rules: Path | None = None,
    as_of: datetime | None = None,
    due_soon_days: int = 7,
    steps_of: Container[str] | None = None,
) -> ColourMap:
    """Every town's colour of a month as of an instant in it (default: its last).

    `rules` is `Settings.colour_rules`; None means those that come with the program. `steps_of`:
    codes of the towns for which is tried what would better them (default: all). Raises RulesError,
    StorageError.
    """
    versions = read_rules(rules)
    with database.session(snapshot=True) as session:
        return town_colours(
            session,
            versions,
            month,
            as_of=as_of,
            due_soon_days=due_soon_days,
            steps_of=steps_of,
        )


def colours_document(colours: ColourMap) -> dict[str, Any]:
    """The map for JSON: numbers as numbers, what is missing as null."""
    return {
        "month": str(colours.month),
        "note": colours.note,
        "rules": _rules(colours.rules),
        "towns": [colour_document(town) for town in colours.towns],
    }


def colour_document(town: TownColour) -> dict[str, Any]:
    """One town's colour for JSON."""
    return {
        "code": town.town.code,
        "name": town.town.name,
        "colour": town.colour,
        "word": town.word,
        "pattern": town.pattern,
        "score": _number(town.score),
        "last_colour": town.last,
        "inputs": {
            one.input.value: {
                "name": INPUT_NAMES[one.input],
                "unit": INPUT_UNITS[one.input],
                "value": _number(one.value),
                "points": _number(one.points),
                "weight": _number(one.weight),
                "share": _number(one.share),
                "missing": one.missing or None,
            }
            for one in town.inputs
        },
        "better": town.better,
        "steps": [
            {"input": step.input, "number": step.number, "words": step.words} for step in town.steps
        ],
    }


def _rules(rules: ColourRules | None) -> dict[str, Any] | None:
    if rules is None:
        return None
    return {
        "name": rules.name,
        "effective": rules.effective.isoformat(),
        "source": rules.source,
        "author": rules.author,
        "weights": {rule.input.value: _number(rule.weight) for rule in rules.inputs},
        "bands": [
            {
                "colour": band.colour,
                "from": _number(band.score_from),
                "word": band.word,
                "pattern": band.pattern,
            }
            for band in rules.bands
        ],
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)

"""The colours of the last whole month beside the hall's figures."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from steward.domain.colours import COLOUR_NAMES, ColourMap
from steward.domain.months import Month
from steward.errors import RulesError
from steward.operations.colour_towns import colour_towns
from steward.storage.engine import Database

KEPT = timedelta(minutes=10)
"""A whole month's colours change only with what is entered or voided late."""


class LiveColours:
    """The last whole month's colours, JSON-ready; reckoned every ten minutes, whoever asks."""

    def __init__(self, database: Database, *, due_soon_days: int) -> None:
        self._database = database
        self._due_soon_days = due_soon_days
        self._one_at_a_time = threading.Lock()
        self._month: Month | None = None
        self._until: datetime | None = None
        self._colours: dict[str, Any] = {}

    def at(self, now: datetime, rules: Path | None) -> dict[str, Any]:
        """The colours, or a `note` why there are none: a hall is never silent for wrong rules.

        `rules` is `Settings.colour_rules`. Raises StorageError.
        """
        month = Month.containing(now).previous()
        with self._one_at_a_time:
            if month != self._month or self._until is None or now >= self._until:
                self._colours = self._reckoned(month, rules)
                self._month, self._until = month, now + KEPT
            return self._colours

    def _reckoned(self, month: Month, rules: Path | None) -> dict[str, Any]:
        try:
            colours = colour_towns(
                self._database,
                month,
                rules=rules,
                due_soon_days=self._due_soon_days,
                steps_of=(),
            )
        except RulesError:
            return {"month": month.name, "note": "四色图规则有错", "bands": [], "towns": {}}
        return colours_board(colours)


def colours_board(colours: ColourMap) -> dict[str, Any]:
    """What the hall's screen shows of a month's map: each colour, and each town's by its code."""
    numbers = Counter(one.colour for one in colours.towns)
    return {
        "month": colours.month.name,
        "note": colours.note,
        "towns": {
            one.town.code: {"colour": one.colour, "name": one.name, "word": one.word}
            for one in colours.towns
        },
        "bands": [
            {
                "colour": band.colour,
                "name": COLOUR_NAMES[band.colour],
                "word": band.word,
                "pattern": band.pattern,
                "towns": numbers[band.colour],
            }
            for band in (colours.rules.bands if colours.rules else ())
        ],
    }

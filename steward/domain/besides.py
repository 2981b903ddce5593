"""What a template of the district's week may say besides its figures; read only when it does."""

from __future__ import annotations

from dataclasses import dataclass

from steward.domain.months import Month


@dataclass(frozen=True)
class ColourCounts:
    """How many towns had each colour in a month; all 0 when it has no colours."""

    month: Month
    red: int = 0
    orange: int = 0
    yellow: int = 0
    blue: int = 0


@dataclass(frozen=True)
class Besides:
    """None is what was not read. All as of the figures' instant.

    `same_days`: hazards found last week from its Monday up to seven days before that instant, so
    that equal lengths are compared. `escalated`: enterprises whose overdue warning has become the
    district's matter and is not over. `colours`: of the last month that was over.
    """

    same_days: int | None = None
    escalated: int | None = None
    colours: ColourCounts | None = None

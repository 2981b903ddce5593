"""What the voice is given of a month: the district's figures, its towns, and their colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from steward.domain.colours import ColourMap
from steward.domain.monthly import MonthlyFigures, MonthShare
from steward.domain.months import Month


@dataclass(frozen=True)
class SpokenMonth:
    """A whole month of the district, as of its last instant.

    `figures` is None where the ledger had not begun, and `note` says so. `by_town` are all towns by
    their codes. `evidence` are the ledger's ids behind the figures,
    ascending, by the names under which a broadcast keeps them.
    """

    month: Month
    colours: ColourMap
    figures: MonthlyFigures | None = None
    by_town: tuple[MonthShare, ...] = ()
    note: str = ""
    evidence: Mapping[str, tuple[int, ...]] = field(default_factory=dict, compare=False)

    @property
    def as_of(self) -> datetime:
        """The last instant of the month, UTC."""
        return self.month.last_instant


def month_before(instant: datetime) -> Month:
    """The last month that was over by an instant."""
    return Month.containing(instant).previous()

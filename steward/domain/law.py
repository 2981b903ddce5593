"""The law as rules: clocks, limits and counters of penalties, and what each category goes by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

OTHERS = "其他"


@dataclass(frozen=True)
class Basis:
    """By what a category's hazards are judged: what is to be done, and what a breach costs."""

    basis: str
    penalty: str


@dataclass(frozen=True)
class Counter:
    """So many penalties within so many days, with a major hazard: closure may be proposed."""

    days: int
    penalties: int


@dataclass(frozen=True)
class Law:
    """One version. Fines in yuan, clocks in days or workdays, the surcharge in percent a day."""

    name: str
    effective: date
    source: str
    author: str
    citizen_fine: int
    organisation_fine: int
    pay_days: int
    hand_in_workdays: int
    surcharge_percent: int
    publish_workdays: int
    counters: tuple[Counter, ...]
    categories: Mapping[str, Basis]

    def basis_of(self, category: str) -> Basis:
        """What a category goes by; the others' where it has none of its own."""
        return self.categories.get(category, self.categories[OTHERS])

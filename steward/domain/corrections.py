"""更正: a figure that was said, and what it is now; what lies behind the change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

Value = int | float | str | None
"""A number, or a word such as a colour; None: there is none."""

CORRECTION = "correction"
ALL_CLEAR = "all_clear"


@dataclass(frozen=True)
class Figure:
    """One figure that is said: its name and unit in a sentence, its value, the ids behind it.

    `key` tells it from the others; `rows` are the names under which evidence is kept.
    """

    key: str
    name: str
    unit: str
    value: Value
    rows: tuple[str, ...] = ()

    @property
    def worded(self) -> str:
        """28条; 68.7%; 无 for none at all."""
        return worded(self.value, self.unit)


@dataclass(frozen=True)
class Difference:
    """A figure as it was `said` first, as it was `corrected` last (None: never), and is `now`."""

    said: Figure
    now: Figure
    corrected: Figure | None = None

    @property
    def stale(self) -> bool:
        """What was said last about it is not so any more."""
        return self.now.value != (self.corrected or self.said).value

    @property
    def change(self) -> str:
        """+1, −2; "" where one of them is no number."""
        now, said = self.now.value, self.said.value
        if not isinstance(now, int | float) or not isinstance(said, int | float):
            return ""
        by = round(now - said, 1)
        return f"{by:+g}".replace("-", "−")


@dataclass(frozen=True)
class Behind:
    """A hazard or an enterprise that one of the figures counts and the other does not."""

    added: bool
    what: str
    enterprise: str
    why: str


@dataclass(frozen=True)
class Reason:
    """The rows behind one figure's change; `more` are not listed."""

    name: str
    rows: Sequence[Behind]
    more: int = 0


@dataclass(frozen=True)
class Compared:
    """What a broadcast said against the ledger of now. `first` is what it all goes back to.

    `differences` are the figures that are, or were already, put right; `correction` the last
    broadcast that did so, `draft` the announcement that is about to, `draft_stale` when even that
    is not so any more. `as_of` is what all speak of, or a whole `month` ("2021年10月").
    """

    first: int
    as_of: datetime
    known_at: datetime
    differences: Sequence[Difference]
    reasons: Sequence[Reason] = ()
    correction: int | None = None
    correction_state: str = ""
    draft: int | None = None
    draft_stale: bool = False
    month: str = ""

    @property
    def stale(self) -> Sequence[Difference]:
        """Those that nobody has put right yet."""
        return [one for one in self.differences if one.stale]


def worded(value: Value, unit: str) -> str:
    """A figure as a sentence takes it."""
    if not value:
        return "无"
    return value if isinstance(value, str) else f"{value:g}{unit}"

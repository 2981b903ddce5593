"""Where the figures gather: a cell for each scope and for each key of its breakdowns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from steward.analysis.queries import Counted, Kind, RetractedHazard, Tallied
from steward.domain.figures import Counts

Scope = int | None
"""A town's id where a board has its cells town by town, else None."""
Key = tuple[str, str | int]
WHOLE: Key = ("all", "")


@dataclass
class Cell:
    """What gathers for one scope or one key of a breakdown."""

    sums: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    due_soon: set[int] = field(default_factory=set)
    overdue: set[int] = field(default_factory=set)

    def counts(self) -> Counts:
        s = self.sums
        return Counts(
            new_hazards=s["new_hazards"],
            due_soon_enterprises=len(self.due_soon),
            overdue_enterprises=len(self.overdue),
            closed_hazards=s["closed_hazards"],
            monitored=s["found"] - s["voided"],
            closed_total=s["closed"] - s["closed_voided"],
            open_hazards=s["found"] - s["voided"] - s["closed"] + s["closed_voided"],
            open_major=s["open_major"],
            new_major=s["new_major"],
            without_deadline=s["without_deadline"],
        )


class Board:
    """All cells: of the one scope that was read, or of each town (`by_town`)."""

    def __init__(self, *, by_town: bool = False) -> None:
        self.by_town = by_town
        self._cells: dict[Scope, dict[Key, Cell]] = defaultdict(lambda: defaultdict(Cell))

    def whole(self, scope: Scope) -> Cell:
        """All of a scope together."""
        return self._cells[scope][WHOLE]

    def parts(self, scope: Scope, dimension: str) -> dict[str | int, Cell]:
        """The cells of one breakdown of a scope, by key."""
        cells = self._cells[scope].items()
        return {key: cell for (name, key), cell in cells if name == dimension}

    def of(self, kind: Kind) -> Iterator[Cell]:
        cells = self._cells[kind.town_id if self.by_town else None]
        yield cells[WHOLE]
        yield cells["town", kind.town_id]
        yield cells["source", kind.source]
        yield cells["industry", kind.industry or ""]
        yield cells["category", kind.category]

    def add(self, kind: Kind, name: str, number: int) -> None:
        for cell in self.of(kind):
            cell.sums[name] += number

    def add_counted(self, rows: Iterable[Counted], name: str, *, sign: int = 1) -> None:
        for row in rows:
            self.add(row.kind, name, sign * row.number)

    def take_out(self, gone: Iterable[RetractedHazard], start: datetime, as_of: datetime) -> None:
        """Take these out of what is counted as of an instant, in the week from `start` on."""
        for hazard in gone:
            if hazard.found_at > as_of:
                continue
            closed_at = hazard.closed_at
            self.add(hazard.kind, "voided", 1)
            if hazard.found_at >= start:
                self.add(hazard.kind, "new_hazards", -1)
            if closed_at is not None and closed_at <= as_of:
                self.add(hazard.kind, "closed_voided", 1)
                if closed_at >= start:
                    self.add(hazard.kind, "closed_hazards", -1)

    def add_tallied(self, rows: Iterable[Tallied], names: Mapping[str, str]) -> None:
        """Add the tally's sums; `names` maps its columns to the names they gather under."""
        for row in rows:
            scope = self._cells[row.town_id if self.by_town else None]
            cells = [scope[row.dimension, row.key]]
            if row.dimension == "town":  # the towns together are the scope
                cells.append(scope[WHOLE])
            for column, name in names.items():
                for cell in cells:
                    cell.sums[name] += getattr(row, column)

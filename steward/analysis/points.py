"""Points for an enterprise's record: steps of a rules file, added up, with the reasons in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from steward.analysis.rules_file import RulesReader
from steward.domain.accidents import NUMBERS, Reason, Record, reason_words

MOST_REASONS = 4
WRITTEN = ("name", "effective", "source", "author", "industries", "points")
"""What every version of points has in its file."""


@dataclass(frozen=True)
class Points:
    """One version. `steps` are (from, points) rising, by field of `Record`."""

    name: str
    effective: date
    source: str
    author: str
    industries: Mapping[str, int]
    steps: Mapping[str, tuple[tuple[int, int], ...]]

    def parts(self, record: Record) -> dict[str, int]:
        """The points of each field that gives some."""
        given = {
            name: max((points for least, points in steps if getattr(record, name) >= least))
            for name, steps in self.steps.items()
            if getattr(record, name) >= steps[0][0]
        }
        if record.industry in self.industries:
            given["industry"] = self.industries[record.industry]
        return {name: points for name, points in given.items() if points}

    def points(self, record: Record) -> int:
        """The sum."""
        return sum(self.parts(record).values())

    def reasons(self, record: Record) -> tuple[Reason, ...]:
        """What gives most of the points, first."""
        parts = self.parts(record)
        total = sum(parts.values())
        order = sorted(parts, key=lambda name: -parts[name])[:MOST_REASONS]
        return tuple(
            Reason(reason_words(name, record), round(100 * parts[name] / total)) for name in order
        )


class Written(TypedDict):
    """The fields of `Points`, read."""

    name: str
    effective: date
    source: str
    author: str
    industries: Mapping[str, int]
    steps: Mapping[str, tuple[tuple[int, int], ...]]


class PointsReader(RulesReader):
    """Reads what every version of points has."""

    def written(self, table: Mapping[str, Any], at: str) -> Written:
        steps = self.table(table.get("points"), f"{at} points")
        self.known(steps, NUMBERS, f"{at} points")
        industries = self.table(table.get("industries", {}), f"{at} industries")
        return Written(
            name=self.text(table, "name", at),
            effective=self.effective(table, at),
            source=self.text(table, "source", at),
            author=self.text(table, "author", at),
            industries={
                name: self.whole(industries, name, f"{at} industries") for name in industries
            },
            steps={name: self._steps(rows, f"{at} points.{name}") for name, rows in steps.items()},
        )

    def _steps(self, rows: Any, at: str) -> tuple[tuple[int, int], ...]:
        found: list[tuple[int, int]] = []
        for number, row in enumerate(self.tables(rows, at), start=1):
            here = f"{at} 第{number}个"
            self.known(row, ("from", "points"), here)
            least, points = self.whole(row, "from", here), self.whole(row, "points", here)
            if found and (least <= found[-1][0] or points < found[-1][1]):
                raise self.fail("from 要一档比一档大，points 不能变小", here)
            found.append((least, points))
        return tuple(found)

"""The points table of accident early warning: read from its file, and given to a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from steward.analysis.rules_file import RulesReader, in_force
from steward.domain.accidents import NUMBERS, Reason, Record, reason_words
from steward.domain.weeks import local_date
from steward.errors import RulesError

BUILT_IN = Path(__file__).parent / "data" / "accident_points.toml"
MOST_REASONS = 4
_VERSION = ("name", "effective", "source", "author", "industries", "points", "model")
_MODEL = ("learnt_incidents", "judged_incidents")


@dataclass(frozen=True)
class PointsTable:
    """One version. `steps` are (from, points) rising, by field of `Record`; the last two say from
    how many incidents on a model is learnt, and judged."""

    name: str
    effective: date
    source: str
    author: str
    industries: Mapping[str, int]
    steps: Mapping[str, tuple[tuple[int, int], ...]]
    learnt_incidents: int
    judged_incidents: int

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


def table_of(at: datetime, versions: Sequence[PointsTable]) -> PointsTable:
    """The version in force at an instant. Raises RulesError before the first."""
    found = in_force(local_date(at), versions)
    if found is None:
        raise RulesError(f"事故预警分值表自 {versions[0].effective} 起，这个时刻还没有分值表")
    return found


def read_points(path: Path | None = None) -> tuple[PointsTable, ...]:
    """Every version of a file (the one that comes with the program), by effective date.

    Raises RulesError with the exact place.
    """
    reader = _Reader(path or BUILT_IN)
    return reader.read(reader.version)


class _Reader(RulesReader):
    title = "事故预警分值表"

    def version(self, table: Mapping[str, Any], at: str) -> PointsTable:
        self.known(table, _VERSION, at)
        model = self.table(table.get("model"), f"{at} model")
        self.known(model, _MODEL, f"{at} model")
        steps = self.table(table.get("points"), f"{at} points")
        self.known(steps, NUMBERS, f"{at} points")
        industries = self.table(table.get("industries", {}), f"{at} industries")
        return PointsTable(
            name=self.text(table, "name", at),
            effective=self.effective(table, at),
            source=self.text(table, "source", at),
            author=self.text(table, "author", at),
            industries={
                name: self.whole(industries, name, f"{at} industries") for name in industries
            },
            steps={name: self.steps(rows, f"{at} points.{name}") for name, rows in steps.items()},
            learnt_incidents=self.whole(model, "learnt_incidents", f"{at} model"),
            judged_incidents=self.whole(model, "judged_incidents", f"{at} model"),
        )

    def steps(self, rows: Any, at: str) -> tuple[tuple[int, int], ...]:
        found: list[tuple[int, int]] = []
        for number, row in enumerate(self.tables(rows, at), start=1):
            here = f"{at} 第{number}个"
            self.known(row, ("from", "points"), here)
            least, points = self.whole(row, "from", here), self.whole(row, "points", here)
            if found and (least <= found[-1][0] or points < found[-1][1]):
                raise self.fail("from 要一档比一档大，points 不能变小", here)
            found.append((least, points))
        return tuple(found)

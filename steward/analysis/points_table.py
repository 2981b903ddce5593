"""The points table of accident early warning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from steward.analysis.points import WRITTEN, Points, PointsReader
from steward.analysis.rules_file import in_force
from steward.domain.weeks import local_date
from steward.errors import RulesError

BUILT_IN = Path(__file__).parent / "data" / "accident_points.toml"
_MODEL = ("learnt_incidents", "judged_incidents")


@dataclass(frozen=True)
class PointsTable(Points):
    """One version; from how many incidents on a model is learnt, and judged."""

    learnt_incidents: int
    judged_incidents: int


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


class _Reader(PointsReader):
    title = "事故预警分值表"

    def version(self, table: Mapping[str, Any], at: str) -> PointsTable:
        self.known(table, (*WRITTEN, "model"), at)
        model = self.table(table.get("model"), f"{at} model")
        self.known(model, _MODEL, f"{at} model")
        return PointsTable(
            **self.written(table, at),
            learnt_incidents=self.whole(model, "learnt_incidents", f"{at} model"),
            judged_incidents=self.whole(model, "judged_incidents", f"{at} model"),
        )

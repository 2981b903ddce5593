"""The rules by which enterprises to inspect are ranked, and a round's quotas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from steward.analysis.points import WRITTEN, Points, PointsReader
from steward.analysis.rules_file import in_force
from steward.domain.weeks import local_date
from steward.errors import RulesError

BUILT_IN = Path(__file__).parent / "data" / "enforcement.toml"
_ROUND = ("total", "per_town", "rest_days")


@dataclass(frozen=True)
class EnforcementRules(Points):
    """One version. A round holds `total` enterprises, of a town at most `per_town`, and none that
    was inspected within `rest_days`."""

    total: int
    per_town: int
    rest_days: int


def read_enforcement(at: datetime, path: Path | None = None) -> EnforcementRules:
    """The version in force at an instant. Raises RulesError with the exact place."""
    reader = _Reader(path or BUILT_IN)
    versions = reader.read(reader.version)
    found = in_force(local_date(at), versions)
    if found is None:
        raise RulesError(f"检查先后的规则自 {versions[0].effective} 起，这个时刻还没有规则")
    return found


class _Reader(PointsReader):
    title = "检查先后的规则文件"

    def version(self, table: Mapping[str, Any], at: str) -> EnforcementRules:
        self.known(table, (*WRITTEN, "round"), at)
        quota = self.table(table.get("round"), f"{at} round")
        self.known(quota, _ROUND, f"{at} round")
        total, per_town, rest = (self.whole(quota, name, f"{at} round") for name in _ROUND)
        if not 0 < per_town <= total <= 500:
            raise self.fail("应有 1 ≤ per_town ≤ total ≤ 500", f"{at} round")
        return EnforcementRules(
            **self.written(table, at), total=total, per_town=per_town, rest_days=rest
        )

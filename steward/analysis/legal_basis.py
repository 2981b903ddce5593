"""Read the law's file: versioned data with effective dates and sources."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from steward.analysis.rules_file import RulesReader, in_force
from steward.domain.law import OTHERS, Basis, Counter, Law
from steward.errors import RulesError

BUILT_IN = Path(__file__).parent / "data" / "legal_basis.toml"
_VERSION = ("name", "effective", "source", "author", "limits", "clocks", "counters", "categories")
_LIMITS = ("citizen_fine", "organisation_fine")
_CLOCKS = ("pay_days", "hand_in_workdays", "surcharge_percent", "publish_workdays")


def read_law(path: Path | None = None) -> tuple[Law, ...]:
    """Every version, by effective date. Raises RulesError with the exact place."""
    reader = _Reader(path or BUILT_IN)
    return reader.read(reader.version)


def law_of(day: date, versions: tuple[Law, ...]) -> Law:
    """The version in force on a day. Raises RulesError before the first."""
    found = in_force(day, versions)
    if found is None:
        raise RulesError(f"法律依据自 {versions[0].effective} 起，{day} 还没有规则")
    return found


class _Reader(RulesReader):
    title = "法律依据文件"

    def version(self, table: Mapping[str, Any], at: str) -> Law:
        self.known(table, _VERSION, at)
        limits = self.table(table.get("limits"), f"{at} limits")
        self.known(limits, _LIMITS, f"{at} limits")
        clocks = self.table(table.get("clocks"), f"{at} clocks")
        self.known(clocks, _CLOCKS, f"{at} clocks")
        return Law(
            name=self.text(table, "name", at),
            effective=self.effective(table, at),
            source=self.text(table, "source", at),
            author=self.text(table, "author", at),
            citizen_fine=self.whole(limits, "citizen_fine", f"{at} limits"),
            organisation_fine=self.whole(limits, "organisation_fine", f"{at} limits"),
            pay_days=self.whole(clocks, "pay_days", f"{at} clocks"),
            hand_in_workdays=self.whole(clocks, "hand_in_workdays", f"{at} clocks"),
            surcharge_percent=self.whole(clocks, "surcharge_percent", f"{at} clocks", most=100),
            publish_workdays=self.whole(clocks, "publish_workdays", f"{at} clocks"),
            counters=self.counters(table.get("counters"), f"{at} counters"),
            categories=self.categories(table.get("categories"), f"{at} categories"),
        )

    def counters(self, rows: Any, at: str) -> tuple[Counter, ...]:
        found = []
        for number, row in enumerate(self.tables(rows, at), start=1):
            here = f"{at} 第{number}个"
            self.known(row, ("days", "penalties"), here)
            found.append(Counter(self.whole(row, "days", here), self.whole(row, "penalties", here)))
        return tuple(found)

    def categories(self, rows: Any, at: str) -> dict[str, Basis]:
        found: dict[str, Basis] = {}
        for number, row in enumerate(self.tables(rows, at), start=1):
            here = f"{at} 第{number}个"
            self.known(row, ("name", "basis", "penalty"), here)
            name = self.text(row, "name", here)
            if name in found:
                raise self.fail(f"“{name}”写了两次", here)
            found[name] = Basis(self.text(row, "basis", here), self.text(row, "penalty", here))
        if OTHERS not in found:
            raise self.fail(f"要有一类“{OTHERS}”，没有写到的类别按它", at)
        return found

"""隐患月报: what a town's report is made of, frozen when it is issued."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from steward.domain.colours import TownColour
from steward.domain.figures import Town
from steward.domain.monthly import MonthlyFigures
from steward.domain.offices import Issue


@dataclass(frozen=True)
class MonthlyReport:
    """One town's month: everything that its documents say, but the number of the issue.

    `district` is its name (萧山区), `issuer` the agency in the head; `rules` names the version of
    the four-colour rules ("" where the month had none); `demonstration`: of an invented ledger.
    """

    district: str
    issuer: str
    figures: MonthlyFigures
    colour: TownColour
    rules: str = ""
    demonstration: bool = False

    @property
    def town(self) -> Town:
        return self.colour.town

    @property
    def title(self) -> str:
        """瓜沥镇2021年10月隐患报告和趋势分析."""
        return f"{self.town.name}{self.figures.month.name}隐患报告和趋势分析"


class Outcome(StrEnum):
    """What came of issuing a town's report."""

    ISSUED = "issued"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    FAILED = "failed"


OUTCOME_NAMES: dict[Outcome, str] = {
    Outcome.ISSUED: "已出具",
    Outcome.UNCHANGED: "以前已出具，数字没有变化",
    Outcome.CHANGED: "以前已出具；台账后来有变化，要更正须写明理由",
    Outcome.FAILED: "没有做成",
}


@dataclass(frozen=True)
class Issued:
    """One town's outcome. `issue` is the one that holds now.

    FAILED: the numbers are stored and the files are not all there; `fault` says why. Issuing
    again makes them from the stored numbers.
    """

    town: Town
    outcome: Outcome
    issue: Issue
    fault: str = ""

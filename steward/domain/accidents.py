"""事故预警: how likely an incident is at each enterprise, by what, and how far that can be trusted.

Never a certainty: an estimate from what the ledger holds, or, where it holds too little, points.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum

HORIZON_DAYS = 90
"""An incident within so many days after the instant is what is estimated."""
LOOK_BACK_DAYS = 365
"""Findings, repeats and inspections of so many days before it are looked at."""
INCIDENT_DAYS = 730
"""… and incidents of so many."""
NEVER_DAYS = 1_095
"""An enterprise that was never inspected counts as inspected so many days ago."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one enterprise at an instant. Voided hazards count in nothing.

    `found`: hazards of the last year; `open`, `open_major`, `overdue` as they stood; `overdue_days`
    is summed over those; `repeats`: how often in the last year a category came again;
    `uninspected_days` since the last inspection; `incidents` of the last two years. `sources` are
    those that found something in the last year.
    """

    found: int = 0
    open: int = 0
    open_major: int = 0
    overdue_major: int = 0
    overdue: int = 0
    overdue_days: int = 0
    repeats: int = 0
    inspections: int = 0
    uninspected_days: int = NEVER_DAYS
    incidents: int = 0
    sources: int = 0
    industry: str = ""


NUMBERS: tuple[str, ...] = tuple(one.name for one in fields(Record) if one.name != "industry")
"""The fields of a record that are numbers, in their order."""

REASON_WORDS: dict[str, str] = {
    "found": "近一年发现隐患 {} 处",
    "open": "未闭环隐患 {} 处",
    "open_major": "未闭环重大隐患 {} 处",
    "overdue_major": "超期未改的重大隐患 {} 处",
    "overdue": "超期未改隐患 {} 处",
    "overdue_days": "超期累计 {} 天",
    "repeats": "近一年同类隐患重复出现 {} 次",
    "inspections": "近一年检查 {} 次",
    "uninspected_days": "{} 天没有检查",
    "incidents": "近两年发生过事故 {} 起",
    "sources": "近一年 {} 个来源都查出隐患",
    "industry": "行业：{}",
}


def reason_words(name: str, record: Record) -> str:
    """One field of a record as a reason on a page: 超期未改隐患 3 处."""
    value = getattr(record, name)
    if name == "uninspected_days" and value >= NEVER_DAYS:
        return "三年内没有检查记录"
    return REASON_WORDS[name].format(value or "未填写" if name == "industry" else value)


@dataclass(frozen=True)
class Enterprise:
    """Whose record it is."""

    id: int
    name: str
    town_code: str
    town: str


@dataclass(frozen=True)
class Reason:
    """One thing that raises the estimate; `weight` its share of all that raises it, in percent."""

    words: str
    weight: int


@dataclass(frozen=True)
class Risk:
    """One enterprise's place: `chance` 0 to 1 (None by points alone), its `points`, the reasons."""

    enterprise: Enterprise
    chance: float | None
    points: int
    reasons: tuple[Reason, ...] = ()


class Method(StrEnum):
    """By what the enterprises are ranked."""

    MODEL = "model"
    POINTS = "points"


METHOD_NAMES: dict[Method, str] = {Method.MODEL: "统计模型", Method.POINTS: "分值表"}


@dataclass(frozen=True)
class Judged:
    """How one way of ranking did on a time it had not seen.

    `auc`: the chance that it ranks an enterprise that had an incident above one that had none (0.5
    is guessing); `hits`: how many of the `first` it puts foremost had one.
    """

    name: str
    auc: float
    hits: int
    first: int


@dataclass(frozen=True)
class Bin:
    """Calibration: enterprises of like estimates, what was estimated and what came."""

    enterprises: int
    estimated: float
    observed: float


@dataclass(frozen=True)
class Trial:
    """The judgement on time-split data: for each of `rounds` instants, learnt from what lay before
    it and judged on the horizon after it.

    `since` is the first of those instants; `learnt_incidents` are those before it. `enterprises`
    and `incidents` (enterprises that had one) are of all rounds together. `judged`: the model first
    (when there is one), then the points, then the open hazards alone.
    """

    since: date
    rounds: int
    learnt_incidents: int
    enterprises: int
    incidents: int
    judged: tuple[Judged, ...] = ()
    calibration: tuple[Bin, ...] = ()
    brier: float | None = None


@dataclass(frozen=True)
class Foresight:
    """事故预警 of the district as of an instant. `why` says why it is by points, "" by the model.

    `simulated`: of the incidents it learnt from. `average` is the mean chance.
    """

    as_of: datetime
    method: Method
    why: str
    risks: tuple[Risk, ...]
    trial: Trial | None
    simulated: int
    average: float | None = None

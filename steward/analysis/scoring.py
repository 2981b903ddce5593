"""Rules and a town's month → its score and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any, TypeVar

from steward.domain.colours import ColourRules, Input, InputRule, ScoredInput
from steward.domain.monthly import MonthCounts

N = TypeVar("N", Fraction, float)
"""Exact, for what is told; or quick, for trying many numbers."""

TENTH = Decimal("0.1")
_PLACES = {Input.HAZARDS_PER_ENTERPRISE: Decimal("0.01"), Input.OPEN_MAJOR: Decimal(1)}


@dataclass(frozen=True)
class Score:
    """The score (one decimal, half up) and what it is made of; None when nothing is known."""

    score: Decimal | None
    inputs: tuple[ScoredInput, ...]


def score(rules: ColourRules, counts: MonthCounts, *, inspections_known: bool) -> Score:
    """The weighted points of a town's month; the weight of what is missing is shared out.

    `inspections_known`: the ledger knows of an inspection in the district in that month.
    """
    missing = _missing(counts, inspections_known)
    given = values(counts, missing, Fraction)
    total = sum((Fraction(rule.weight) for rule in rules.inputs if rule.input in given), Fraction())
    inputs = tuple(
        _scored(rule, given[rule.input], total)
        if rule.input in given
        else ScoredInput(rule.input, None, None, None, None, missing=missing[rule.input])
        for rule in rules.inputs
    )
    exact = weighted(rules, given, Fraction)
    return Score(None if exact is None else rounded(exact, TENTH), inputs)


def nearly(rules: ColourRules, counts: MonthCounts, *, inspections_known: bool) -> float | None:
    """The score before rounding, to within 1e-6: quick enough to try many numbers."""
    return weighted(rules, values(counts, _missing(counts, inspections_known), float), float)


def values(counts: MonthCounts, missing: dict[Input, str], number: type[N]) -> dict[Input, N]:
    """The inputs of a town's month that are not missing."""
    c = counts
    ratios = {
        Input.HAZARDS_PER_ENTERPRISE: (c.open_hazards, c.enterprises),
        Input.INSPECTION_RATE: (100 * c.inspected_enterprises, c.enterprises),
        Input.RECTIFICATION_RATE: (100 * c.closed_hazards, c.closed_hazards + c.open_hazards),
        Input.OVERDUE_SHARE: (100 * c.overdue_hazards, c.open_hazards),
        Input.OPEN_MAJOR: (c.open_major, 1),
    }
    return {
        one: number(part) / number(whole)
        for one, (part, whole) in ratios.items()
        if one not in missing
    }


def weighted(rules: ColourRules, given: dict[Input, N], number: type[N]) -> N | None:
    """The sum of points by weight; None when all that is given weighs nothing."""
    total = points = number(0)
    for rule in rules.inputs:
        if rule.input in given:
            weight = number(rule.weight)
            total += weight
            points += weight * _points(_curve(rule, number is Fraction), given[rule.input])
    return points / total if total else None


def rounded(value: Fraction, places: Decimal) -> Decimal:
    """Rounded half up."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(places, ROUND_HALF_UP)


def _missing(counts: MonthCounts, inspections_known: bool) -> dict[Input, str]:
    """Why an input has no value, of those that have none."""
    if counts.enterprises == 0 and counts.monitored == 0:
        return dict.fromkeys(Input, "没有企业，也没有隐患")
    missing = {}
    if counts.enterprises == 0:
        missing[Input.HAZARDS_PER_ENTERPRISE] = missing[Input.INSPECTION_RATE] = "没有企业"
    elif not inspections_known:
        missing[Input.INSPECTION_RATE] = "全区当月没有检查记录"
    if counts.open_hazards == 0:
        missing[Input.OVERDUE_SHARE] = "没有未闭环隐患"
        if counts.closed_hazards == 0:
            missing[Input.RECTIFICATION_RATE] = "当月没有应整改的隐患"
    return missing


def _points(curve: tuple[tuple[N, N], ...], value: N) -> N:
    """Linear between two thresholds, constant beyond the first and the last."""
    if value <= curve[0][0]:
        return curve[0][1]
    for (low, low_points), (high, high_points) in pairwise(curve):
        if value <= high:
            return low_points + (value - low) / (high - low) * (high_points - low_points)
    return curve[-1][1]


@cache
def _curve(rule: InputRule, exact: bool) -> Any:
    """The thresholds as (value, points): a tuple[tuple[N, N], ...]."""
    number: type[Any] = Fraction if exact else float
    return tuple((number(row.value), number(row.points)) for row in rule.thresholds)


def _scored(rule: InputRule, value: Fraction, total: Fraction) -> ScoredInput:
    points = _points(_curve(rule, True), value)
    weight = Fraction(rule.weight) / total if total else Fraction(0)
    return ScoredInput(
        rule.input,
        rounded(value, _PLACES.get(rule.input, TENTH)),
        rounded(points, TENTH),
        rounded(weight * 100, TENTH),
        rounded(points * weight, TENTH),
    )

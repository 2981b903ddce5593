"""A logistic regression of "an incident within 90 days" on an enterprise's record.

Learnt and judged on time-split data, as a forecast is used: from what was known before an instant,
about what came after it. scikit-learn does the fitting (L2, lbfgs): the same data, the same model.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steward.domain.accidents import (
    NEVER_DAYS,
    Bin,
    Judged,
    Reason,
    Record,
    reason_words,
)

FIRST = 50  # of a ranking, that somebody may visit
BINS = 5
RARE = 50  # records of an industry; fewer are no industry of their own
STRENGTH = 0.5  # scikit-learn's C
MOST_REASONS = 4
LEAST_SHARE = 0.02  # of what raises an estimate; less is no reason

Numbers = NDArray[np.float64]
LEARNT = (
    "found",
    "open",
    "open_major",
    "overdue",
    "overdue_days",
    "repeats",
    "inspections",
    "uninspected_days",
    "incidents",
)
"""The numbers of a record that the model looks at; the others say nearly the same once more."""


@dataclass(frozen=True)
class Example:
    """One enterprise at one instant, and whether an incident came within the horizon."""

    record: Record
    happened: bool


class RiskModel:
    """Chances, and what raises them. Made by `learn`."""

    def __init__(
        self,
        industries: Sequence[str],
        mean: Numbers,
        spread: Numbers,
        weights: Numbers,
        bias: float,
    ) -> None:
        self._industries = tuple(industries)
        self._mean, self._spread = mean, spread
        self._weights, self._bias = weights, bias

    def chances(self, records: Sequence[Record]) -> Numbers:
        """The chance (0 to 1) of each record; shape (n,)."""
        logits = self._scaled(records) @ self._weights + self._bias
        return np.asarray(1.0 / (1.0 + np.exp(-logits)), dtype=np.float64)

    def reasons(self, records: Sequence[Record]) -> list[tuple[Reason, ...]]:
        """What raises each one's chance over an average enterprise's, most first.

        The share is that of the log-odds; a number that is 0 is never a reason.
        """
        parts = self._scaled(records) * self._weights
        return [self._reasons(record, mine) for record, mine in zip(records, parts, strict=True)]

    def _reasons(self, record: Record, parts: Numbers) -> tuple[Reason, ...]:
        raising: dict[str, float] = {}
        for name, part in zip(LEARNT, parts, strict=False):
            if part > 0 and getattr(record, name):
                raising[name] = float(part)
        own = float(parts[len(LEARNT) :].sum())
        if own > 0 and record.industry in self._industries:
            raising["industry"] = own
        total = sum(raising.values())
        order = sorted(raising, key=lambda name: -raising[name])[:MOST_REASONS]
        return tuple(
            Reason(reason_words(name, record), round(100 * raising[name] / total))
            for name in order
            if raising[name] / total >= LEAST_SHARE
        )

    def _scaled(self, records: Sequence[Record]) -> Numbers:
        return (_matrix(records, self._industries) - self._mean) / self._spread


def learn(examples: Sequence[Example]) -> RiskModel:
    """Fit a model. There must be examples of both kinds."""
    from sklearn.linear_model import LogisticRegression

    records = [one.record for one in examples]
    common = Counter(one.industry for one in records if one.industry)
    industries = sorted(name for name, number in common.items() if number >= RARE)
    matrix = _matrix(records, industries)
    mean, spread = matrix.mean(axis=0), matrix.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=STRENGTH, max_iter=2_000)
    model.fit((matrix - mean) / spread, [one.happened for one in examples])
    return RiskModel(industries, mean, spread, model.coef_[0], float(model.intercept_[0]))


def judged(
    name: str, scores: Sequence[Sequence[float]], happened: Sequence[Sequence[bool]]
) -> Judged:
    """How a ranking did in each round; FIRST of each are visited, among equals in their order."""
    from sklearn.metrics import roc_auc_score

    hits = first = 0
    for mine, came in zip(scores, happened, strict=True):
        order = np.argsort(-np.asarray(mine), kind="stable")[:FIRST]
        hits += int(np.asarray(came)[order].sum())
        first += len(order)
    auc = float(roc_auc_score(np.concatenate(happened), np.concatenate(scores)))
    return Judged(name, round(auc, 3), hits, first)


def calibration(chances: Sequence[float], happened: Sequence[bool]) -> tuple[Bin, ...]:
    """Enterprises in groups of like size by their chance: estimated and observed shares."""
    order = np.argsort(np.asarray(chances), kind="stable")
    estimated, came = np.asarray(chances)[order], np.asarray(happened, dtype=float)[order]
    return tuple(
        Bin(len(part), round(float(part.mean()), 4), round(float(seen.mean()), 4))
        for part, seen in zip(
            np.array_split(estimated, BINS), np.array_split(came, BINS), strict=True
        )
        if len(part)
    )


def brier(chances: Sequence[float], happened: Sequence[bool]) -> float:
    """The mean square of chance minus outcome (Brier 1950); 0 is perfect."""
    difference = np.asarray(chances) - np.asarray(happened, dtype=float)
    return round(float((difference**2).mean()), 5)


def is_known(record: Record) -> bool:
    """Whether anybody had been there by then: others have no record to learn from."""
    return bool(record.found or record.open or record.uninspected_days < NEVER_DAYS)


def examples_of(records: Mapping[int, Record], happened: Mapping[int, int]) -> list[Example]:
    """The known enterprises of one instant, in the order of their ids."""
    return [
        Example(record, id_ in happened)
        for id_, record in sorted(records.items())
        if is_known(record)
    ]


def _matrix(records: Sequence[Record], industries: Sequence[str]) -> Numbers:
    """Logarithms of one plus each number, for the tenth hazard says less than the first; then a
    column an industry. Shape (n, numbers + industries)."""
    rows: list[list[Any]] = [
        [math.log1p(getattr(one, name)) for name in LEARNT]
        + [1.0 if one.industry == industry else 0.0 for industry in industries]
        for one in records
    ]
    return np.asarray(rows, dtype=np.float64).reshape(len(records), len(LEARNT) + len(industries))

"""What would have to change for a better colour: the smallest act that alone would do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from steward.analysis import scoring
from steward.domain.colours import NOT_ENOUGH, Colour, ColourRules, Input, Step
from steward.domain.monthly import MonthCounts

MOST_CHANGES = 500
"""So many hazards or enterprises are tried: what takes more is not done in a month."""


@dataclass(frozen=True)
class _Act:
    """What can be done about an input, and how often at most (`limit`)."""

    input: Input
    verb: str
    unit: str
    what: str
    limit: int
    nothing_left: str

    def words(self, number: int | None) -> str:
        if number is not None:
            return f"再{self.verb}{number}{self.unit}{self.what}"
        if self.limit == 0:
            return self.nothing_left
        if self.limit > MOST_CHANGES:
            return f"再{self.verb}{MOST_CHANGES}{self.unit}{self.what}{NOT_ENOUGH}"
        every = "其余" if self.input is Input.INSPECTION_RATE else "全部"
        return f"再{self.verb}{every}{self.limit}{self.unit}{self.what}{NOT_ENOUGH}"


def steps(
    rules: ColourRules, counts: MonthCounts, better: Colour, *, inspections_known: bool
) -> tuple[Step, ...]:
    """For each input that can be worked on, the smallest number that alone reaches `better`.

    One act moves several inputs (a hazard closed changes four), so that the whole score is
    computed anew for each number tried.
    """
    aim = next(band.score_from for band in rules.bands if band.colour is better)

    def reached(changed: MonthCounts) -> bool:
        about = scoring.nearly(rules, changed, inspections_known=inspections_known)
        if about is None or about < float(aim) - 0.051:
            return False  # beyond what rounding to one decimal could make up for
        result = scoring.score(rules, changed, inspections_known=inspections_known).score
        return result is not None and result >= aim

    found = []
    for act in _acts(counts, inspections_known=inspections_known):
        numbers = range(1, min(act.limit, MOST_CHANGES) + 1)
        number = next((n for n in numbers if reached(changed(counts, act.input, n))), None)
        found.append(Step(act.input, number, act.words(number), act.limit))
    return tuple(found)


def changed(counts: MonthCounts, one: Input, number: int) -> MonthCounts:
    """The counts after `number` acts for an input: hazards closed, enterprises inspected."""
    c = counts
    if one is Input.INSPECTION_RATE:
        return replace(c, inspected_enterprises=c.inspected_enterprises + number)
    overdue = major = overdue_major = 0
    if one is Input.OVERDUE_SHARE:  # the general ones first, they are the easier ones
        overdue = number
        major = overdue_major = max(0, number - (c.overdue_hazards - c.overdue_major))
    elif one is Input.OPEN_MAJOR:  # the overdue ones first, they weigh more
        major = number
        overdue = overdue_major = min(number, c.overdue_major)
    return replace(
        c,
        closed_hazards=c.closed_hazards + number,
        closed_total=c.closed_total + number,
        open_hazards=c.open_hazards - number,
        overdue_hazards=c.overdue_hazards - overdue,
        open_major=c.open_major - major,
        overdue_major=c.overdue_major - overdue_major,
    )


def _acts(counts: MonthCounts, *, inspections_known: bool) -> list[_Act]:
    c = counts
    others = c.open_hazards - c.overdue_hazards - c.open_major + c.overdue_major
    general = "未超期的一般隐患"
    acts = [
        _Act(
            Input.OVERDUE_SHARE, "闭环", "处", "超期隐患", c.overdue_hazards, "没有超期隐患可闭环"
        ),
        _Act(Input.RECTIFICATION_RATE, "闭环", "处", general, others, f"没有{general}可闭环"),
        _Act(Input.OPEN_MAJOR, "闭环", "处", "重大隐患", c.open_major, "没有未闭环的重大隐患"),
    ]
    if inspections_known and c.enterprises:
        left = c.enterprises - c.inspected_enterprises
        acts.append(_Act(Input.INSPECTION_RATE, "检查", "家", "企业", left, "企业当月都检查过"))
    return acts

"""镇街隐患四色图: the rules by which a town's month is given a colour, and what came of it.

The rules are data (`steward/analysis/data/four_colours.toml`); this is what they may say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from steward.domain.figures import Town
from steward.domain.months import Month


class Colour(StrEnum):
    """The four colours, worst to best."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"


COLOUR_NAMES: dict[Colour, str] = {
    Colour.RED: "红",
    Colour.ORANGE: "橙",
    Colour.YELLOW: "黄",
    Colour.BLUE: "蓝",
}
NO_COLOUR = "无数据"
PATTERNS = ("交叉网格", "密斜线", "疏斜线", "圆点", "竖线", "横线")
"""The patterns that can be drawn; each colour of the rules has one of its own."""
NOT_ENOUGH = "也不够"
"""How the words of a step end that falls short."""


class Move(StrEnum):
    """How a town's colour stands to last month's."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


MOVE_WORDS: dict[Move, str] = {
    Move.BETTER: "▲ 好转",
    Move.SAME: "＝ 持平",
    Move.WORSE: "▼ 变差",
}


class Input(StrEnum):
    """What a score is made of."""

    HAZARDS_PER_ENTERPRISE = "hazards_per_enterprise"
    INSPECTION_RATE = "inspection_rate"
    RECTIFICATION_RATE = "rectification_rate"
    OVERDUE_SHARE = "overdue_share"
    OPEN_MAJOR = "open_major"


INPUT_NAMES: dict[Input, str] = {
    Input.HAZARDS_PER_ENTERPRISE: "户均未闭环隐患",
    Input.INSPECTION_RATE: "检查率",
    Input.RECTIFICATION_RATE: "整改率",
    Input.OVERDUE_SHARE: "超期占比",
    Input.OPEN_MAJOR: "未闭环重大隐患",
}
INPUT_UNITS: dict[Input, str] = {
    Input.HAZARDS_PER_ENTERPRISE: "处/家",
    Input.INSPECTION_RATE: "%",
    Input.RECTIFICATION_RATE: "%",
    Input.OVERDUE_SHARE: "%",
    Input.OPEN_MAJOR: "处",
}
RISING: frozenset[Input] = frozenset({Input.INSPECTION_RATE, Input.RECTIFICATION_RATE})
"""The inputs of which more is better; of the others less is."""


@dataclass(frozen=True)
class Threshold:
    """At `value` (unit: INPUT_UNITS) an input has `points`, 0 to 100; between two, linearly."""

    value: Decimal
    points: Decimal


@dataclass(frozen=True)
class InputRule:
    """How much an input weighs (of 100 together), and its thresholds by ascending value."""

    input: Input
    weight: Decimal
    thresholds: tuple[Threshold, ...]


@dataclass(frozen=True)
class Band:
    """A colour from a score on, its word and the name of the pattern that stands beside it."""

    colour: Colour
    score_from: Decimal
    word: str
    pattern: str


@dataclass(frozen=True)
class ColourRules:
    """One version of the rules, which holds for months from that of `effective` on.

    `bands` are worst to best; `inputs` in the order of `Input`.
    """

    name: str
    effective: date
    source: str
    author: str
    bands: tuple[Band, ...]
    inputs: tuple[InputRule, ...]

    def band(self, score: Decimal) -> Band:
        """The band of a score (0 to 100)."""
        return [band for band in self.bands if band.score_from <= score][-1]


@dataclass(frozen=True)
class ScoredInput:
    """One input of a town: its value, the points it earned, its weight after the weights of
    missing inputs were shared out (percent), and what it adds to the score.

    All but the input are None when it is missing; `missing` then says why.
    """

    input: Input
    value: Decimal | None
    points: Decimal | None
    weight: Decimal | None
    share: Decimal | None
    missing: str = ""


@dataclass(frozen=True)
class Step:
    """What would have to change in one input for the next better colour.

    `number` is the smallest number of hazards or enterprises that alone would do; None when no
    number would, and then `limit` is how many there were to try (0: nothing is left to do). `words`
    say it ("再闭环3处超期隐患").
    """

    input: Input
    number: int | None
    words: str
    limit: int = 0

    @property
    def falls_short(self) -> bool:
        """Whether something could be done, and all of it would not be enough."""
        return self.number is None and self.limit > 0


@dataclass(frozen=True)
class TownColour:
    """What a town's month came to. Without any input there is neither score nor colour.

    `steps` are for `better`, the next better colour; both are empty for blue, without colour, and
    where nobody asked for them.
    `last` is last month's colour, by the rules of that month.
    """

    town: Town
    colour: Colour | None
    word: str
    pattern: str
    score: Decimal | None
    inputs: tuple[ScoredInput, ...]
    last: Colour | None = None
    better: Colour | None = None
    steps: tuple[Step, ...] = ()

    @property
    def name(self) -> str:
        """红, 橙, 黄, 蓝, or 无数据."""
        return COLOUR_NAMES[self.colour] if self.colour else NO_COLOUR

    @property
    def move(self) -> Move | None:
        """The change of colour on last month; None when one of the two has none."""
        if self.colour is None or self.last is None:
            return None
        order = list(Colour)
        steps = order.index(self.colour) - order.index(self.last)
        return Move.BETTER if steps > 0 else Move.WORSE if steps < 0 else Move.SAME


@dataclass(frozen=True)
class ColourMap:
    """All towns of a month, in the order of their codes, and the rules that were used.

    `rules` is None for a month before the first version; `note` then says so, as it does for a
    month before the ledger began.
    """

    month: Month
    rules: ColourRules | None
    towns: tuple[TownColour, ...]
    note: str = ""

    def of(self, code: str) -> TownColour | None:
        """The colour of the town of that code, if there is one."""
        return next((one for one in self.towns if one.town.code == code), None)

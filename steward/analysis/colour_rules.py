"""Read the rules of the four-colour map, and say exactly where they are wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from steward.analysis.rules_file import RulesReader, in_force
from steward.domain.colours import (
    PATTERNS,
    RISING,
    Band,
    Colour,
    ColourRules,
    Input,
    InputRule,
    Threshold,
)
from steward.domain.months import Month

BUILT_IN = Path(__file__).parent / "data" / "four_colours.toml"
_VERSION = ("name", "effective", "source", "author", "bands", "inputs")
_BAND = ("colour", "from", "word", "pattern")


def rules_of(month: Month, versions: Sequence[ColourRules]) -> ColourRules | None:
    """The version that holds for a month: the last one effective by its end, if any."""
    return in_force(month.last_day, versions)


def read_rules(path: Path | None = None) -> tuple[ColourRules, ...]:
    """Every version of a rules file (the one that comes with the program), by effective date.

    Raises RulesError with the exact place.
    """
    reader = _Reader(path or BUILT_IN)
    return reader.read(reader.version)


class _Reader(RulesReader):
    title = "四色图规则文件"

    def version(self, table: Mapping[str, Any], at: str) -> ColourRules:
        self.known(table, _VERSION, at)
        return ColourRules(
            name=self.text(table, "name", at),
            effective=self.effective(table, at),
            source=self.text(table, "source", at),
            author=self.text(table, "author", at),
            bands=self.bands(table.get("bands"), f"{at} bands"),
            inputs=self.inputs(table.get("inputs"), f"{at} inputs"),
        )

    def bands(self, written: Any, at: str) -> tuple[Band, ...]:
        bands: list[Band] = []
        for number, table in enumerate(self.tables(written, at), start=1):
            here = f"{at} 第{number}档"
            self.known(table, _BAND, here)
            colour = self.text(table, "colour", here)
            if colour not in set(Colour):
                raise self.fail(f"没有“{colour}”这种颜色，应为 {'、'.join(Colour)}", here)
            score = self.number(table, "from", here, most=100)
            word, pattern = (self.text(table, name, here) for name in ("word", "pattern"))
            if pattern not in PATTERNS:
                raise self.fail(
                    f"画不出“{pattern}”，可以写的是 {'、'.join(PATTERNS)}", f"{here} pattern"
                )
            if pattern in (band.pattern for band in bands):
                raise self.fail(f"图案“{pattern}”已给了别的颜色", f"{here} pattern")
            bands.append(Band(Colour(colour), score, word, pattern))
        if [band.colour for band in bands] != list(Colour):
            raise self.fail(f"四种颜色要各写一档，从差到好：{'、'.join(Colour)}", at)
        if bands[0].score_from != 0:
            raise self.fail("第一档的 from 必须是 0", f"{at} 第1档 from")
        for number, (low, high) in enumerate(pairwise(bands), start=2):
            if high.score_from <= low.score_from:
                raise self.fail("from 要一档比一档大", f"{at} 第{number}档 from")
        return tuple(bands)

    def inputs(self, written: Any, at: str) -> tuple[InputRule, ...]:
        if not isinstance(written, Mapping):
            raise self.fail("没有写各项指标", at)
        self.known(written, tuple(Input), at)
        rules = []
        for one in Input:
            here = f"{at}.{one}"
            table = written.get(one)
            if not isinstance(table, Mapping):
                raise self.fail("没有写这项指标；不用它就把 weight 写成 0", here)
            self.known(table, ("weight", "thresholds"), here)
            weight = self.number(table, "weight", here, most=100)
            rules.append(InputRule(one, weight, self.thresholds(one, table, here)))
        total = sum((rule.weight for rule in rules), Decimal(0))
        if total != 100:
            raise self.fail(f"weight 之和是 {total}，应为 100", at)
        return tuple(rules)

    def thresholds(self, one: Input, table: Mapping[str, Any], at: str) -> tuple[Threshold, ...]:
        at = f"{at}.thresholds"
        found: list[Threshold] = []
        for number, row in enumerate(self.tables(table.get("thresholds"), at), start=1):
            here = f"{at} 第{number}个"
            self.known(row, ("value", "points"), here)
            value = self.number(row, "value", here)
            points = self.number(row, "points", here, most=100)
            if found:
                if value <= found[-1].value:
                    raise self.fail("门槛的 value 要从小到大", here)
                change = points - found[-1].points
                if change < 0 if one in RISING else change > 0:
                    better = (
                        "越大越好，points 不能变小"
                        if one in RISING
                        else "越小越好，points 不能变大"
                    )
                    raise self.fail(f"这项指标{better}", here)
            found.append(Threshold(value, points))
        return tuple(found)

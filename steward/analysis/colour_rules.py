"""Read the rules of the four-colour map, and say exactly where they are wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from steward.domain.colours import (
    RISING,
    Band,
    Colour,
    ColourRules,
    Input,
    InputRule,
    Threshold,
)
from steward.domain.months import Month
from steward.errors import RulesError

BUILT_IN = Path(__file__).parent / "data" / "four_colours.toml"
_VERSION = ("name", "effective", "source", "author", "bands", "inputs")
_BAND = ("colour", "from", "word", "pattern")


def rules_of(month: Month, versions: Sequence[ColourRules]) -> ColourRules | None:
    """The version that holds for a month: the last one effective by its end, if any."""
    in_force = [rules for rules in versions if rules.effective <= month.last_day]
    return in_force[-1] if in_force else None


def read_rules(path: Path | None = None) -> tuple[ColourRules, ...]:
    """Every version of a rules file (the one that comes with the program), by effective date.

    Raises RulesError with the exact place.
    """
    path = path or BUILT_IN
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise RulesError("四色图规则文件读不出来", place=str(path)) from error
    except UnicodeDecodeError as error:
        raise RulesError("四色图规则文件不是 UTF-8 文字", place=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise RulesError(f"四色图规则文件的写法不对：{error}", place=str(path)) from error
    return _Reader(path).versions(written)


class _Reader:
    """Reads what TOML gave; `at` is where in the file, for messages."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def fail(self, sentence: str, at: str) -> RulesError:
        return RulesError(sentence, place=f"{self._path} {at}".strip())

    def versions(self, written: Mapping[str, Any]) -> tuple[ColourRules, ...]:
        self.known(written, ("versions",), "")
        tables = self.tables(written.get("versions"), "versions")
        versions = [self.version(table, f"第{n}版") for n, table in enumerate(tables, start=1)]
        seen: dict[date, int] = {}
        for number, rules in enumerate(versions, start=1):
            if rules.effective in seen:
                raise self.fail(
                    f"生效日期 {rules.effective} 与第{seen[rules.effective]}版相同",
                    f"第{number}版 effective",
                )
            seen[rules.effective] = number
        return tuple(sorted(versions, key=lambda rules: rules.effective))

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

    def effective(self, table: Mapping[str, Any], at: str) -> date:
        value = table.get("effective")
        if value is None:
            raise self.fail("没有写生效日期", f"{at} effective")
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.fail(
                f"生效日期“{value}”写得不对，应如 2021-10-01，不加引号", f"{at} effective"
            )
        return value

    def bands(self, written: Any, at: str) -> tuple[Band, ...]:
        bands = []
        for number, table in enumerate(self.tables(written, at), start=1):
            here = f"{at} 第{number}档"
            self.known(table, _BAND, here)
            colour = self.text(table, "colour", here)
            if colour not in set(Colour):
                raise self.fail(f"没有“{colour}”这种颜色，应为 {'、'.join(Colour)}", here)
            score = self.number(table, "from", here, most=100)
            word, pattern = (self.text(table, name, here) for name in ("word", "pattern"))
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

    def known(self, table: Mapping[str, Any], names: Sequence[str], at: str) -> None:
        for name in table:
            if name not in names:
                raise self.fail(f"不认识“{name}”，可以写的是 {'、'.join(names)}", at)

    def tables(self, written: Any, at: str) -> list[Mapping[str, Any]]:
        if not isinstance(written, list) or not written:
            raise self.fail("一项也没有写", at)
        for number, table in enumerate(written, start=1):
            if not isinstance(table, Mapping):
                raise self.fail("写法不对，应为一组“名称 = 值”", f"{at} 第{number}个")
        return written

    def text(self, table: Mapping[str, Any], name: str, at: str) -> str:
        value = table.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self.fail("要写文字，不能为空", f"{at} {name}")
        return value.strip()

    def number(
        self, table: Mapping[str, Any], name: str, at: str, *, most: int | None = None
    ) -> Decimal:
        value = table.get(name)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self.fail("要写数字", f"{at} {name}")
        number = Decimal(value)
        if not number.is_finite() or number < 0 or (most is not None and number > most):
            limit = "不小于 0 的数" if most is None else f"0 至 {most} 的数"
            raise self.fail(f"{value} 不行，应为{limit}", f"{at} {name}")
        return number

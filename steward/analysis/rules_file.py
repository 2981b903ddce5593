"""Files of rules: versioned data with effective dates, in TOML, read with the place of a fault.

A reader of one kind of rules derives from `RulesReader` and says what a version is made of.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol, TypeVar

from steward.errors import RulesError


class Version(Protocol):
    """One version of rules, whatever they rule."""

    @property
    def effective(self) -> date: ...


V = TypeVar("V", bound=Version)


class RulesReader:
    """Reads what TOML gave; `at` is where in the file, for messages. All raise RulesError."""

    title = "规则文件"

    def __init__(self, path: Path) -> None:
        self._path = path

    def fail(self, sentence: str, at: str) -> RulesError:
        return RulesError(sentence, place=f"{self._path} {at}".strip())

    def read(self, version: Callable[[Mapping[str, Any], str], V]) -> tuple[V, ...]:
        """Every version in the file, by effective date; `version` reads one table at a place."""
        written = self._toml()
        self.known(written, ("versions",), "")
        tables = self.tables(written.get("versions"), "versions")
        versions = [version(table, f"第{n}版") for n, table in enumerate(tables, start=1)]
        seen: dict[date, int] = {}
        for number, rules in enumerate(versions, start=1):
            if rules.effective in seen:
                raise self.fail(
                    f"生效日期 {rules.effective} 与第{seen[rules.effective]}版相同",
                    f"第{number}版 effective",
                )
            seen[rules.effective] = number
        return tuple(sorted(versions, key=lambda rules: rules.effective))

    def _toml(self) -> Mapping[str, Any]:
        place = str(self._path)
        try:
            text = self._path.read_text(encoding="utf-8")
            return tomllib.loads(text, parse_float=Decimal)
        except OSError as error:
            raise RulesError(f"{self.title}读不出来", place=place) from error
        except UnicodeDecodeError as error:
            raise RulesError(f"{self.title}不是 UTF-8 文字", place=place) from error
        except tomllib.TOMLDecodeError as error:
            raise RulesError(f"{self.title}的写法不对：{error}", place=place) from error

    def effective(self, table: Mapping[str, Any], at: str) -> date:
        value = table.get("effective")
        if value is None:
            raise self.fail("没有写生效日期", f"{at} effective")
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.fail(
                f"生效日期“{value}”写得不对，应如 2021-10-01，不加引号", f"{at} effective"
            )
        return value

    def known(self, table: Mapping[str, Any], names: Sequence[str], at: str) -> None:
        for name in table:
            if name not in names:
                raise self.fail(f"不认识“{name}”，可以写的是 {'、'.join(names)}", at)

    def table(self, written: Any, at: str) -> Mapping[str, Any]:
        if not isinstance(written, Mapping):
            raise self.fail("没有写这一节，或写法不对，应为一组“名称 = 值”", at)
        return written

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

    def whole(self, table: Mapping[str, Any], name: str, at: str, *, most: int = 10_000) -> int:
        number = self.number(table, name, at, most=most)
        if number != int(number):
            raise self.fail(f"{number} 不行，应为整数", f"{at} {name}")
        return int(number)


def in_force(day: date, versions: Sequence[V]) -> V | None:
    """The version that holds on a day: the last one effective by it, if any."""
    held = [rules for rules in versions if rules.effective <= day]
    return held[-1] if held else None

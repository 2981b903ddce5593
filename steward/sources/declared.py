"""sources.toml: what is pulled from where; every fault of it with its exact place, in Chinese."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from steward.domain.hazards import Source as LedgerSource
from steward.domain.sources import Kind
from steward.errors import StewardError
from steward.ledger.intake.headers import CHINESE, ENGLISH
from steward.sources.shapes import SHAPES, DatabaseSource, HttpSource, Source
from steward.sources.statement import check_select

_REASONS = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识的项，请更正或删除",
    "string_type": "应为文字（加引号）",
    "string_too_short": "不能为空",
    "string_too_long": "太长，最多 {max_length} 个字符",
    "int_type": "应为整数",
    "float_type": "应为数字",
    "finite_number": "应为数字",
    "bool_type": "应为 true 或 false",
    "dict_type": "应为一张表",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than_equal": "应不大于 {le}",
    "literal_error": "应为 {expected} 之一",
}


@dataclass(frozen=True)
class Declared:
    """What the file says: sources without a fault, every name that can be read, the faults.

    `whole`: it could be read at all; otherwise nothing is known of what it declares.
    """

    sources: tuple[Source, ...] = ()
    names: frozenset[str] = frozenset()
    faults: tuple[str, ...] = ()
    whole: bool = True


def read_declared(path: Path, check_when: Callable[[str], object]) -> Declared:
    """The sources of a file; none where there is no file. `check_when` raises for a bad plan."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Declared()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return Declared(faults=(f"不是正确的 TOML：{error}",), whole=False)
    except OSError as error:
        return Declared(faults=(f"不能读：{error.strerror}",), whole=False)
    faults = [f"不认识的项“{key}”：文件里只能有 [[source]]" for key in document if key != "source"]
    listed = document.get("source", [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        faults.append("source 应写成 [[source]]，每个来源一段")
        return Declared(faults=tuple(faults), whole=False)
    found: list[Source] = []
    names: list[str] = []
    for number, written in enumerate(listed, start=1):
        own = [f"第 {number} 个 [[source]] 的{why}" for why in _wrong(written, check_when, names)]
        faults += own
        name = written.get("name")
        if isinstance(name, str):
            names.append(name)
        if not own:
            found.append(_shape(written, path))
    return Declared(tuple(found), frozenset(names), tuple(faults))


def _wrong(
    written: dict[str, Any], check_when: Callable[[str], object], names: list[str]
) -> Iterator[str]:
    """What is wrong with one source: the key, and why."""
    kind = written.get("kind")
    if kind not in SHAPES:
        yield f" kind：{'缺少这一项，' if kind is None else ''}应为 {'、'.join(Kind)} 之一"
        return
    try:
        source = SHAPES[kind].model_validate(written)
    except ValidationError as error:
        for fault in error.errors():
            key = ".".join(str(part) for part in fault["loc"] if part != "[key]")
            yield f" {key}：{_reason(fault)}"
        return
    if source.name in names:
        yield f" name：“{source.name}”前面已经用过"
    if source.source not in set(LedgerSource):
        yield f" source：应为 {'、'.join(LedgerSource)} 之一"
    try:
        check_when(source.when)
    except StewardError as error:
        yield f" when：{error}"
    yield from _wrong_columns(source)
    if isinstance(source, DatabaseSource):
        yield from (f" query：{why}" for why in check_select(source.query))
    for pair in source.either:
        if all(getattr(source, one) for one in pair):
            yield f" {pair[0]}、{pair[1]}：只能写一个"
    if isinstance(source, HttpSource):
        yield from (f" {key}：{why}" for key, why in source.gaps())


def _wrong_columns(source: Source) -> Iterator[str]:
    used: dict[str, str] = {}
    for column, field in source.columns.items():
        name = CHINESE.get(field, field)
        if name not in ENGLISH:
            yield f" columns.{column}：没有“{field}”这一栏，应为 {'、'.join(CHINESE)} 之一"
        elif name in used:
            yield f" columns.{column}：“{ENGLISH[name]}”已经由“{used[name]}”给出"
        used.setdefault(name, column)


def _shape(written: dict[str, Any], path: Path) -> Source:
    source = SHAPES[written["kind"]].model_validate(written)
    found: dict[str, object] = {
        key: str((path.parent / getattr(source, key)).resolve())
        for key in source.paths
        if getattr(source, key)
    }
    found["columns"] = {column: CHINESE.get(name, name) for column, name in source.columns.items()}
    return source.model_copy(update=found)


def _reason(fault: Any) -> str:
    """Pydantic's fault in Chinese."""
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    pattern = _REASONS.get(fault["type"])
    return pattern.format(**fault.get("ctx", {})) if pattern else f"不对（{fault['msg']}）"

"""The town that a shape is of: by its code or its name, however 镇 and 街道 are written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from steward.domain.figures import Town

_CODES = ("code", "代码", "镇街代码", "行政区划代码", "adcode", "xzqdm", "xzdm", "town_code")
_NAMES = ("name", "名称", "镇街", "镇街名称", "乡镇", "xzqmc", "xzmc", "town", "town_name")
_ENDINGS = re.compile(r"(街道办事处|人民政府|街道|镇|乡|平台)$")
_ABOVE = re.compile(r"[省市区县]$")


def town_of(properties: Mapping[str, Any], towns: Sequence[Town]) -> tuple[Town | None, str]:
    """The town and "", or None and what is wrong, as a sentence.

    The usual names of properties come first; where none of them is there, any property may name
    the town.
    """
    by_code = _first(properties, _CODES, lambda text: _by_code(text, towns))
    by_name = _first(properties, _NAMES, lambda text: _by_name(text, towns))
    if by_code and by_name and by_code != by_name:
        return None, f"代码是{by_code.name}的，名称却是{by_name.name}"
    town = by_code or by_name or _anywhere(properties, towns)
    if town is not None:
        return town, ""
    written = _written(properties)
    if not written:
        return None, "没有写是哪个镇街（properties 里要有 code 或 name）"
    return None, f"“{written}”不是本区的镇街"


def _first(properties: Mapping[str, Any], keys: Sequence[str], find: Any) -> Town | None:
    given = {str(key).strip().lower(): value for key, value in properties.items()}
    for key in keys:
        town: Town | None = find(_text(given.get(key)))
        if town is not None:
            return town
    return None


def _anywhere(properties: Mapping[str, Any], towns: Sequence[Town]) -> Town | None:
    found = {
        town
        for value in properties.values()
        if (town := _by_code(_text(value), towns) or _by_name(_text(value), towns))
    }
    return found.pop() if len(found) == 1 else None


def _by_code(text: str, towns: Sequence[Town]) -> Town | None:
    """330109105, and 330109105000 of the statistics bureau."""
    return next((town for town in towns if text in (town.code, f"{town.code}000")), None)


def _by_name(text: str, towns: Sequence[Town]) -> Town | None:
    """临浦镇, 临浦, 萧山区临浦镇, 浙江省杭州市萧山区临浦镇人民政府; None when two are meant."""
    exact = [town for town in towns if town.name == text]
    if exact:
        return exact[0]
    stem = _stem(text)
    alike = [town for town in towns if stem and _same(stem, _stem(town.name))]
    return alike[0] if len(alike) == 1 else None


def _same(stem: str, known: str) -> bool:
    above = stem.removesuffix(known)
    return bool(known) and stem.endswith(known) and (not above or bool(_ABOVE.search(above)))


def _stem(name: str) -> str:
    found = _ENDINGS.sub("", name)
    return _ENDINGS.sub("", found) if found != name and len(found) > 2 else found


def _written(properties: Mapping[str, Any]) -> str:
    given = {str(key).strip().lower(): _text(value) for key, value in properties.items()}
    for key in (*_NAMES, *_CODES):
        if given.get(key):
            return given[key][:30]
    return next((text[:30] for text in given.values() if text), "")


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return "".join(str(value).split())

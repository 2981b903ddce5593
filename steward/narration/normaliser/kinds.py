"""Readings that can be asked for by name, whatever the words around the figures say."""

from __future__ import annotations

import re
from collections.abc import Callable

from steward.narration.normaliser import quantities, variants
from steward.narration.normaliser.numerals import integer, number, one_by_one
from steward.narration.normaliser.rule import Rule
from steward.narration.normaliser.symbols import Symbol
from steward.narration.normaliser.tables import DAY, FIGURES, MONTH, SPAN

_PLAIN: tuple[Rule, ...] = (
    variants.FullWidth(),
    variants.CompatibleFigures(),
    variants.Thousands(),
)
_QUANTITY: tuple[Rule, ...] = (
    quantities.Power(),
    quantities.MeasuredRange(),
    quantities.Quantity(),
    Symbol(),
)
_UNTIL = re.compile(rf"{SPAN}|[至到]")
_DATE = re.compile(rf"(?:([0-9]{{4}}|[0-9]{{2}})[-/.年])?({MONTH})[-/.月]({DAY})[日号]?")
_MONTH = re.compile(rf"([0-9]{{4}})[-/.年]?({MONTH})月?")
_COMPACT = re.compile(r"([0-9]{4})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")
_TIME = re.compile(r"([01]?[0-9]|2[0-4])[:.点时]([0-5][0-9])(?:[:.分]([0-5][0-9]))?[分秒]?")
_RANGE = re.compile(rf"[^0-9]*{FIGURES}[^0-9]*?{SPAN}[-−]?{FIGURES}[^0-9]*")


def _by(rules: tuple[Rule, ...], text: str) -> str:
    for rule in rules:
        text = rule.apply(text)
    return text


def _quantity(text: str) -> str:
    return _by(_QUANTITY, text)


def _range(text: str) -> str:
    return _quantity(text) if _RANGE.fullmatch(text) else ""


def _telephone(text: str) -> str:
    parts = re.findall(r"[0-9A-Za-z\u4e00-\u9fff]+", text)
    said = "，".join(parts)
    return re.sub("[0-9]+", lambda found: one_by_one(found[0], one="幺"), said)


def _one_by_one(text: str) -> str:
    said = text.replace(".", "点").replace("-", "杠").replace("/", "杠")
    return re.sub("[0-9]+", lambda found: one_by_one(found[0]), said)


def _date(text: str) -> str:
    return _one_date(text) or "至".join(_one_date(part) or text for part in _UNTIL.split(text))


def _one_date(text: str) -> str:
    if match := _COMPACT.fullmatch(text) or _DATE.fullmatch(text):
        year = f"{one_by_one(match[1])}年" if match[1] else ""
        return f"{year}{integer(int(match[2]))}月{integer(int(match[3]))}日"
    if match := _MONTH.fullmatch(text):
        return f"{one_by_one(match[1])}年{integer(int(match[2]))}月"
    return ""


def _time(text: str) -> str:
    return "至".join(_one_time(part) or text for part in _UNTIL.split(text))


def _one_time(text: str) -> str:
    match = _TIME.fullmatch(text)
    if not match:
        return ""
    hour, *rest = (part for part in match.groups() if part)
    said = number(str(int(hour)), two="两") + "点"
    if not any(int(part) for part in rest):
        return said
    padded = [
        ("零" if part[0] == "0" and part != "00" else "") + integer(int(part)) for part in rest
    ]
    return said + "".join(part + name for part, name in zip(padded, "分秒", strict=False))


def _ratio(text: str) -> str:
    if not re.fullmatch(rf"{FIGURES}(?:\s?[:/比-]\s?{FIGURES})+", text):
        return ""
    return "比".join(number(part) for part in re.findall(FIGURES, text))


def _fraction(text: str) -> str:
    match = re.fullmatch(r"([0-9]+)/([0-9]+)", text)
    return f"{number(match[2])}分之{number(match[1])}" if match else ""


KINDS: dict[str, Callable[[str], str]] = {
    "数": _quantity,
    "号码": _telephone,
    "逐字": _one_by_one,
    "日期": _date,
    "时间": _time,
    "范围": _range,
    "比": _ratio,
    "分数": _fraction,
}


def read_as(kind: str, written: str) -> str:
    """`written` said as a kind of KINDS; "" when it is no such thing or has no figure."""
    plain = _by(_PLAIN, written)
    if not re.search("[0-9]", plain):
        return ""
    said = KINDS[kind](plain)
    return "" if re.search("[0-9]", said) else said

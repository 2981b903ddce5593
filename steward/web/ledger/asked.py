"""What a list of the ledger is asked by in an address: read, said in words, written again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from flask import request
from werkzeug.datastructures import MultiDict

from steward.domain.hazards import (
    LEVEL_NAMES,
    SOURCE_NAMES,
    STATUS_NAMES,
    Level,
    Source,
    Status,
)
from steward.domain.search import (
    STANDING_NAMES,
    Days,
    EnterpriseFilter,
    HazardFilter,
    Order,
    Sort,
    Standing,
)
from steward.domain.weeks import local_date
from steward.errors import LedgerError
from steward.operations.list_names import Names
from steward.web.context import web

LONGEST = 60  # characters of a text
DAYS = {"found": "发现", "deadline": "期限", "closed": "闭环"}
TEXTS = {"text": "企业或编号", "words": "描述"}
ORDERS: dict[str, tuple[str, Order]] = {
    "": ("最近发现在前", Order(Sort.FOUND, descending=True)),
    "found": ("最早发现在前", Order(Sort.FOUND, descending=False)),
    "deadline": ("期限近的在前", Order(Sort.DEADLINE, descending=False)),
    "-deadline": ("期限远的在前", Order(Sort.DEADLINE, descending=True)),
    "-id": ("最近录入在前", Order(Sort.ID, descending=True)),
}
VALID = "valid"
STATES: dict[str, str] = (
    {VALID: "未作废"}
    | {str(k): v for k, v in STANDING_NAMES.items()}
    | {str(k): v for k, v in STATUS_NAMES.items()}
)
FIELDS = (
    "state",
    "town",
    "source",
    "industry",
    "category",
    "level",
    *(f"{name}_{end}" for name in DAYS for end in ("from", "to")),
    *TEXTS,
    "enterprise",
    "sort",
    "broadcast",
    "figure",
)
ENTERPRISE_FIELDS = ("state", "town", "industry", "major", "text", "broadcast", "figure")
Choice = TypeVar("Choice", bound=StrEnum)
Words = dict[str, list[str]]


@dataclass(frozen=True)
class Chip:
    """One thing that the list is narrowed by, and the fields of an address without it."""

    words: str
    without: Words


def typed(fields: Sequence[str], default: Mapping[str, str]) -> Words:
    """The fields of this request's address that say something; `default` where it says nothing.

    `state` is always there, so that a list of all states is not taken for none asked for.
    """
    given: MultiDict[str, str] = request.args
    if not given:
        return {name: [value] for name, value in default.items()}
    found = {}
    for name in fields:
        values = [_plain(value) for value in given.getlist(name)]
        if name == "state" or any(values):
            found[name] = [value for value in values if value] or [""]
    return {"state": [""]} | found


def hazard_filter(words: Words, ids: tuple[int, ...] | None) -> HazardFilter:
    """Raises LedgerError for what makes no sense."""
    state = _first(words, "state")
    enterprise = _first(words, "enterprise")
    if enterprise and not (enterprise.isascii() and enterprise.isdigit() and len(enterprise) < 19):
        raise LedgerError("没有这家企业", place=enterprise)
    if state not in ("", *STATES):
        raise LedgerError("没有这种状态", place=state)
    return HazardFilter(
        today=today(),
        due_soon_days=web().settings.due_soon_days,
        towns=frozenset(one for one in words.get("town", ()) if one),
        source=_one_of(Source, _first(words, "source"), "没有这个来源"),
        industry=_first(words, "industry"),
        category=_first(words, "category"),
        level=_one_of(Level, _first(words, "level"), "没有这个等级"),
        status=Status(state) if state in set(Status) else None,
        standing=Standing(state) if state in set(Standing) else None,
        found=_days(words, "found"),
        deadline=_days(words, "deadline"),
        closed=_days(words, "closed"),
        text=_first(words, "text"),
        words=_first(words, "words"),
        enterprise_id=int(enterprise) if enterprise else None,
        ids=ids,
        valid=state == VALID,
    )


def enterprise_filter(words: Words, ids: tuple[int, ...] | None) -> EnterpriseFilter:
    """Raises LedgerError for what makes no sense."""
    return EnterpriseFilter(
        today=today(),
        due_soon_days=web().settings.due_soon_days,
        towns=frozenset(one for one in words.get("town", ()) if one),
        industry=_first(words, "industry"),
        standing=_one_of(Standing, _first(words, "state"), "没有这种情况"),
        major=bool(_first(words, "major")),
        text=_first(words, "text"),
        ids=ids,
    )


def order_of(words: Words) -> Order:
    """Raises LedgerError."""
    sort = _first(words, "sort")
    if sort not in ORDERS:
        raise LedgerError("没有这种排序", place=sort)
    return ORDERS[sort][1]


def chips(words: Words, names: Names, figure: str, enterprise: str) -> list[Chip]:
    """What the list is narrowed by, each with what is left without it."""
    found = []
    for field, said in (
        ("state", STATES),
        ("source", {str(key): name for key, name in SOURCE_NAMES.items()}),
        ("level", {str(key): f"{name}隐患" for key, name in LEVEL_NAMES.items()}),
    ):
        if value := _first(words, field):
            found.append(Chip(said.get(value, value), without(words, field)))
    for code in words.get("town", ()):
        left = [one for one in words["town"] if one != code]
        found.append(Chip(names.towns.get(code, code), without(words, "town") | {"town": left}))
    for field, title in (("category", "类别"), ("industry", "行业"), *TEXTS.items()):
        if value := _first(words, field):
            found.append(Chip(f"{title}：{value}", without(words, field)))
    for field, title in DAYS.items():
        first, last = _first(words, f"{field}_from"), _first(words, f"{field}_to")
        if first or last:
            rest = without(words, f"{field}_from", f"{field}_to")
            found.append(Chip(f"{title} {first or '……'} 至 {last or '……'}", rest))
    if _first(words, "major"):
        found.append(Chip("有未闭环重大隐患", without(words, "major")))
    if enterprise:
        found.append(Chip(enterprise, without(words, "enterprise")))
    if figure:
        found.append(Chip(figure, without(words, "broadcast", "figure")))
    return found


def without(words: Words, *fields: str) -> Words:
    """The address's fields without some of them."""
    return {
        name: [""] if name == "state" and name in fields else values
        for name, values in words.items()
        if name not in fields or name == "state"
    }


def today() -> date:
    """The district's day now."""
    return local_date(web().clock.now())


def _first(words: Words, name: str) -> str:
    return next(iter(words.get(name, ())), "")


def _plain(text: str) -> str:
    return "".join(one for one in text if one.isprintable()).strip()[:LONGEST]


def _one_of(choices: type[Choice], text: str, sentence: str) -> Choice | None:
    if not text:
        return None
    try:
        return choices(text)
    except ValueError as error:
        raise LedgerError(sentence, place=text) from error


def _days(words: Words, name: str) -> Days:
    first, last = (_day(_first(words, f"{name}_{end}")) for end in ("from", "to"))
    if first and last and last < first:
        raise LedgerError("结束的日子早于开始的日子", place=f"{first} 至 {last}")
    return Days(first, last)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise LedgerError("日期应如 2021-11-16", place=text) from error
    if not 1900 <= day.year <= 2200:
        raise LedgerError("日期超出了范围", place=text)
    return day

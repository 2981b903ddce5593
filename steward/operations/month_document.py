"""A month that is spoken, as a document; and which of its figures a broadcast says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from steward.domain.colours import COLOUR_NAMES, NO_COLOUR, Colour
from steward.domain.corrections import Figure
from steward.domain.months import Month
from steward.domain.spoken_month import SpokenMonth
from steward.domain.weeks import DISTRICT_ZONE
from steward.operations.board import FigureRow, FigureTable
from steward.operations.report_json import counts_json

# As `board.FIGURES`, of a whole month.
MONTH_FIGURES: FigureTable = (
    ("new_hazards", "本月新增隐患", "条", (("month_new_hazards", "条隐患"),)),
    ("new_major", "本月新增重大隐患", "条", (("month_new_major", "条隐患"),)),
    ("closed_hazards", "本月闭环隐患", "条", (("month_closed_hazards", "条隐患"),)),
    (
        "overdue_enterprises",
        "月末超期预警企业",
        "家",
        (("month_overdue_enterprises", "家企业"), ("month_overdue_hazards", "条隐患")),
    ),
    ("overdue_hazards", "月末超期隐患", "处", (("month_overdue_hazards", "条隐患"),)),
    ("open_major", "月末未闭环重大隐患", "条", (("month_open_major", "条隐患"),)),
    ("open_hazards", "月末未闭环隐患", "处", ()),
    ("monitored", "到月末累计监控隐患", "处", ()),
    ("closed_total", "到月末累计闭环处置隐患", "处", ()),
    ("closure_rate", "月末闭环率", "%", ()),
)
_SAID_BY = {"new_hazards": {"new_trend"}, "closed_hazards": {"closed_trend"}}
_LAST = (
    ("new_hazards", "新增隐患", {"last_new_hazards", "new_trend"}),
    ("closed_hazards", "闭环隐患", {"last_closed_hazards", "closed_trend"}),
)
_COLOURED = {"red_names", "orange_names", "better", "worse"}


def month_document(said: SpokenMonth) -> dict[str, Any]:
    """The month for JSON: counts as `report_json` has them (null where the ledger had not begun),
    what is new by town and category, each town's colour; evidence when present."""
    figures = said.figures
    document: dict[str, Any] = {
        "month": str(said.month),
        "as_of": said.as_of.astimezone(DISTRICT_ZONE).isoformat(),
        "town": None,
        "note": said.note,
        "counts": counts_json(figures.counts) if figures else None,
        "last_month": counts_json(figures.last_month) if figures else None,
        "by_town": [
            {"key": one.key, "name": one.name, "new_hazards": one.counts.new_hazards}
            for one in said.by_town
        ],
        "by_category": [
            {"key": one.key, "name": one.name, "new_hazards": one.counts.new_hazards}
            for one in (figures.by_category if figures else ())
        ],
        "colours": {
            "note": said.colours.note,
            "rules": said.colours.rules.name if said.colours.rules else None,
            "towns": [
                {"code": one.town.code, "name": one.town.name, "colour": one.colour}
                | {"last_colour": one.last}
                for one in said.colours.towns
            ],
        },
    }
    if said.evidence:
        document["evidence"] = {name: list(ids) for name, ids in said.evidence.items()}
    return document


def counts_of_month(document: Mapping[str, Any]) -> dict[str, Any]:
    """The counts of such a document by the names of `MONTH_FIGURES`; empty when it has none."""
    return document["counts"] or {}


def colour_rows(document: Mapping[str, Any]) -> list[FigureRow]:
    """How many towns have each colour, with their names; nothing where the month has no colours."""
    if document["colours"]["note"]:
        return []
    towns = document["colours"]["towns"]
    named = [
        (COLOUR_NAMES[colour], [one["name"] for one in towns if one["colour"] == colour])
        for colour in Colour
    ]
    return [
        FigureRow(f"{name}色镇街", f"{len(found)} 个", (), "、".join(found) or "没有")
        for name, found in named
    ]


def announced_of_month(
    document: Mapping[str, Any], names: Collection[str] | None, text: str
) -> Iterator[Figure]:
    """As `announced_figures`, of a month's document: the counts, last month's, what is new in the
    towns and categories that `text` names, how many towns have each colour, and the colour of the
    towns that it names."""
    month = Month.parse(document["month"])
    counts, last = counts_of_month(document), document["last_month"] or {}
    for key, name, unit, behind in MONTH_FIGURES:
        if key in counts and _uses(names, {key, *_SAID_BY.get(key, ())}):
            called = f"{month.number}月{name.removeprefix('本月')}"
            called = f"{month.number}{name}" if name.startswith("月末") else called
            rows = tuple(kept for kept, _ in behind)
            yield Figure(f"month_{key}", called, unit, counts[key], rows)
    for key, name, used in _LAST:
        if key in last and _uses(names, used):
            called = f"{month.previous().number}月{name}"
            yield Figure(f"last_month.{key}", called, "条", last[key])
    for kind, leading in (("by_town", "leading_towns"), ("by_category", "leading_categories")):
        for one in document[kind] if counts and _uses(names, {leading}) else ():
            if one["name"] in text:
                called = f"{month.number}月{one['name']}新增隐患"
                yield Figure(f"{kind}.{one['key']}", called, "条", one["new_hazards"])
    yield from _colours(document, month, names, text)


def _colours(
    document: Mapping[str, Any], month: Month, names: Collection[str] | None, text: str
) -> Iterator[Figure]:
    towns = document["colours"]["towns"]
    if document["colours"]["note"]:
        return
    for colour in Colour:
        if _uses(names, {f"{colour}_towns"}):
            number = sum(one["colour"] == colour for one in towns)
            called = f"{month.number}月{COLOUR_NAMES[colour]}色镇街"
            yield Figure(f"colours.{colour}", called, "个", number)
    if names is not None and _uses(names, _COLOURED):
        for one in towns:
            if one["name"] in text:
                called = f"{month.number}月{one['name']}的颜色"
                word = COLOUR_NAMES[Colour(one["colour"])] + "色" if one["colour"] else NO_COLOUR
                yield Figure(f"colour.{one['code']}", called, "", word)


def _uses(names: Collection[str] | None, wanted: Collection[str]) -> bool:
    return names is None or not set(wanted).isdisjoint(names)
